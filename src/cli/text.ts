import { boundName, outermost } from '../plan/fabric';
import { describeBasis } from '../plan/verdict';
import type { DeltaRow } from '../plan/whatif';
import { assumptions } from '../scenario/assumptions';
import type { Scenario } from '../scenario/scenario';
import type { LargestThatFits, ParameterCount, SimulationResult } from '../sim/result';
import type { Simulated } from '../worker/analysis';

const GIB = 2 ** 30;
export const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
export const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** Columns padded to their widest cell; numbers (right columns) to the right. */
export function table(rows: readonly (readonly string[])[], rightFrom = 1): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i >= rightFrom ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function parametersText({ total, active, withMtp }: ParameterCount): string {
  const rows = [
    ['parameters', whole.format(total)],
    ['active per token', whole.format(active)],
  ];
  if (withMtp !== null) rows.push(['with MTP', whole.format(withMtp)]);
  return table(rows);
}

/** The figures of one simulation for a terminal. */
export function simulationText({ sentence, subtitle, result, provenance }: Simulated): string {
  if (!result) return '';
  const { memory, step } = result;
  const fullest = memory.perRank[memory.fullestRank];
  return [
    `${result.scenario.model.name}: ${subtitle}`,
    sentence,
    '',
    table(
      [
        [
          'parameters',
          whole.format(result.parameters.total),
          '',
          `${whole.format(result.parameters.active)} active`,
        ],
        ['experts per token', short.format(result.scenario.model.topK), '', ''],
        ...exchangeRows(result),
        [
          'memory, fullest rank',
          short.format((fullest?.total ?? 0) / GIB),
          'GiB',
          `of ${short.format((fullest?.capacity ?? 0) / GIB)} GiB, rank ${fullest?.rank ?? 0}`,
        ],
        ...largestRows(result),
        ['step', short.format(step.seconds * 1000), 'ms', describeBasis(step.basis)],
        [
          'throughput',
          short.format(step.tokensPerSecondPerGpu),
          'tok/s/GPU',
          step.mfu ? `MFU ${(step.mfu * 100).toFixed(1)}%` : '',
        ],
      ].map(([name = '', value = '', unit = '', note = '']) => [
        name,
        value.padStart(18),
        unit.padEnd(9),
        note,
      ]),
      9,
    ),
    '',
    communicationText(result),
    '',
    `assumed: ${
      assumptions(result.scenario, provenance)
        .map(({ name, value }) => `${name}=${String(value)}`)
        .join(', ') || 'nothing'
    }`,
  ].join('\n');
}

/** What dispatch and combine do; nothing where no expert is on another rank. */
function exchangeRows(result: SimulationResult): string[][] {
  const { traffic, time, placement, scenario } = result;
  if (scenario.layout.ep === 1) return [];
  const bound = (phase: 'dispatch' | 'combine') => `bound by ${boundName(time[phase].boundBy, scenario)}`;
  return [
    [
      'ranks per token',
      short.format(traffic.perToken.distinctRanks),
      '',
      `of ${placement.worldRanks.length}`,
    ],
    [
      `remote ${outermost(scenario)}s per token`,
      short.format(traffic.perToken.remoteNodes),
      '',
      `of ${traffic.domains - 1}`,
    ],
    [
      'fullest rank over mean',
      short.format(traffic.load.maxOverMean),
      '×',
      `rank ${traffic.load.fullestRank}${layersText(result)}`,
    ],
    [
      'dispatch',
      short.format(time.dispatch.microseconds),
      'µs',
      `${bound('dispatch')}; ${describeBasis(time.basis)}`,
    ],
    ['combine', short.format(time.combine.microseconds), 'µs', bound('combine')],
  ];
}

/** Where layers differ: which one the figures are of, and how far the worst is from it. */
function layersText({ placement: { layer, layers } }: SimulationResult): string {
  if (layers.maxOverMean.length === 1) return '';
  const worst = layers.maxOverMean[layers.worst] ?? 1;
  return `, MoE layer ${layer}; mean of layers ${short.format(layers.mean)}, worst ${short.format(worst)}`;
}

interface Largest {
  readonly name: keyof LargestThatFits;
  readonly label: string;
  readonly unit: string;
  /** What it is the largest for: all else stays as it is. */
  readonly where: (scenario: Scenario) => string;
}

const LARGEST: readonly Largest[] = [
  {
    name: 'microBatchSize',
    label: 'largest microbatch',
    unit: 'sequences',
    where: ({ workload }) => `of ${whole.format(workload.sequenceLength)} tokens`,
  },
  {
    name: 'sequenceLength',
    label: 'largest sequence',
    unit: 'tokens',
    where: ({ workload }) => `with ${sequences(workload.microBatchSize)} per microbatch`,
  },
  {
    name: 'contextLength',
    label: 'largest context',
    unit: 'tokens',
    where: ({ workload }) => `with ${sequences(workload.concurrency)} at once in all`,
  },
  {
    name: 'concurrency',
    label: 'largest concurrency',
    unit: 'sequences',
    where: ({ workload }) => `in all, of ${whole.format(workload.contextLength)} tokens`,
  },
];

const sequences = (many: number): string => `${whole.format(many)} sequence${many === 1 ? '' : 's'}`;

/** What fits at most, each with all else as it is. */
function largestRows({ memory, scenario }: SimulationResult): string[][] {
  return LARGEST.flatMap(({ name, label, unit, where }) => {
    const value = memory.largest[name];
    if (value === undefined) return [];
    const shown = value === null ? ['none fits', ''] : [whole.format(value), unit];
    return [[label, ...shown, where(scenario)]];
  });
}

function communicationText({ comparison }: SimulationResult): string {
  const row = (
    name: string,
    { formula, per, textbookBytes, exactBytes }: SimulationResult['comparison']['ep'],
  ) => [`${name}, ${formula}, per ${per}`, megabytes(textbookBytes), megabytes(exactBytes)];
  return table([
    ['communication per rank', 'textbook MB', 'exact MB'],
    row('EP', comparison.ep),
    row('TP', comparison.tp),
    row('DP', comparison.dp),
    row('PP', comparison.pp),
  ]);
}

const megabytes = (bytes: number): string => whole.format(bytes / 1e6);

/** Baseline and variant beside each other for a terminal. */
export function deltaText(rows: readonly DeltaRow[]): string {
  return table([
    ['', 'baseline', 'variant', 'change', ''],
    ...rows.map(({ label, unit, baseline, variant }) => [
      unit ? `${label}, ${unit}` : label,
      short.format(baseline),
      short.format(variant),
      signed(variant - baseline),
      baseline === 0 ? '' : `${signed(Math.round((variant / baseline - 1) * 100))}%`,
    ]),
  ]);
}

const signed = (value: number): string => (value > 0 ? '+' : '') + short.format(value);
