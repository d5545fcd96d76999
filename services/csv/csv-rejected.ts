/** The file as a whole cannot be read as CSV; the message says why and what to do, for the person who sent it. */
export class CsvRejected extends Error {
  override readonly name = 'CsvRejected';
}
