const REPLACEMENT = 0xfffd;
/** Smallest code point that needs so many bytes. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];
/** Characters per call of `fromCodePoint` and `fromCharCode`: arguments lie on the stack. */
const CHARACTERS_PER_CALL = 4_096;

/** UTF-8 of a text; half a surrogate pair becomes the replacement character. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[length++] = code;
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      const pair = text.codePointAt(i)!;
      if (pair > 0xffff) i++;
      code = pair > 0xffff ? pair : REPLACEMENT;
    }
    if (code < 0x800) bytes[length++] = 0xc0 | (code >> 6);
    else {
      if (code < 0x10000) bytes[length++] = 0xe0 | (code >> 12);
      else {
        bytes[length++] = 0xf0 | (code >> 18);
        bytes[length++] = 0x80 | ((code >> 12) & 0x3f);
      }
      bytes[length++] = 0x80 | ((code >> 6) & 0x3f);
    }
    bytes[length++] = 0x80 | (code & 0x3f);
  }
  return bytes.subarray(0, length);
}

/** Text of UTF-8; what is none becomes the replacement character. */
export function textOf(bytes: Uint8Array): string {
  // Keys and lines of tables: short, and nothing but ASCII.
  if (bytes.length <= CHARACTERS_PER_CALL && bytes.every((byte) => byte < 0x80)) {
    return String.fromCharCode(...bytes);
  }
  const parts: string[] = [];
  let codes: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const { code, length } = codePointAt(bytes, i);
    i += length;
    codes.push(code);
    if (codes.length === CHARACTERS_PER_CALL) {
      parts.push(String.fromCodePoint(...codes));
      codes = [];
    }
  }
  return parts.join('') + String.fromCodePoint(...codes);
}

function codePointAt(bytes: Uint8Array, at: number): { code: number; length: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { code: first, length: 1 };
  if (first < 0xc0 || first >= 0xf8) return { code: REPLACEMENT, length: 1 };
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return { code: REPLACEMENT, length: 1 };
    code = (code << 6) | (next & 0x3f);
  }
  // Longer than it needs to be, a letter is none.
  const isNone = code < SMALLEST[length]! || code > 0x10ffff || (code >= 0xd800 && code < 0xe000);
  return isNone ? { code: REPLACEMENT, length: 1 } : { code, length };
}
