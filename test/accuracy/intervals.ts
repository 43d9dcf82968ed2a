import type { CaseError } from '../../src/sim/compute/errors';

/** A figure that no constant was fitted on. */
export interface OpenFigure {
  readonly publication: string;
  /** The part of a publication that came out at once: a release, or all of it. */
  readonly edition: string;
  readonly model: string;
  /** Measured over predicted time. */
  readonly timeRatio: number;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What figures are divided by; the outer levels first. */
export type Levels<Figure> = readonly ((figure: Figure) => string)[];

/** One model in one publication. */
export const modelOf = ({ publication, model }: OpenFigure): string => `${publication}: ${model}`;

function groupsBy<Figure>(
  figures: readonly Figure[],
  keyOf: (figure: Figure) => string,
): readonly Figure[][] {
  const found = new Map<string, Figure[]>();
  for (const figure of figures) found.set(keyOf(figure), [...(found.get(keyOf(figure)) ?? []), figure]);
  return [...found.values()];
}

/** Offset of a group in logarithms: the mean of its parts' offsets, or of its figures where it has no parts. */
function offsetOf<Figure extends OpenFigure>(figures: readonly Figure[], levels: Levels<Figure>): number {
  const [outer, ...inner] = levels;
  return outer
    ? mean(groupsBy(figures, outer).map((group) => offsetOf(group, inner)))
    : mean(figures.map(({ timeRatio }) => Math.log(timeRatio)));
}

/** Variance, in logarithms, of what lies `depth` levels down around the group that it is in, pooled over the groups. */
function scatterIn<Figure extends OpenFigure>(
  figures: readonly Figure[],
  levels: Levels<Figure>,
  depth: number,
): { readonly squares: number; readonly freedom: number } {
  const [outer, ...inner] = levels;
  if (depth > 0) {
    const parts = groupsBy(figures, outer!).map((group) => scatterIn(group, inner, depth - 1));
    const sum = (of: 'squares' | 'freedom') => parts.reduce((all, part) => all + part[of], 0);
    return { squares: sum('squares'), freedom: sum('freedom') };
  }
  const offsets = outer
    ? groupsBy(figures, outer).map((group) => offsetOf(group, inner))
    : figures.map(({ timeRatio }) => Math.log(timeRatio));
  const centre = mean(offsets);
  const squares = offsets.reduce((sum, offset) => sum + (offset - centre) ** 2, 0);
  return { squares, freedom: offsets.length - 1 };
}

/** Student's t for 1, 2, 3 … degrees of freedom that one of twenty values exceeds. */
// biome-ignore format: a table
const STUDENT = [
  6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812,
  1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.74, 1.734, 1.729, 1.725,
];

/**
 * Between what nine of ten figures of the next group lie, measured over predicted time less one: each model of each publication (or
 * whatever the outermost level is) has an offset of its own (normal, in logarithms), around which its parts scatter, and their rows:
 * `mean of offsets ± t · sqrt(between · (1 + 1/k) + within)` for k of them, with the variances of all inner levels together within.
 */
export function intervalOf<Figure extends OpenFigure>(
  figures: readonly Figure[],
  levels: Levels<Figure> = [modelOf],
): CaseError['interval'] {
  const [between, ...within] = [0, ...levels.map((_, index) => index + 1)].map((depth) =>
    scatterIn(figures, levels, depth),
  );
  const k = between!.freedom + 1;
  const variance = ({ squares, freedom }: { squares: number; freedom: number }) =>
    squares / Math.max(1, freedom);
  const spread = within.reduce((sum, one) => sum + variance(one), variance(between!) * (1 + 1 / k));
  const centre = offsetOf(figures, levels);
  const half = STUDENT[Math.min(k - 1, STUDENT.length) - 1]! * Math.sqrt(spread);
  return { low: Math.exp(centre - half) - 1, high: Math.exp(centre + half) - 1 };
}

/** Half of the figures are closer to the model, where each model of each publication weighs as much as any other. */
export function typicalError(figures: readonly OpenFigure[]): number {
  const groups = groupsBy(figures, modelOf);
  const weighed = groups
    .flatMap((group) =>
      group.map(({ timeRatio }) => ({ error: Math.abs(timeRatio - 1), weight: 1 / group.length })),
    )
    .sort((a, b) => a.error - b.error);
  let passed = 0;
  for (const { error, weight } of weighed) {
    passed += weight;
    if (passed >= groups.length / 2) return error;
  }
  return 0;
}

/** A figure beside what all other groups say of it. */
export interface JudgedFigure<Figure extends OpenFigure = OpenFigure> {
  readonly figure: Figure;
  readonly group: string;
  /** Whether it lies in their interval, and no further from the model than half of them. */
  readonly isInside: boolean;
  readonly isInHalf: boolean;
}

/** Leaves out one group at a time; `null` where fewer than two of the outermost level remain without one. */
export function judged<Figure extends OpenFigure>(
  figures: readonly Figure[],
  groupOf: (figure: Figure) => string,
  levels: Levels<Figure> = [modelOf],
): readonly JudgedFigure<Figure>[] | null {
  const result: JudgedFigure<Figure>[] = [];
  for (const group of new Set(figures.map(groupOf))) {
    const others = figures.filter((figure) => groupOf(figure) !== group);
    if (groupsBy(others, levels[0]!).length < 2) return null;
    const { low, high } = intervalOf(others, levels);
    const typical = typicalError(others);
    for (const figure of figures.filter((each) => groupOf(each) === group)) {
      const error = figure.timeRatio - 1;
      result.push({
        figure,
        group,
        isInside: error >= low && error <= high,
        isInHalf: Math.abs(error) <= typical,
      });
    }
  }
  return result;
}

/** How many figures of groups lie in the interval of all other groups, or are as close as half of theirs. */
export interface Coverage {
  readonly groups: number;
  readonly inside: number;
  readonly all: number;
  /** Mean over groups of the share that lies inside. */
  readonly meanShare: number;
  /** The same of the share that is as close as half. */
  readonly meanHalf: number;
}

/** `null` where `judged` is. */
export function coverageOf<Figure extends OpenFigure>(
  figures: readonly Figure[],
  groupOf: (figure: Figure) => string,
  levels?: Levels<Figure>,
): Coverage | null {
  const all = judged(figures, groupOf, levels);
  if (all === null) return null;
  const names = [...new Set(all.map(({ group }) => group))];
  const shareOf = (name: string, counts: (one: JudgedFigure) => boolean): number =>
    mean(all.filter(({ group }) => group === name).map((one) => Number(counts(one))));
  return {
    groups: names.length,
    inside: all.filter(({ isInside }) => isInside).length,
    all: all.length,
    meanShare: mean(names.map((name) => shareOf(name, ({ isInside }) => isInside))),
    meanHalf: mean(names.map((name) => shareOf(name, ({ isInHalf }) => isInHalf))),
  };
}
