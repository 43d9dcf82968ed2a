import { SKEWED_LOAD_ERROR } from '../../catalog/backends';
import type { Scenario } from '../../scenario/scenario';
import type { SimulationResult } from '../../sim/result';
import type { Fix } from '../finding';
import type { Judgement, SimulatedContext, SimulatedRule } from '../rule';
import { addOption, report, setTo } from './common';
import { fullestRank, mayHoldLess } from './simulated-bytes';
import {
  basisShown,
  gib,
  isStated,
  LAYOUT_FIELDS,
  LAYOUT_PLACES,
  memoryFields,
  microseconds,
  percent,
  placeOf,
} from './simulated-shared';

/** Engines that balance experts by their load, and scenario files. */
const engines = ['vllm', 'sglang', 'trtllm', 'moe-scope'] as const;

/** What a gain rests on: without loads, a trace or a skew that is given, nobody knows how uneven the experts are. */
const BALANCE_FIELDS = [
  ...LAYOUT_FIELDS,
  'routing.distribution',
  'routing.sigma',
  'workload.mode',
  'workload.tokensPerRank',
  'communication.backend',
];

/** A saving below this share of a step cannot be told from none. */
const NOTABLE_SAVING = 0.05;
/** A perfect balance that saves less than this leaves nothing for replicas to save. */
const NOTHING_TO_SAVE = 0.02;
const NOTABLE_BYTES = 0.5 * 2 ** 30;

const partSeconds = ({ step }: SimulationResult, ...names: readonly string[]): number =>
  step.parts.filter(({ name }) => names.includes(name)).reduce((sum, { seconds }) => sum + seconds, 0);

/** The share of a step that even ranks would save at most: what all wait for the fullest one. */
function possibleSaving(result: SimulationResult): number {
  const { maxOverMean } = result.traffic.load;
  const bound = partSeconds(result, 'experts', 'waiting', 'alltoall');
  return ((1 - 1 / maxOverMean) * bound) / result.step.seconds;
}

const passName = ({ workload }: Scenario): string =>
  workload.mode === 'prefill' ? 'a prefill pass' : 'a decode step';

const times = (result: SimulationResult): string => result.traffic.load.maxOverMean.toFixed(2);

function* redundancyDoesNotPay(context: SimulatedContext): Judgement {
  const { scenario, result } = context;
  const redundant = context.written('placement.redundantExperts');
  const count = scenario.placement.redundantExperts;
  if (!redundant || count === 0 || scenario.workload.mode === 'train' || mayHoldLess(context)) return [];
  if (!isStated(context, [...BALANCE_FIELDS, 'placement.redundantExperts', 'model.weightDtype'])) return [];
  const without = yield { 'placement.redundantExperts': 0 };
  if (!without) return [];
  const cost = fullestRank(result).weights - fullestRank(without).weights;
  const possible = possibleSaving(without);
  if (cost < NOTABLE_BYTES || possible > NOTHING_TO_SAVE) return [];
  const saved = 1e6 * Math.max(0, without.step.seconds - result.step.seconds);
  return report(
    [redundant, context.written('placement.eplb')],
    `${count} redundant experts take ${gib(cost)} of each rank and save ${microseconds(saved)} of ${passName(scenario)}: ` +
      `without them the fullest rank gets ${times(without)} times the mean load, and even ranks would save ${percent(possible)} at most.`,
    { fixes: setTo(context, redundant, 'the redundant experts', [0]) },
  );
}

/** Whether a balanced placement is better beyond what its load may be off. */
function isBetter(before: SimulationResult, after: SimulationResult): boolean {
  const loads = [before, after].map((one) => one.traffic.load.maxOverMean - 1);
  const isClear = loads[0]! * (1 - SKEWED_LOAD_ERROR) > loads[1]! * (1 + SKEWED_LOAD_ERROR);
  return isClear && after.step.seconds < (1 - NOTABLE_SAVING) * before.step.seconds;
}

