const newline = 0x0a;

/** A line is longer than allowed. */
export class LineTooLong extends Error {}

/**
 * Splits bytes into lines without the line ends. Bytes are decoded only once a line is complete, so a character
 * that was cut between two chunks stays whole. What follows the last line end is kept for the next chunk.
 */
export class LineDecoder {
  readonly #maxBytes: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Yields the lines that `chunk` completes; throws LineTooLong. Must be read to its end. */
  *push(chunk: Buffer): Generator<string, void, void> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      yield this.#complete(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  #complete(rest: Buffer): string {
    if (this.#pendingBytes === 0) {
      this.#check(rest.length);
      return rest.toString('utf8');
    }
    this.#keep(rest);
    const line = Buffer.concat(this.#pending, this.#pendingBytes).toString('utf8');
    this.#pending = [];
    this.#pendingBytes = 0;
    return line;
  }

  #keep(part: Buffer): void {
    this.#check(this.#pendingBytes + part.length);
    this.#pending.push(part);
    this.#pendingBytes += part.length;
  }

  #check(bytes: number): void {
    if (bytes > this.#maxBytes) throw new LineTooLong(`more than ${this.#maxBytes} bytes`);
  }
}
