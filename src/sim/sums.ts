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

/** Each value `factor` times, at most `most`. */
export function multiplied(
  values: Float64Array,
  factor: number,
  most = Number.POSITIVE_INFINITY,
): Float64Array {
  const results = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) results[i] = Math.min(most, values[i]! * factor);
  return results;
}

export function numbersOf(values: Float64Array): number[] {
  const numbers = new Array<number>(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = values[i]!;
  return numbers;
}