function* balancingPays(context: SimulatedContext): Judgement {
  const { scenario, result } = context;
  const near = placeOf(context, ['placement.eplb', ...LAYOUT_PLACES]);
  const { placement, layout, model } = scenario;
  if (!near || placement.eplb || placement.strategy !== 'linear' || layout.ep < 2) return [];
  if (scenario.workload.mode === 'train' || !isStated(context, BALANCE_FIELDS)) return [];
  if (!isStated(context, memoryFields(scenario)) || mayHoldLess(context)) return [];
  const moved = yield { 'placement.eplb': true };
  const more = layout.ep - (model.routedExperts % layout.ep);
  const replicated = yield { 'placement.eplb': true, 'placement.redundantExperts': more };
  const best = [moved, replicated]
    .filter((one) => one !== null)
    .filter((one) => one.memory.fits && isBetter(result, one))
    .sort((a, b) => a.step.seconds - b.step.seconds)[0];
  if (!best) return [];
  const before = 1e6 * result.step.seconds;
  const after = 1e6 * best.step.seconds;
  const cost = fullestRank(best).weights - fullestRank(result).weights;
  const slots = best.scenario.placement.redundantExperts;
  const price = slots > 0 ? ` with ${slots} redundant experts, ${gib(cost)} more on each rank,` : '';
  const isSure = moved?.memory.fits === true && isBetter(result, moved);
  return report(
    [near],
    `The fullest rank gets ${times(result)} times the mean load. EPLB${price} brings it to ${times(best)} (±${percent(SKEWED_LOAD_ERROR)}), ` +
      `and ${passName(scenario)} from ${microseconds(before)} to ${microseconds(after)} (${basisShown(best.step.basis)}).`,
    { fixes: isSure ? enableEplb(context) : [] },
  );
}

const ENABLE = { option: '--enable-eplb' } as const;

function enableEplb(context: SimulatedContext): readonly Fix[] {
  const { framework } = context.job;
  const near = placeOf(context, ['layout.expertParallelEnabled', 'layout.ep', 'layout.tp']);
  if (!near || (framework !== 'vllm' && framework !== 'sglang') || !context.absent('placement.eplb'))
    return [];
  return addOption(context, near, ENABLE);
}

const SOURCE =
  'MoE Scope: EPLB as deepseek-ai/EPLB places experts, slot by slot; times of a step by its model of serving (docs/accuracy.md).';

/** Rules on how evenly the experts of a server are loaded. */
export const simulatedBalanceRules: readonly SimulatedRule[] = [
  {
    code: 'GN010',
    name: 'general/redundant-experts-do-not-pay',
    severity: 'info',
    frameworks: engines,
    simulated: true,
    summary: 'Redundant experts take memory and save no time',
    why: 'Replicas of popular experts level the load of the ranks. Where the ranks are level without them, they only take memory from the KV cache.',
    source: SOURCE,
    limits:
      'Only where loads, a trace or a skew that is given say how uneven the experts are, and where even a perfect balance would save less than 2 % of a step.',
    example: {
      language: 'yaml',
      bad: 'job: serve.sh\nplacement:\n  redundantExperts: 32\nrouting:\n  sigma: 0.1',
      good: 'job: serve.sh\nplacement:\n  redundantExperts: 0\nrouting:\n  sigma: 0.1',
    },
    judge: redundancyDoesNotPay,
  },
  {
    code: 'GN011',
    name: 'general/eplb-pays',
    severity: 'info',
    frameworks: engines,
    simulated: true,
    summary: 'Balancing the experts would make a step shorter',
    why: 'All ranks wait for the one that gets most tokens. EPLB places experts by their load, and replicates popular ones where it has slots for them.',
    source: SOURCE,
    limits:
      'Only where loads, a trace or a skew that is given say how uneven the experts are, where the load of the fullest rank falls by more than it may be off (9 %), and a step by 5 % or more.',
    example: {
      language: 'bash',
      bad: 'vllm serve MODEL --data-parallel-size 32 --enable-expert-parallel',
      good: 'vllm serve MODEL --data-parallel-size 32 --enable-expert-parallel --enable-eplb',
    },
    judge: balancingPays,
  },
];
