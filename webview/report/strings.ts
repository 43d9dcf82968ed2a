import { count, plural } from '../format';

/** What a report says beyond what the views say. */
export const text = {
  title: (model: string, file: string) => `${model}, ${file}: MoE Scope`,
  contents: 'Contents',
  rows: (caption: string, rows: string) => `${caption}, ${rows} rows`,
  moreRows: (n: number) =>
    `${plural(n, 'more row is', 'more rows are')} left out; the panel copies all of them.`,
  inputs: 'What this rests on',
  inputsHead: (all: number, assumed: number) =>
    assumed === 0
      ? `${plural(all, 'input', 'inputs')}, none of them assumed.`
      : `${plural(all, 'input', 'inputs')}, ${count(assumed)} of them assumed.`,
  inputsTable: 'Inputs with their origins',
  inputColumns: { input: 'Input', value: 'Value', origin: 'Origin', detail: 'Why' },
  findings: 'Findings',
  findingsHead: (n: number, file: string) => `${plural(n, 'finding', 'findings')} in ${file}.`,
  findingColumns: { severity: 'Severity', rule: 'Rule', message: 'Finding', origin: 'Line' },
  severity: { error: 'Error', warning: 'Warning', info: 'Note' },
  basis: 'How the figures come about',
  basisHead: 'What was counted, what was measured and what is modelled.',
  cards: (ranks: number, layer: number) =>
    `${plural(ranks, 'GPU', 'GPUs')} of one EP group and the experts that MoE layer ${count(layer)} has on each, coloured by load, little to much.`,
  cardScale: (of: string, low: string, high: string) => `${of}: ${low} to ${high}`,
  heat: (from: string, pooled: number) =>
    `Dispatch, copies from ${from} (rows) to ${from} (columns), little to much.${
      pooled > 1
        ? ` Each square stands for ${count(pooled)} \u00d7 ${count(pooled)} of them and shows the largest.`
        : ''
    }`,
  scale: (low: string, high: string) =>
    `Lightest ${low} copies, darkest ${high}; in dark colours the other way round.`,
  memory: (what: string) => `GiB of each ${what}; the red line is the capacity.`,
  rank: 'rank',
  fullestOfNode: 'node, its fullest rank',
  hopColumns: { hop: 'Hop', bytes: 'Bytes', time: 'Time' },
  pairs: 'Heaviest pairs',
  pairColumns: { pair: 'Pair', copies: 'Copies', bytes: 'Bytes' },
  step: 'The step, part by part.',
  links: 'Links',
  linkColumns: { link: 'Link', rated: 'Rated', busy: 'Busy', carries: 'MB in a step' },
  whatIf: 'What if',
  whatIfTable: 'Baseline and what-if',
  whatIfColumns: { figure: 'Figure', baseline: 'Baseline', variant: 'What if', unit: 'Unit' },
};
