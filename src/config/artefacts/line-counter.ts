const NEWLINE = 0x0a;

/** Lines of offsets that only grow, from 1, so that a long file is passed over once. */
export class LineCounter {
  private line = 1;
  private nextBreak: number;

  constructor(private readonly bytes: Uint8Array) {
    this.nextBreak = bytes.indexOf(NEWLINE);
  }

  at(offset: number): number {
    while (this.nextBreak !== -1 && this.nextBreak < offset) {
      this.line++;
      this.nextBreak = this.bytes.indexOf(NEWLINE, this.nextBreak + 1);
    }
    return this.line;
  }
}
