/** Takes bytes from a stream, so many at a time, whatever the pieces they come in. */
export class ByteSource {
  private readonly pieces: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next bytes; fewer if the stream ends. */
  async *take(bytes: number): AsyncGenerator<Uint8Array> {
    let wanted = bytes;
    while (wanted > 0) {
      if (this.rest.length === 0) {
        const next = await this.pieces.next();
        if (next.done) return;
        this.rest = next.value;
      }
      const piece = this.rest.subarray(0, wanted);
      this.rest = this.rest.subarray(piece.length);
      wanted -= piece.length;
      yield piece;
    }
  }
}
