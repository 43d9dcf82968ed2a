import { coverageOf } from '../intervals';
import { KINDS, type WiderCase, widerSteps } from '../kinds';
import { widerNetworks } from '../network-kinds';
import { grid } from './markdown';

const percent = (value: number): string => `${Math.round(100 * value)} %`;
const factor = (value: number): string => Number((1 + value).toPrecision(2)).toString();
const kindOf = ({ kind }: WiderCase['figures'][number]): string => kind;

function cells({ name, stated, figures }: WiderCase): string[] {
  const { low, high } = stated.interval;
  const coverage = coverageOf(figures, kindOf, KINDS)!;
  return [
    name,
    `${coverage.groups}: ${[...new Set(figures.map(kindOf))].join('; ')}`,
    String(figures.length),
    percent(stated.expectedError),
    `${factor(low)} to ${factor(high)}`,
    `${coverage.inside} of ${coverage.all}, ${percent(coverage.meanShare)} of ${coverage.groups}`,
  ];
}

/** What is stated where nothing of the kind was published, and how many figures of kinds left out lie in it. */
export const kindsSection = (): string => `## What the interval is worth where nothing was published

An accelerator, format, engine or part of a model of which nobody published a figure has the interval of the next wider kind, and says \`extrapolated\` (\`errorFrom: other-kinds\`): what the kinds that were published show of each other. Every kind below was predicted by constants that were fitted without any of its rows. A kind has an offset of its own, around which its models scatter, and their rows; the interval is that of a row of the next kind (normal in logarithms, Student's t for few kinds). Then each kind is left out of the interval too, and its rows are counted that lie in that of the others: of all rows, and the mean share over kinds. No finding rests on such an interval, and where several reasons to extrapolate come together the widest speaks, of communication all of them (squares of their logarithms add up).

Sizes of dispatch and combine are left out by distance: every size is predicted by constants of rows that are all at least so many times larger, or smaller, and what a kernel takes at least is taken to be unknown. On a torus, which is counted as a switch, nobody published an all-to-all: there the upper end follows from the number of links that a row passes when the group lies on one axis.

${grid(
  [
    'what was not published',
    'kinds',
    'rows',
    'half within, of phases the mean',
    'nine of ten take, times predicted',
    'inside, kind left out',
  ],
  [...widerSteps(), ...widerNetworks()].map(cells),
)}`;
