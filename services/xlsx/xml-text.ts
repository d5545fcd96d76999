/** Excel's limit on the characters of a cell. */
const longestText = 32_767;

const special = /[&<>_\p{Cc}\ufffe\uffff]/u;
/** Control characters, of which XML cannot hold most and reads CR as LF, and what looks like the escape of such a character. */
const unwritable = /(?![\t\n])[\p{Cc}\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/gu;
const markup: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Text as a cell of a spreadsheet holds it in XML: markup escaped, what XML cannot hold written as `_xHHHH_`, and cut to
 * the length that Excel opens.
 */
export function xmlText(text: string): string {
  const fitting = text.length > longestText ? cut(text) : text;
  if (!special.test(fitting)) return fitting;
  return fitting
    .replace(unwritable, (character) => `_x${hex(character)}_`)
    .replace(/[&<>]/g, (character) => markup[character] ?? character);
}

/** Whether a reader of XML may drop blanks at the text's ends, or its line breaks, unless it is told to keep them. */
export function needsSpace(text: string): boolean {
  return isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1)) || text.includes('\n');
}

function isBlank(code: number): boolean {
  return code <= 32;
}

/** The ends of a pair of surrogates stay together. */
function cut(text: string): string {
  const end = longestText - 1;
  const last = text.charCodeAt(end - 1);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end)}…`;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
