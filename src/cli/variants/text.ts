import { fitWords } from '../../plan/fit';
import { changesText } from '../../plan/knobs';
import { type VariantFigures, variantFigures } from '../../plan/variants';
import type { Simulated } from '../../worker/analysis';
import { refusalsText } from '../refusals';
import { short, table, whole } from '../text';
import type { Workspace } from '../workspace';
import type { Compared } from './compare';

const GIB = 2 ** 30;
/** Below this two figures are the same to whoever reads them. */
const SAME = 5e-4;

/** A figure that variants are compared by. */
interface Column {
  readonly title: string;
  /** `null` where a job of this kind has no such figure. */
  readonly value: (figures: VariantFigures) => number | null;
}

const STEP: Column = { title: 'step, ms', value: ({ seconds }) => seconds * 1e3 };
const SERVING: readonly Column[] = [
  { title: 'TPOT, ms', value: ({ tpotMilliseconds }) => tpotMilliseconds },
  { title: 'TTFT, ms', value: ({ ttftMilliseconds }) => ttftMilliseconds },
];
const ALWAYS: readonly Column[] = [
  { title: 'tok/s/GPU', value: ({ tokensPerSecondPerGpu }) => tokensPerSecondPerGpu },
  { title: 'fullest rank, GiB', value: ({ peakBytes }) => peakBytes / GIB },
];

/** The job and its variants as a table for a terminal, and under it what each variant is and what is against it. */
export function variantsText(
  { result }: Simulated,
  variants: readonly Compared[],
  workspace: Workspace,
): string {
  const baseline = result && variantFigures(result);
  const all = [...(baseline ? [baseline] : []), ...variants.flatMap(({ figures }) => figures ?? [])];
  const serving = SERVING.filter(({ value }) => all.some((figures) => value(figures) !== null));
  const columns = [...(serving.length > 0 ? serving : [STEP]), ...ALWAYS];
  const row = (name: string, figures: VariantFigures) => [
    name,
    whole.format(figures.gpus),
    ...columns.flatMap(({ value }) => cells(value(figures), baseline && value(baseline))),
    fitWords(figures),
    linkText(figures),
  ];
  const heads = ['', 'GPUs', ...columns.flatMap(({ title }) => [title, '']), 'memory', 'busiest link'];
  const first = baseline ? [row('baseline', baseline)] : [];
  const rows = variants.flatMap(({ figures, ...one }) => (figures ? [row(nameOf(one), figures)] : []));
  const notes = variants.map((one) => noteText(one, workspace)).join('\n');
  const compared = all.length > 0 ? `${table([heads, ...first, ...rows])}\n\n` : '';
  return `${compared}${notes}\n`;
}

const nameOf = ({ name }: Pick<Compared, 'name'>): string => name ?? 'with --change';

/** A figure, and how far it is from the baseline's. */
function cells(value: number | null, before: number | null): readonly [string, string] {
  if (value === null) return ['-', ''];
  const relative = before === null || before === 0 ? 0 : value / before - 1;
  const digits = Math.abs(relative) < 0.1 ? 1 : 0;
  const change = `${relative > 0 ? '+' : ''}${(100 * relative).toFixed(digits)}%`;
  return [short.format(value), Math.abs(relative) < SAME ? '' : change];
}

function linkText({ busiestLink }: VariantFigures): string {
  if (!busiestLink) return 'nothing is sent';
  const { link, busyShare } = busiestLink;
  return `${link === 'scale-out' ? 'NIC' : link}, ${(100 * busyShare).toFixed(busyShare < 0.1 ? 1 : 0)}%`;
}

/** What a variant changes and who says so, and beneath it what keeps it from being a job. */
function noteText(one: Compared, workspace: Workspace): string {
  const { changes, file, simulated, figures, errors, isBaseline } = one;
  const said = [...(changes === null ? [] : [changesText(changes)]), ...(file === null ? [] : [`(${file})`])];
  const problems = [
    ...(isBaseline ? ['  changes nothing: the job is this'] : []),
    ...errors.map(({ rule, message }) => `  ${rule}: ${message}`),
    ...(figures ? [] : ['  cannot be simulated:', indented(refusalsText(simulated, workspace))]),
  ];
  return [`${nameOf(one)}: ${said.join(' ')}`, ...problems].join('\n');
}

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');
