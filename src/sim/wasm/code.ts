/**
 * WebAssembly's instructions, as far as loops over numbers need them (WebAssembly Core Specification 2.0, 5.4): code is a list
 * of bytes and of codes, an operation the code of its operands and its own byte. Addresses are bytes.
 */
export type Code = readonly (number | Code)[];

/** The bytes of a code. */
export function bytesOf(code: Code, bytes: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') bytes.push(part);
    else bytesOf(part, bytes);
  }
  return bytes;
}

/** A whole number in bytes of seven bits, the lowest first (LEB128). */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

/** Types by their bytes: an address or a count, a number, two numbers side by side. */
export const TYPES = { i32: 0x7f, f64: 0x7c, f64x2: 0x7b } as const;
export type Type = keyof typeof TYPES;

/** A parameter or variable of a function. */
export interface Variable {
  readonly get: Code;
  readonly set: (value: Code) => Code;
}

type Operation = (...operands: readonly Code[]) => Code;
const operation =
  (...opcode: Code): Operation =>
  (...operands) => [...operands, ...opcode];

const SIMD = 0xfd;
const simd = (opcode: number): Operation => operation(SIMD, ...unsigned(opcode));

/** At an address and so many bytes beyond it. */
type Load = (address: Code, offset?: number) => Code;
type Store = (address: Code, value: Code, offset?: number) => Code;
/** Alignment is a hint: these say the size of a number, in powers of two. */
const [WORD, DOUBLE] = [2, 3];
const load =
  (opcode: Code, alignment: number): Load =>
  (address, offset = 0) => [address, ...opcode, alignment, ...unsigned(offset)];
const store =
  (opcode: Code, alignment: number): Store =>
  (address, value, offset = 0) => [address, value, ...opcode, alignment, ...unsigned(offset)];

export const i32 = {
  of: (value: number): Code => [0x41, ...signed(value)],
  load: load([0x28], WORD),
  add: operation(0x6a),
  sub: operation(0x6b),
  mul: operation(0x6c),
  isLess: operation(0x49),
  isEqual: operation(0x46),
};

export const f64 = {
  load: load([0x2b], DOUBLE),
  store: store([0x39], DOUBLE),
  of: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  add: operation(0xa0),
  sub: operation(0xa1),
  mul: operation(0xa2),
  div: operation(0xa3),
  max: operation(0xa5),
};

export const f64x2 = {
  load: load([SIMD, 0x00], DOUBLE),
  store: store([SIMD, 0x0b], DOUBLE),
  /** The number at an address, twice. */
  loadTwice: load([SIMD, 0x0a], DOUBLE),
  /** The number at an address, and 0. */
  loadOne: load([SIMD, ...unsigned(0x5d)], DOUBLE),
  /** Two numbers from two addresses. */
  loadBoth: (first: Code, second: Code, offset = 0): Code => [
    second,
    load([SIMD, ...unsigned(0x5d)], DOUBLE)(first, offset),
    ...[SIMD, ...unsigned(0x57), DOUBLE, ...unsigned(offset), 1],
  ],
  /** Only the first of two numbers. */
  storeOne: (address: Code, value: Code, offset = 0): Code => [
    address,
    value,
    ...[SIMD, ...unsigned(0x5b), DOUBLE, ...unsigned(offset), 0],
  ],
  twice: simd(0x14),
  first: (pair: Code): Code => [pair, SIMD, 0x21, 0],
  second: (pair: Code): Code => [pair, SIMD, 0x21, 1],
  replaceFirst: (pair: Code, value: Code): Code => [pair, value, SIMD, 0x22, 0],
  /** The first, or the second, numbers of two pairs. */
  firsts: (left: Code, right: Code): Code => [left, right, SIMD, 0x0d, ...bytesFrom([0, 2], NUMBER_LENGTH)],
  seconds: (left: Code, right: Code): Code => [left, right, SIMD, 0x0d, ...bytesFrom([1, 3], NUMBER_LENGTH)],
  add: simd(0xf0),
  sub: simd(0xf1),
  mul: simd(0xf2),
  div: simd(0xf3),
  min: simd(0xf4),
  max: simd(0xf5),
  abs: simd(0xec),
  sqrt: simd(0xef),
  nearest: simd(0x94),
  /** Of the first two of four whole numbers of 32 bits, with and without a sign. */
  ofSigned: simd(0xfe),
  ofUnsigned: simd(0xff),
};

/** The bits of two numbers, as two whole numbers. */
export const i64x2 = {
  add: simd(0xce),
  sub: simd(0xd1),
  shiftUp: (pair: Code, places: number): Code => [pair, ...i32.of(places), SIMD, ...unsigned(0xcb)],
  shiftDown: (pair: Code, places: number): Code => [pair, ...i32.of(places), SIMD, ...unsigned(0xcc)],
};

/** Those of four whole numbers of 32 bits that have these numbers. */
export const i32x4 = {
  pick: (four: Code, ...numbers: readonly number[]): Code => [
    four,
    four,
    SIMD,
    0x0d,
    ...bytesFrom(numbers, WORD_LENGTH),
  ],
};

const [WORD_LENGTH, NUMBER_LENGTH] = [4, 8];
const bytesFrom = (places: readonly number[], length: number): Code =>
  places.flatMap((place) => Array.from({ length }, (_, byte) => place * length + byte));

const VOID = 0x40;
const END = 0x0b;

/** Repeats a body while the condition holds, which is asked first. */
export const whilst = (condition: Code, ...body: readonly Code[]): Code => [
  ...[0x02, VOID, 0x03, VOID],
  condition,
  // Leaves if not; else goes on to the start.
  ...[0x45, 0x0d, 1],
  ...body,
  ...[0x0c, 0, END, END],
];

export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  condition,
  ...[0x04, VOID],
  then,
  ...(otherwise.length > 0 ? [0x05, otherwise] : []),
  END,
];

/** One of some codes by number, the last for all beyond. */
export function choose(number: Code, cases: readonly Code[]): Code {
  const last = cases.length - 1;
  const blocks = cases.flatMap(() => [0x02, VOID]);
  const table = [number, 0x0e, unsigned(last), ...cases.map((_, i) => unsigned(i))];
  // Each case stands after the end of its block, and then leaves all that are left.
  return [
    ...[0x02, VOID],
    ...blocks,
    table,
    ...cases.map((code, i) => [END, code, 0x0c, unsigned(last - i)]),
    END,
  ];
}
