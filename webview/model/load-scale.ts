/** Position of a load on the colour scale, 0 … 1. */
export function scaleOf(loads: Float64Array): { low: number; high: number; at: (load: number) => number } {
  const low = loads.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = loads.reduce((a, b) => Math.max(a, b), 0);
  // Where all are alike, the middle says neither little nor much.
  return { low, high, at: high - low < 1e-9 ? () => 0.5 : (load) => (load - low) / (high - low) };
}
