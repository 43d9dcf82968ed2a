/** Least point of a function of a few variables by the method of Nelder and Mead, from a point whose entries are not 0. */
export function minimise(
  of: (point: readonly number[]) => number,
  start: readonly number[],
  steps: number,
): readonly number[] {
  const moved = start.map((_, axis) => start.map((value, i) => (i === axis ? 1.1 * value : value)));
  let simplex = [start, ...moved].map((point) => ({ point, value: of(point) }));
  const at = (point: readonly number[]) => ({ point, value: of(point) });
  for (let step = 0; step < steps; step++) {
    simplex.sort((a, b) => a.value - b.value);
    const best = simplex[0]!;
    const worst = simplex.pop()!;
    const centre = start.map(
      (_, i) => simplex.reduce((sum, { point }) => sum + point[i]!, 0) / simplex.length,
    );
    const along = (factor: number) =>
      at(centre.map((value, i) => value + factor * (worst.point[i]! - value)));
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const expanded = along(-2);
      simplex.push(expanded.value < reflected.value ? expanded : reflected);
    } else if (reflected.value < simplex.at(-1)!.value) {
      simplex.push(reflected);
    } else {
      const contracted = along(0.5);
      if (contracted.value < worst.value) simplex.push(contracted);
      else {
        const towardsBest = (point: readonly number[]) =>
          point.map((value, i) => (value + best.point[i]!) / 2);
        simplex = [...simplex, worst].map(({ point }) => at(towardsBest(point)));
      }
    }
  }
  return simplex.reduce((a, b) => (b.value < a.value ? b : a)).point;
}
