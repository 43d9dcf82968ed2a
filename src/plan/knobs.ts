import { accelerators } from '../catalog/accelerators';
import { field } from '../scenario/fields';
import type { BackendId, PlacementScenario, Scenario } from '../scenario/scenario';
import { sizeCandidates } from './sizes';
import type { Change } from './whatif';

/** One thing that a what-if can change, with the values worth trying. */
export interface Knob {
  /** Dotted scenario name. */
  readonly name: string;
  readonly label: string;
  /** Value of the scenario, as one of the options' values. */
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

const MAX_OPTIONS = 12;

/** Halves and doubles around a value, itself included, never below `least`. */
const around = (value: number, least: number): number[] =>
  [value / 4, value / 2, value, value * 2, value * 4].filter((v) => Number.isInteger(v) && v >= least);

/** The numbers that are worth trying for a knob, before the framework's own rules sort out the illegal ones. */
const candidates: Readonly<Record<string, (scenario: Scenario) => readonly number[]>> = {
  'layout.ep': (scenario) => sizeCandidates('layout.ep', scenario),
  'layout.tp': () => [1, 2, 4, 8, 16],
  'cluster.nodes': ({ cluster }) => around(cluster.nodes, 1),
  'model.topK': () => [1, 2, 4, 6, 8],
  'workload.tokensPerRank': ({ workload }) => around(workload.tokensPerRank, 1),
  'routing.sigma': () => [0, 0.187, 0.5, 1.009, 1.5],
  // More slots come in whole rows over the ranks, or ranks would hold different numbers.
  'placement.redundantExperts': ({ layout, placement }) => [
    0,
    ...[1, 2, 4].map((rows) => placement.redundantExperts + rows * layout.ep),
  ],
};

const sigmaNames: Readonly<Record<string, string>> = {
  '0': 'balanced',
  '0.187': 'as in training, σ 0.19',
  '0.5': 'between, σ 0.5',
  '1.009': 'as in serving, σ 1.01',
  '1.5': 'stronger, σ 1.5',
};

const strategyNames: Readonly<Record<PlacementScenario['strategy'], string>> = {
  linear: 'in index order',
  'round-robin': 'round-robin',
  eplb: 'EPLB, by load',
  explicit: 'as the file says',
};

const backendNames: Readonly<Record<BackendId, string>> = {
  'nccl-alltoall': 'NCCL all-to-all',
  'allgather-reducescatter': 'all-gather, reduce-scatter',
  'deepep-high-throughput': 'DeepEP high throughput',
  'deepep-low-latency': 'DeepEP low latency',
  'nvlink-one-sided': 'one-sided NVLink',
};

/** The name of a backend as people write it. */
export function backendName(id: BackendId): string {
  return backendNames[id];
}

/** Whether a scenario with this one change is still one. */
export type IsLegal = (change: Change) => boolean;

/** The knobs of a what-if for one scenario, each with its legal values, the present one always among them. */
export function knobs(scenario: Scenario, isLegal: IsLegal): Knob[] {
  const { layout, cluster, workload, routing, model, placement, communication } = scenario;
  const number = (name: string, value: number): Knob => numberKnob(scenario, isLegal, name, value);
  return [
    number('layout.ep', layout.ep),
    number('layout.tp', layout.tp),
    number('cluster.nodes', cluster.nodes),
    choiceKnob(
      'cluster.accelerator',
      cluster.accelerator,
      Object.values(accelerators).map(({ id, name, memoryGB }) => ({
        value: id,
        label: `${name}, ${memoryGB} GB`,
      })),
      isLegal,
    ),
    choiceKnob(
      'communication.backend',
      communication.backend,
      Object.entries(backendNames).map(([value, label]) => ({ value, label })),
      isLegal,
    ),
    number('workload.tokensPerRank', workload.tokensPerRank),
    number('model.topK', model.topK),
    ...(routing.distribution === 'balanced' || routing.distribution === 'lognormal'
      ? [number('routing.sigma', routing.distribution === 'balanced' ? 0 : routing.sigma)]
      : []),
    choiceKnob(
      'placement.strategy',
      placement.strategy,
      Object.entries(strategyNames)
        .filter(([value]) => value !== 'explicit' || placement.slots !== null)
        .map(([value, label]) => ({ value, label })),
      isLegal,
    ),
    number('placement.redundantExperts', placement.redundantExperts),
  ];
}

function named(name: string): { name: string; label: string } {
  return { name, label: field(name)?.label ?? name };
}

function choiceKnob(name: string, value: string, options: Knob['options'], isLegal: IsLegal): Knob {
  const legal = options.filter((one) => one.value === value || isLegal({ name, value: one.value }));
  return { ...named(name), value, options: legal };
}

function numberKnob(scenario: Scenario, isLegal: IsLegal, name: string, value: number): Knob {
  const tried = (candidates[name]?.(scenario) ?? []).filter(
    (one) => one === value || isLegal({ name, value: one }),
  );
  const all = [...new Set([...tried, value])].sort((a, b) => a - b);
  const start = Math.max(0, Math.min(all.indexOf(value) - MAX_OPTIONS / 2, all.length - MAX_OPTIONS));
  return {
    ...named(name),
    value: String(value),
    options: all.slice(start, start + MAX_OPTIONS).map((option) => ({
      value: String(option),
      label:
        (name === 'routing.sigma' ? sigmaNames[String(option)] : undefined) ?? option.toLocaleString('en-US'),
    })),
  };
}
