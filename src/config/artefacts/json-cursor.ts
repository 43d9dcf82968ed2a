import type { IntegerRows } from './integer-rows';
import { textOf } from './utf8';

/** Text that is no JSON where it should be. Caught where lines or documents are read. */
export class MalformedJson extends Error {
  constructor(
    readonly offset: number,
    readonly endsEarly: boolean,
  ) {
    super('no JSON');
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
export const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

/** JSON's numbers, and the constants that Python's `json` writes and reads. */
const NUMBER = /^-?(\d+(\.\d+)?([eE][+-]?\d+)?|Infinity)$|^NaN$/;
/** Digits that a double holds exactly. */
const EXACT_DIGITS = 15;
/** Digits that 32 bits hold; ids have fewer. */
const MAX_INTEGER_DIGITS = 9;
/** Keys that are remembered; a record has a dozen. */
const MAX_KEYS = 64;

/**
 * Reads JSON from bytes one value at a time, without a tree: files of numbers are too large for one.
 * @throws MalformedJson from every method that finds something else than it reads
 */
export class JsonCursor {
  position = 0;
  /** Keys by a hash of their bytes: in a trace the same few come again in every line. */
  private readonly keys = new Map<number, string>();

  constructor(private bytes: Uint8Array) {}

  /** Begins again with other bytes. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.position = 0;
  }

  /** The byte that the next value begins with; -1 at the end. */
  peek(): number {
    const { bytes } = this;
    while (this.position < bytes.length && isSpace(bytes[this.position]!)) this.position++;
    return this.position < bytes.length ? bytes[this.position]! : -1;
  }

  take(byte: number): void {
    if (this.peek() !== byte) throw this.malformed();
    this.position++;
  }

  /** Calls `read` for each member with the cursor on its value, which `read` takes or skips. */
  members(read: (key: string) => void): void {
    this.take(OPEN_OBJECT);
    if (this.closes(CLOSE_OBJECT)) return;
    do {
      const key = this.key();
      this.take(COLON);
      read(key);
    } while (this.continues(CLOSE_OBJECT));
  }

  /** Calls `read` for each item of a list with the cursor on it. */
  items(read: (index: number) => void): void {
    this.take(OPEN_LIST);
    if (this.closes(CLOSE_LIST)) return;
    let index = 0;
    do read(index++);
    while (this.continues(CLOSE_LIST));
  }

  private key(): string {
    if (this.peek() !== QUOTE) throw this.malformed();
    const { bytes, position } = this;
    let hash = 0;
    let at = position + 1;
    for (let byte = bytes[at]; byte !== QUOTE && byte !== undefined; byte = bytes[++at]) {
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const known = this.keys.get(hash);
    if (known !== undefined && this.isAt(known, position + 1, at)) {
      this.position = at + 1;
      return known;
    }
    const text = this.string();
    if (this.keys.size < MAX_KEYS) this.keys.set(hash, text);
    return text;
  }

  /** Whether the bytes from `start` to `end` spell a key that is ASCII and has no escapes. */
  private isAt(key: string, start: number, end: number): boolean {
    if (key.length !== end - start) return false;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      if (code !== this.bytes[start + i] || code === BACKSLASH || code >= 0x80) return false;
    }
    return true;
  }

  string(): string {
    if (this.peek() !== QUOTE) throw this.malformed();
    const start = this.position;
    this.skipString();
    const text = textOf(this.bytes.subarray(start, this.position));
    if (!text.includes('\\')) return text.slice(1, -1);
    try {
      return JSON.parse(text) as string;
    } catch {
      throw this.malformed(start);
    }
  }

  number(): number {
    const { bytes } = this;
    this.peek();
    const start = this.position;
    let value = 0;
    while (this.position < bytes.length && isDigit(bytes[this.position]!)) {
      value = value * 10 + bytes[this.position++]! - ZERO;
    }
    const next = bytes[this.position];
    const digits = this.position - start;
    const isWhole = digits > 0 && digits <= EXACT_DIGITS;
    if (isWhole && (next === undefined || next === COMMA || next === CLOSE_LIST || isSpace(next)))
      return value;
    this.position = start;
    const word = this.word();
    if (!NUMBER.test(word)) throw this.malformed(start);
    return Number(word);
  }

  /** Reads a list of lists of whole numbers on one line: the bulk of a trace, so without a call per number. */
  integerRows(into: IntegerRows): void {
    into.clear();
    this.take(OPEN_LIST);
    if (this.closes(CLOSE_LIST)) return;
    do {
      this.take(OPEN_LIST);
      if (!this.closes(CLOSE_LIST)) this.integers(into);
      into.endRow();
    } while (this.continues(CLOSE_LIST));
  }

  private integers(into: IntegerRows): void {
    const { bytes } = this;
    let at = this.position;
    let values = into.values;
    let count = into.count;
    let byte = bytes[at]!;
    for (;;) {
      while (byte === 0x20 || byte === 0x09) byte = bytes[++at]!;
      const isNegative = byte === MINUS;
      if (isNegative) byte = bytes[++at]!;
      const first = at;
      let value = 0;
      while (byte >= ZERO && byte <= NINE) {
        value = value * 10 + byte - ZERO;
        byte = bytes[++at]!;
      }
      if (at === first || at - first > MAX_INTEGER_DIGITS) throw this.malformed(at);
      if (count === values.length) values = into.grow();
      values[count++] = isNegative ? -value : value;
      while (byte === 0x20 || byte === 0x09) byte = bytes[++at]!;
      if (byte === CLOSE_LIST) break;
      if (byte !== COMMA) throw this.malformed(at);
      byte = bytes[++at]!;
    }
    this.position = at + 1;
    into.count = count;
  }

  /** A number or a text; anything else is skipped and gives `null`. */
  scalar(): number | string | null {
    const first = this.peek();
    if (first === QUOTE) return this.string();
    if (first === MINUS || isDigit(first)) return this.number();
    this.skip();
    return null;
  }

  /** Passes over a value of any kind. */
  skip(): void {
    const first = this.peek();
    if (first === QUOTE) this.skipString();
    else if (first === OPEN_LIST || first === OPEN_OBJECT) this.skipNested();
    else this.skipWord();
  }

  malformed(offset = this.position): MalformedJson {
    return new MalformedJson(offset, offset >= this.bytes.length);
  }

  private closes(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.position++;
    return true;
  }

  /** After a value: true behind a comma, false behind the closing bracket. */
  private continues(close: number): boolean {
    const next = this.peek();
    if (next !== COMMA && next !== close) throw this.malformed();
    this.position++;
    return next === COMMA;
  }

  private skipString(): void {
    const { bytes } = this;
    for (let i = this.position + 1; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) {
        this.position = i + 1;
        return;
      }
    }
    throw this.malformed(bytes.length);
  }

  private skipNested(): void {
    let depth = 0;
    do {
      const byte = this.peek();
      if (byte === -1) throw this.malformed();
      if (byte === QUOTE) this.skipString();
      else {
        if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
        else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
        this.position++;
      }
    } while (depth > 0);
  }

  /** A number or a literal, up to what may follow one. */
  private word(): string {
    const start = this.position;
    this.skipWord();
    return textOf(this.bytes.subarray(start, this.position));
  }

  private skipWord(): void {
    const { bytes } = this;
    const start = this.position;
    for (let byte = bytes[start]; byte !== undefined; byte = bytes[++this.position]) {
      const isPart =
        isDigit(byte) || (byte >= 0x41 && byte <= 0x7a && byte !== OPEN_LIST && byte !== CLOSE_LIST);
      if (!isPart && byte !== MINUS && byte !== 0x2b && byte !== 0x2e) break;
    }
    if (this.position === start) throw this.malformed();
  }
}
