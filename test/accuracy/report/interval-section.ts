import { type Coverage, coverageOf, type JudgedFigure, judged, typicalError } from '../intervals';
import { type ServedFigure, type ShownCase, servedInNode, shownCases } from '../open-figures';
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
  const byPublication = coverageOf(figures, ({ publication }) => publication);
  return [
    name,
    String(figures.length),
    String(models.size),
    percent(typicalError(figures)),
    `${factor(low)} to ${factor(high)}`,
    covered(byPublication),
    byPublication === null ? '–' : percent(byPublication.meanHalf),
    covered(coverageOf(figures, ({ edition }) => edition)),
  ];
}

type JudgedServed = readonly JudgedFigure<ServedFigure>[];

/** Served figures of each kind of setting, by the other publications of their case. */
function kindRows(): string[][] {
  const [tpot, ttft] = (['tpot', 'ttft'] as const).map((figure) =>
    servedInNode(figure).flatMap((figures) => judged(figures, ({ publication }) => publication) ?? []),
  );
  const divisions = Object.keys(tpot![0]!.figure.kinds) as (keyof ServedFigure['kinds'])[];
  return divisions.flatMap((division) => {
    const kindOf = ({ figure }: JudgedServed[number]): string => figure.kinds[division];
    return [...new Set(tpot!.map(kindOf))].sort().map((kind) => {
      const [ofTpot, ofTtft] = [tpot!, ttft!].map((all) => all.filter((one) => kindOf(one) === kind));
      return [kind, String(ofTpot!.length), ...shares(ofTpot!), ...shares(ofTtft!)];
    });
  });
}

const shares = (all: JudgedServed): string[] => [
  percent(all.filter(({ isInside }) => isInside).length / all.length),
  percent(all.filter(({ isInHalf }) => isInHalf).length / all.length),
];

/** What the intervals of steps are made of, and how many figures of publications left out lie in them. */
export const intervalSection = (): string => `## What the interval of a step is worth

A step says between what nine of ten measured times lie, over the predicted one. That is no figure of the fit: it comes from rows that no constant was fitted on, those of the fit's own sources by constants fitted without their model, and those of publications that the fit never saw. A model in one publication has an offset of its own, around which its rows scatter; the interval is that of a row of the next such model (normal in logarithms, Student's t for few of them). So that it is not judged by its own rows, each publication is left out in turn, or each edition, such as a release, and its rows are counted that lie in the interval of all others: of all rows, and the mean share over what was left out, and the mean share of rows that are as close to the model as half of the others.

Before the rows *held out* were taken in, intervals came from the fit's own sources alone, and held 77 % of those of training, 62 % of TPOT and 84 % of TTFT.

${grid(
  [
    'case',
    'rows',
    'models of publications',
    'half within',
    'nine of ten take, times predicted',
    'inside, publication left out',
    'as close as half',
    'inside, edition left out',
  ],
  shownCases().map(cells),
)}

Of serving in one node by kind of setting, what lies in the interval of the other publications of its case (nine of ten should), and what is as close as half of theirs. Those of TensorRT-LLM are all of one publication, some with speculative decoding that their rows do not state: a third faster than others of their kind.

${grid(['kind', 'rows', 'TPOT inside', 'as close as half', 'TTFT inside', 'as close as half'], kindRows())}`;
