/** The least and the greatest of some loads: the two ends of a colour scale. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Position of a load on the colour scale, 0 … 1. */
export function positionOn({ low, high }: Range): (load: number) => number {
  // Where all are alike, the middle says neither little nor much.
  return high - low < 1e-9 ? () => 0.5 : (load) => (load - low) / (high - low);
}

/** The colour scale of some loads alone. */
export function scaleOf(loads: Float64Array): Range & { readonly at: (load: number) => number } {
  const low = loads.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = loads.reduce((a, b) => Math.max(a, b), 0);
  return { low, high, at: positionOn({ low, high }) };
}
