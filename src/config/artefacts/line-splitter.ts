const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** A record of a trace with 100,000 tokens of 22 experts has 15 MB. */
const MAX_LINE_BYTES = 64 * 2 ** 20;

export interface LineSink {
  /** One line without its end. `isCut`: the file ends in it, without a newline. `number` is from 1. */
  line(bytes: Uint8Array, number: number, isCut: boolean): void;
  /** A line that is longer than a line may be; it was not kept. */
  tooLong(number: number): void;
}

/** Cuts chunks of a file into lines, wherever the chunks end. Holds no more than the line that is not complete yet. */
export class LineSplitter {
  private readonly parts: Uint8Array[] = [];
  private held = 0;
  private number = 1;
  private isTooLong = false;
  /** Where the file's first byte is still to come or was the last one that came. */
  private isStart = true;

  constructor(
    private readonly sink: LineSink,
    private readonly maxBytes = MAX_LINE_BYTES,
  ) {}

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.hold(chunk.subarray(start, end));
      this.emit(false);
      start = end + 1;
    }
    // A copy: the caller may fill the chunk's memory again.
    if (start < chunk.length) this.hold(chunk.slice(start));
  }

  end(): void {
    if (this.held > 0 || this.isTooLong) this.emit(true);
  }

  private hold(part: Uint8Array): void {
    if (this.isTooLong || part.length === 0) return;
    if (this.held + part.length > this.maxBytes) {
      this.isTooLong = true;
      this.parts.length = 0;
      this.held = 0;
      return;
    }
    this.parts.push(part);
    this.held += part.length;
  }

  private emit(isCut: boolean): void {
    const { number } = this;
    if (this.isTooLong) this.sink.tooLong(number);
    else this.sink.line(this.trimmed(), number, isCut);
    this.number++;
    this.parts.length = 0;
    this.held = 0;
    this.isTooLong = false;
    this.isStart = false;
  }

  private trimmed(): Uint8Array {
    let line = this.parts.length === 1 ? this.parts[0]! : joined(this.parts, this.held);
    if (this.isStart && BYTE_ORDER_MARK.every((byte, i) => line[i] === byte)) line = line.subarray(3);
    return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  }
}

/** The parts one after the other. */
export function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
