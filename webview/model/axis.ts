/** Round axis steps (1, 2 or 5 times a power of ten) that leave about five of them under the top. */
export function niceStep(top: number, wanted = 5): number {
  const rough = top / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((unit) => unit * power >= rough) ?? 10) * power;
}

/** Multiples of a nice step between two values. */
export function niceTicks(least: number, most: number): number[] {
  const step = niceStep(most - least);
  const first = Math.ceil(least / step);
  return Array.from(
    { length: Math.max(0, Math.floor(most / step) - first + 1) },
    (_, i) => (first + i) * step,
  );
}
