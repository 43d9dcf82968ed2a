import type { PanelVariant, PanelVariants } from '../../../src/panel/protocol';
import type { VariantFigures } from '../../../src/plan/variants';
import type { Table } from '../../export/table';
import { count, fixed, percent, signed, timeText } from '../../format';
import { fitText } from '../../model/fit-text';
import { text as wording } from '../../strings';
import { text } from './strings';

const t = text.variants;
const GIB = 2 ** 30;
/** Below this two figures are the same to whoever reads them. */
const SAME = 5e-4;

/** A figure that variants are compared by. */
interface Column {
  readonly title: string;
  readonly unit: string;
  /** `null` where a job of this kind has no such figure. */
  readonly value: (figures: VariantFigures) => number | null;
  readonly shown: (value: number) => string;
  readonly better: 'lower' | 'higher' | null;
}

const milliseconds = (value: number): string => timeText(value / 1e3);

const STEP: Column = {
  title: t.columns.step,
  unit: 's',
  value: ({ seconds }) => seconds,
  shown: (value) => timeText(value),
  better: 'lower',
};
const SERVING: readonly Column[] = [
  {
    title: t.columns.tpot,
    unit: 'ms',
    value: ({ tpotMilliseconds }) => tpotMilliseconds,
    shown: milliseconds,
    better: 'lower',
  },
  {
    title: t.columns.ttft,
    unit: 'ms',
    value: ({ ttftMilliseconds }) => ttftMilliseconds,
    shown: milliseconds,
    better: 'lower',
  },
];
const SPEED: Column = {
  title: t.columns.speed,
  unit: '',
  value: ({ tokensPerSecondPerGpu }) => tokensPerSecondPerGpu,
  shown: count,
  better: 'higher',
};
const MEMORY: Column = {
  title: t.columns.memory,
  unit: 'GiB',
  value: ({ peakBytes }) => peakBytes / GIB,
  shown: (value) => fixed(value, 1),
  better: 'lower',
};
const GPUS: Column = {
  title: t.columns.gpus,
  unit: '',
  value: ({ gpus }) => gpus,
  shown: count,
  better: null,
};

const figuresIn = ({ baseline, variants }: PanelVariants): VariantFigures[] => [
  baseline,
  ...variants.flatMap(({ figures }) => figures ?? []),
];

/** The figures that this job and its variants have; GPUs where they differ. */
export function columnsOf(compared: PanelVariants): readonly Column[] {
  const all = figuresIn(compared);
  const has = ({ value }: Column) => all.some((figures) => value(figures) !== null);
  const serving = SERVING.filter(has);
  const isLarger = all.some(({ gpus }) => gpus !== compared.baseline.gpus);
  return [...(serving.length > 0 ? serving : [STEP]), SPEED, MEMORY, ...(isLarger ? [GPUS] : [])];
}

/** One figure of one variant. */
export interface Cell {
  readonly value: string;
  /** Against the baseline: `−12%`; `null` where that says nothing. */
  readonly change: string | null;
  readonly verdict: 'better' | 'worse' | 'neither';
  /** The best of its column among what fits and would start. */
  readonly isBest: boolean;
}

/** The baseline, or a variant of it. */
export interface Row {
  /** `null`: the baseline. */
  readonly variant: PanelVariant | null;
  readonly figures: VariantFigures | null;
  /** Empty without figures. */
  readonly cells: readonly Cell[];
}

const isSame = (a: number, b: number): boolean =>
  Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));

/** Best value of each column; `null` where there is no choice. */
function bestOf(column: Column, compared: PanelVariants): number | null {
  const usable = compared.variants.flatMap(({ figures, reasons }) =>
    figures && reasons.length === 0 ? figures : [],
  );
  const values = [compared.baseline, ...usable]
    .filter(({ fits }) => fits)
    .flatMap((figures) => column.value(figures) ?? []);
  if (column.better === null || values.every((value) => isSame(value, values[0]!))) return null;
  return column.better === 'lower' ? Math.min(...values) : Math.max(...values);
}

function cellOf(column: Column, figures: VariantFigures, compared: PanelVariants, best: number | null): Cell {
  const value = column.value(figures);
  const before = column.value(compared.baseline);
  if (value === null) return { value: '\u2013', change: null, verdict: 'neither', isBest: false };
  const isChanged = before !== null && before !== 0 && !isSame(value, before);
  const relative = isChanged ? value / before - 1 : 0;
  const gain = column.better === 'lower' ? -relative : relative;
  return {
    value: column.shown(value),
    change: isChanged ? `${signed(relative * 100, Math.abs(relative) < 0.1 ? 1 : 0)}%` : null,
    verdict: !isChanged || column.better === null ? 'neither' : gain > 0 ? 'better' : 'worse',
    isBest: best !== null && figures.fits && isSame(value, best),
  };
}

/** The baseline first, then the variants in their order. */
export function rowsOf(compared: PanelVariants): readonly Row[] {
  const columns = columnsOf(compared).map((column) => ({ column, best: bestOf(column, compared) }));
  const cells = (figures: VariantFigures, mayBeBest: boolean) =>
    columns.map(({ column, best }) => cellOf(column, figures, compared, mayBeBest ? best : null));
  return [
    { variant: null, figures: compared.baseline, cells: cells(compared.baseline, true) },
    ...compared.variants.map((variant) => ({
      variant,
      figures: variant.figures,
      cells: variant.figures ? cells(variant.figures, variant.reasons.length === 0) : [],
    })),
  ];
}

/** `NIC, 34%` */
export function linkText({ busiestLink }: VariantFigures, accelerator: string): string {
  if (!busiestLink) return t.nothingSent;
  const { link, busyShare } = busiestLink;
  const name = link === 'scale-up' ? wording.link.scaleUp(accelerator) : wording.link.nic;
  return `${name}, ${percent(busyShare, busyShare < 0.1 ? 1 : 0)}`;
}

/** What is compared, for a spreadsheet. */
export function comparedTable(compared: PanelVariants, accelerator: string): Table {
  const columns = columnsOf(compared);
  const plain = (value: number) => String(Number(value.toPrecision(6)));
  return {
    caption: t.title,
    columns: [
      { title: t.columns.variant },
      { title: t.columns.changes },
      ...columns.map(({ title, unit }) => ({
        title: unit === '' || title.endsWith(unit) ? title : `${title}, ${unit}`,
        format: plain,
      })),
      { title: t.columns.fits },
      { title: t.columns.link },
      { title: t.columns.reasons },
    ],
    rows: rowsOf(compared).map(({ variant, figures }) => [
      nameOf(variant),
      variant?.changed ?? '',
      ...columns.map(({ value }) => (figures && value(figures)) ?? ''),
      figures ? fitText(figures) : '',
      figures ? linkText(figures, accelerator) : '',
      variant?.reasons.join(' ') ?? '',
    ]),
  };
}

/** What a row is called. */
export const nameOf = (variant: PanelVariant | null): string =>
  variant === null ? t.baseline : (variant.name ?? t.unnamed);
