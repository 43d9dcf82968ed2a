import { type Coverage, coverageOf, typicalError } from '../intervals';
import { type ShownCase, shownCases } from '../open-figures';
import { grid } from './markdown';

const percent = (value: number): string => `${Math.round(100 * value)} %`;
const factor = (value: number): string => Number((1 + value).toPrecision(2)).toString();

const covered = (coverage: Coverage | null): string =>
  coverage === null
    ? '–'
    : `${coverage.inside} of ${coverage.all}, ${percent(coverage.meanShare)} of ${coverage.groups}`;

function cells({ name, stated, figures }: ShownCase): string[] {
  const models = new Set(figures.map(({ publication, model }) => `${publication}: ${model}`));
  const { low, high } = stated.interval;
  return [
    name,
    String(figures.length),
    String(models.size),
    percent(typicalError(figures)),
    `${factor(low)} to ${factor(high)}`,
    covered(coverageOf(figures, ({ publication }) => publication)),
    covered(coverageOf(figures, ({ edition }) => edition)),
  ];
}

/** What the intervals of steps are made of, and how many figures of publications left out lie in them. */
export const intervalSection = (): string => `## What the interval of a step is worth

A step says between what nine of ten measured times lie, over the predicted one. That is no figure of the fit: it comes from rows that no constant was fitted on, those of the fit's own sources by constants fitted without their model, and those of publications that the fit never saw. A model in one publication has an offset of its own, around which its rows scatter; the interval is that of a row of the next such model (normal in logarithms, Student's t for few of them). So that it is not judged by its own rows, each publication is left out in turn, or each edition, such as a release, and its rows are counted that lie in the interval of all others: of all rows, and the mean share over what was left out. Where nothing of the kind was measured, no interval is said.

Before the rows *held out* were taken in, intervals came from the fit's own sources alone, and held 77 % of those of training, 62 % of TPOT and 84 % of TTFT.

${grid(
  [
    'case',
    'rows',
    'models of publications',
    'half within',
    'nine of ten take, times predicted',
    'inside, publication left out',
    'inside, edition left out',
  ],
  shownCases().map(cells),
)}`;
