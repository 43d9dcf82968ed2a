import { fields } from '../scenario/fields';
import { parseField } from '../scenario/fields/parse';
import type { Values } from '../scenario/values';
import type { SimulationResult } from '../sim/result';

/** One scenario field set to another value; `name` is dotted, as for `--set`. */
export interface Change {
  readonly name: string;
  readonly value: number | string | boolean;
}

/** One figure of baseline and variant beside each other. */
export interface DeltaRow {
  readonly section: 'fit' | 'step' | 'network' | 'traffic';
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly baseline: number;
  readonly variant: number;
  /** Which direction is better; `null` when neither is. */
  readonly better: 'lower' | 'higher' | null;
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

/** The field that somebody means: by its dotted name, by the last part of it, or by what it is called on screen. */
function fieldMeant(written: string): string {
  const wanted = plain(written);
  const found =
    fields.find(({ name }) => plain(name) === wanted) ??
    fields.find(({ name, label }) =>
      [plain(label), plain(name.slice(name.lastIndexOf('.') + 1))].includes(wanted),
    );
  return found?.name ?? written;
}

/**
 * A change from `NAME=VALUE`, the name dotted or as people say it: `layout.ep=8`, `ep=8`.
 * @throws FieldError for an unknown name or an illegal value.
 */
export function parseChange(text: string): Change {
  const at = text.indexOf('=');
  const name = fieldMeant(at < 0 ? text : text.slice(0, at));
  return { name, value: parseField(name, at < 0 ? '' : text.slice(at + 1)) };
}

/**
 * Changes as people type them: `ep=32, tp=2`, `layout.ep=32 backend=nccl-alltoall`. `null` for text of another shape.
 * @throws FieldError for an unknown name or an illegal value.
 */
export function parseTyped(text: string): Change[] | null {
  const parts = text
    .replace(/\s*=\s*/g, '=')
    .split(/[;,\s]+(?=[\w.-]+=)/)
    .map((part) => /^\s*([\w.-]+)=(\S+)\s*$/.exec(part));
  return parts.every((part) => part !== null)
    ? parts.map(([, name, value]) => parseChange(`${name}=${value}`))
    : null;
}

/** Changes as overrides of a resolution; a later change of the same field wins. */
export function asOverrides(changes: readonly Change[]): Values {
  return Object.fromEntries(changes.map((change) => [change.name, change.value]));
}

interface Figure {
  readonly section: DeltaRow['section'];
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly better: DeltaRow['better'];
  /** `undefined` where the figure does not exist for this kind of job. */
  readonly of: (result: SimulationResult) => number | undefined;
}

const GIB = 2 ** 30;
const MB = 1e6;

/** The figures that a what-if compares, in the order in which they are shown. */
const figures: readonly Figure[] = [
  {
    section: 'fit',
    name: 'memory.peakGiB',
    label: 'Peak memory, fullest rank',
    unit: 'GiB',
    better: 'lower',
    of: (result) => fullest(result).total / GIB,
  },
  {
    section: 'fit',
    name: 'memory.freeGiB',
    label: 'Free on the fullest rank',
    unit: 'GiB',
    better: 'higher',
    of: (result) => (fullest(result).capacity - fullest(result).total) / GIB,
  },
  {
    section: 'fit',
    name: 'layout.worldSize',
    label: 'GPUs',
    unit: '',
    better: null,
    of: (result) => result.scenario.layout.worldSize,
  },
  {
    section: 'step',
    name: 'step.seconds',
    label: 'Step time',
    unit: 's',
    better: 'lower',
    of: (result) => result.step.seconds,
  },
  {
    section: 'step',
    name: 'step.mfu',
    label: 'MFU',
    unit: '%',
    better: 'higher',
    of: (result) => (result.step.mfu === undefined ? undefined : result.step.mfu * 100),
  },
  {
    section: 'step',
    name: 'step.tokensPerSecondPerGpu',
    label: 'Throughput',
    unit: 'tok/s/GPU',
    better: 'higher',
    of: (result) => result.step.tokensPerSecondPerGpu,
  },
  {
    section: 'step',
    name: 'step.tpotMilliseconds',
    label: 'Time per output token',
    unit: 'ms',
    better: 'lower',
    of: (result) => result.step.tpotMilliseconds,
  },
  {
    section: 'step',
    name: 'step.ttftMilliseconds',
    label: 'Time to first token',
    unit: 'ms',
    better: 'lower',
    of: (result) => result.step.ttftMilliseconds,
  },
  {
    section: 'network',
    name: 'time.dispatchMicroseconds',
    label: 'Dispatch, one MoE layer',
    unit: 'µs',
    better: 'lower',
    of: (result) => result.time.dispatch.microseconds,
  },
  {
    section: 'network',
    name: 'time.combineMicroseconds',
    label: 'Combine, one MoE layer',
    unit: 'µs',
    better: 'lower',
    of: (result) => result.time.combine.microseconds,
  },
  {
    section: 'network',
    name: 'traffic.busiestNicMB',
    label: 'NIC, busiest rank, dispatch',
    unit: 'MB',
    better: 'lower',
    of: (result) => result.traffic.dispatch.busiest.scaleOutBytes / MB,
  },
  {
    section: 'traffic',
    name: 'traffic.distinctRanks',
    label: 'Ranks per token',
    unit: '',
    better: 'lower',
    of: (result) => result.traffic.perToken.distinctRanks,
  },
  {
    section: 'traffic',
    name: 'traffic.remoteNodes',
    label: 'Remote nodes per token',
    unit: '',
    better: 'lower',
    of: (result) => result.traffic.perToken.remoteNodes,
  },
  {
    section: 'traffic',
    name: 'load.maxOverMean',
    label: 'Fullest rank over mean',
    unit: '×',
    better: 'lower',
    of: (result) => result.traffic.load.maxOverMean,
  },
];

function fullest(result: SimulationResult) {
  return result.memory.perRank[result.memory.fullestRank]!;
}

/** Every figure that both sides have, baseline beside variant. */
export function compare(baseline: SimulationResult, variant: SimulationResult): DeltaRow[] {
  return figures.flatMap(({ of, ...row }) => {
    const before = of(baseline);
    const after = of(variant);
    return before === undefined || after === undefined ? [] : [{ ...row, baseline: before, variant: after }];
  });
}
