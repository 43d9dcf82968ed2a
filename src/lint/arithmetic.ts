/** Larger numbers are typing errors, and not worth the search. */
const LARGEST = 1e9;

/** All positive divisors of `n`, ascending (of a number beyond sense only 1 and itself). Precondition: `n` is a positive integer. */
export function divisors(n: number): number[] {
  if (n > LARGEST) return [1, n];
  const low: number[] = [];
  const high: number[] = [];
  for (let d = 1; d * d <= n; d++) {
    if (n % d !== 0) continue;
    low.push(d);
    if (d * d !== n) high.push(n / d);
  }
  return low.concat(high.reverse());
}

/** The largest candidate below `value` and the smallest above it. `candidates` must ascend. */
export function neighbours(candidates: readonly number[], value: number): number[] {
  const below = candidates.filter((c) => c < value).at(-1);
  const above = candidates.find((c) => c > value);
  return [below, above].filter((c) => c !== undefined);
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(values: readonly (number | string)[]): string {
  if (values.length < 2) return values.join('');
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

/** `1 layer`, `2 layers`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
