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

/** Figures of one model in one publication, as logarithms. */
function clusters(figures: readonly OpenFigure[]): readonly (readonly number[])[] {
  const found = new Map<string, number[]>();
  for (const { publication, model, timeRatio } of figures) {
    const key = `${publication}: ${model}`;
    found.set(key, [...(found.get(key) ?? []), Math.log(timeRatio)]);
  }
  return [...found.values()];
}

/** Student's t for 1, 2, 3 … degrees of freedom that one of twenty values exceeds. */
// biome-ignore format: a table
const STUDENT = [
  6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812,
  1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.74, 1.734, 1.729, 1.725,
];

/**
 * Between what nine of ten figures of a model of another publication lie, measured over predicted time less one: each model of
 * each publication has an offset of its own (normal, in logarithms), around which its rows scatter, `mean of offsets ± t ·
 * sqrt(between · (1 + 1/k) + within)` for k of them.
 */
export function intervalOf(figures: readonly OpenFigure[]): CaseError['interval'] {
  const groups = clusters(figures);
  const offsets = groups.map(mean);
  const k = groups.length;
  const centre = mean(offsets);
  const between = offsets.reduce((sum, offset) => sum + (offset - centre) ** 2, 0) / (k - 1);
  const scatter = groups.flatMap((group, index) => group.map((value) => (value - offsets[index]!) ** 2));
  const within = scatter.reduce((sum, square) => sum + square, 0) / Math.max(1, figures.length - k);
  const half = STUDENT[Math.min(k - 1, STUDENT.length) - 1]! * Math.sqrt(between * (1 + 1 / k) + within);
  return { low: Math.exp(centre - half) - 1, high: Math.exp(centre + half) - 1 };
}

/** Half of the figures are closer to the model, where each model of each publication weighs as much as any other. */
export function typicalError(figures: readonly OpenFigure[]): number {
  const groups = clusters(figures);
  const weighed = groups
    .flatMap((group) =>
      group.map((value) => ({ error: Math.abs(Math.exp(value) - 1), weight: 1 / group.length })),
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

/** Leaves out one group at a time; `null` where fewer than two models remain without one. */
export function judged<Figure extends OpenFigure>(
  figures: readonly Figure[],
  groupOf: (figure: Figure) => string,
): readonly JudgedFigure<Figure>[] | null {
  const result: JudgedFigure<Figure>[] = [];
  for (const group of new Set(figures.map(groupOf))) {
    const others = figures.filter((figure) => groupOf(figure) !== group);
    if (clusters(others).length < 2) return null;
    const { low, high } = intervalOf(others);
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
export function coverageOf(
  figures: readonly OpenFigure[],
  groupOf: (figure: OpenFigure) => string,
): Coverage | null {
  const all = judged(figures, groupOf);
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
