const saveAs = 'save it as "Excel Workbook (.xlsx)" or "CSV UTF-8"';
const newSheet = `put the properties into a spreadsheet, one a row, ${saveAs}, and upload that`;

/** Why a file cannot be read and what to do, in words for whoever manages properties and not files. */
export const refusals = {
  pdf: `The file is a PDF document, which has no rows to read: ${newSheet}`,
  picture: `The file is a picture, which has no rows to read: ${newSheet}`,
  word: `The file is a text document such as Word writes, not a spreadsheet: ${newSheet}`,
  slides: `The file is a presentation such as PowerPoint writes, not a spreadsheet: ${newSheet}`,
  oldExcel: `The file is a workbook in Excel's old format (.xls): open it in Excel, ${saveAs}, and upload the new file`,
  binaryExcel: `The file is a binary workbook (.xlsb): open it in Excel, ${saveAs}, and upload the new file`,
  oldOffice: `The file is in an old format of Microsoft Office: open it in Excel, ${saveAs}, and upload the new file`,
  protectedOffice:
    'The file is protected with a password: open it in Excel, take the password away (File, Info, Protect Workbook, ' +
    'Encrypt with Password), save it, and upload it again',
  openDocument: `The file is an OpenDocument file (.ods): open it in the program it was made with, ${saveAs}, and upload the new file`,
  numbers:
    'The file was saved by Numbers: open it there, choose File, Export To, Excel or CSV, and upload the exported file',
  webPage: `The file is a web page, even if its name ends in .xls: open it in Excel, ${saveAs}, and upload the new file`,
  xmlSpreadsheet: `The file is an "XML Spreadsheet": open it in Excel, ${saveAs}, and upload the new file`,
  xml: `The file is XML, not a spreadsheet: ${newSheet}`,
  json: `The file is JSON, not a spreadsheet: ${newSheet}`,
  database: `The file is a database: export the properties as a spreadsheet, ${saveAs}, and upload that`,
  packedOtherwise:
    'The file is packed in a way that is not read here: unpack it and upload the spreadsheet itself, or a ZIP of it',
} as const;
