// The methods of typed arrays call a function per element: loops are several times as fast.

export function sumOf(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

/** Σ of each value times the other at its place. */
export function dotOf(values: Float64Array, others: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]! * others[i]!;
  return total;
}

/** Each value `factor` times. */
export function multiplied(values: Float64Array, factor: number): Float64Array {
  const results = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) results[i] = values[i]! * factor;
  return results;
}

/** The same in their own place, at most `most`. */
export function multiply(values: Float64Array, factor: number, most: number): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(most, values[i]! * factor);
  return values;
}

/** Arrays of zeroes side by side in one piece of memory, which takes a microsecond to get. */
export function zeroes(count: number, length: number): Float64Array[] {
  const all = new Float64Array(count * length);
  return Array.from({ length: count }, (_, i) => all.subarray(i * length, (i + 1) * length));
}

export function numbersOf(values: Float64Array): number[] {
  const numbers = new Array<number>(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = values[i]!;
  return numbers;
}

/** Whether two arrays have the same numbers. */
export function isSame(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
