import type { Growth, GrowthPoint } from '../../src/plan/growth';
import type { Family } from './communication';

/** Which bytes of a volume are meant. */
export type Counted = 'textbookBytes' | 'exactBytes' | 'exactBytesPerStep';

/** A volume through the sizes of one quantity, as multiples of the present ones; `null` where nothing is sent at present. */
export function courseOf(
  { points }: Growth,
  family: Family,
  counted: Counted,
): readonly { readonly scale: number; readonly ratio: number }[] | null {
  const bytesAt = ({ volumes }: GrowthPoint) => volumes[family][counted];
  const present = points.find(({ scale }) => scale === 1);
  const whole = present ? bytesAt(present) : 0;
  if (whole <= 0) return null;
  return points.map((point) => ({ scale: point.scale, ratio: bytesAt(point) / whole }));
}

/** What doubling the quantity multiplies the volume by; `null` where that is no legal job. */
export function whenDoubled(course: NonNullable<ReturnType<typeof courseOf>>): number | null {
  return course.find(({ scale }) => scale === 2)?.ratio ?? null;
}

/** Two courses are told apart from one percent on. */
export function differ(
  one: NonNullable<ReturnType<typeof courseOf>>,
  other: NonNullable<ReturnType<typeof courseOf>>,
): boolean {
  return one.some(({ ratio }, i) => Math.abs(ratio / other[i]!.ratio - 1) > 0.01);
}
