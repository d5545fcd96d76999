/** A file as a whole cannot be read; the message says why and what to do, for the person who sent it. */
export class FileRejected extends Error {
  override readonly name = 'FileRejected';
}
