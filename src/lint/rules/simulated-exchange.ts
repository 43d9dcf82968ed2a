import { entryOf } from '../../config/table';
import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import type { BackendId, Scenario } from '../../scenario/scenario';
import type { SimulationResult } from '../../sim/result';
import { count, divisors } from '../arithmetic';
import { place } from '../edits';
import type { Fix } from '../finding';
import type { Judgement, SimulatedContext, SimulatedRule } from '../rule';
import { addOption, report, setTo } from './common';
import { mayHoldLess } from './simulated-bytes';
import {
  type Bounded,
  basisShown,
  EXCHANGE_FIELDS,
  exchange,
  isStated,
  LAYOUT_PLACES,
  memoryFields,
  microseconds,
  placeOf,
  routingShown,
  surelyBelow,
  sureRouting,
  underSureRouting,
} from './simulated-shared';

/** Trainers whose EP is a size of its own, over a world that stays what it is. */
const trainers = [...MEGATRON_CORE_FRAMEWORKS, 'deepspeed', 'torchtitan', 'axolotl', 'moe-scope'] as const;
const ONE_ETP = { option: '--expert-tensor-parallel-size', value: '1' } as const;

/** A layout beside another one whose exchange is faster wherever in their intervals both are. */
interface Faster {
  readonly before: Bounded;
  readonly after: Bounded;
}

/** Whether the other layout fits, is faster in its exchange for certain, and not slower as a whole. */
function isFaster(
  context: SimulatedContext,
  before: SimulationResult,
  after: SimulationResult,
): Faster | undefined {
  const [slow, fast] = [exchange(before), exchange(after)];
  if (!slow || !fast || !surelyBelow(fast, slow)) return undefined;
  const fits =
    after.memory.fits && isStated(context, memoryFields(context.scenario)) && !mayHoldLess(context);
  return fits && after.step.seconds < before.step.seconds ? { before: slow, after: fast } : undefined;
}

const sameWorld = (a: Scenario, b: Scenario): boolean => a.layout.worldSize === b.layout.worldSize;

/** `dispatch and combine take 5.8 ms per MoE layer (model, ±8 %), with EP 8 1.3 ms (measured, ±4 %)`. */
function compared(context: SimulatedContext, { before, after }: Faster, change: string): string {
  return (
    `dispatch and combine take ${microseconds(before.value)} per MoE layer (${basisShown(before.basis)}), ` +
    `${change} ${microseconds(after.value)} (${basisShown(after.basis)}), ${routingShown(context)}`
  );
}

/** EP sizes that keep a group inside one scale-up domain, the largest first. */
function sizesWithin({ model, placement, layout, cluster }: Scenario): readonly number[] {
  const most = Math.min(layout.ep - 1, Math.floor(cluster.scaleUpDomain / layout.etp));
  return divisors(model.routedExperts + placement.redundantExperts)
    .filter((size) => size > 1 && size <= most)
    .reverse();
}

/** Sizes that are simulated at most: what a smaller EP does follows from the larger one. */
const TRIED = 2;

/** Then expert tensor parallelism is what takes the group out of the node. */
const wouldFitWithoutExpertTp = ({ layout, cluster }: Scenario): boolean =>
  layout.etp > 1 && layout.ep <= cluster.scaleUpDomain;

function* boundByNic(context: SimulatedContext): Judgement {
  const near = context.written('layout.ep');
  const { scenario, result } = context;
  if (!near || result.traffic.domains < 2 || !isStated(context, EXCHANGE_FIELDS)) return [];
  if (!isStated(context, ['layout.worldSize']) || wouldFitWithoutExpertTp(scenario)) return [];
  const before = yield* underSureRouting(context);
  if (before?.time.dispatch.boundBy !== 'nic') return [];
  for (const ep of sizesWithin(scenario).slice(0, TRIED)) {
    const after = yield { ...sureRouting(context), 'layout.ep': ep };
    if (!after || after.traffic.domains > 1 || !sameWorld(scenario, after.scenario)) continue;
    const faster = isFaster(context, before, after);
    if (!faster) continue;
    const message =
      `The NICs bound the exchange of EP ${scenario.layout.ep} over ${count(before.placement.nodes, 'node')}: ` +
      `${compared(context, faster, `with EP ${ep} inside one node`)}, and it fits.`;
    return report([near, context.written('layout.etp')], message, {
      fixes: setTo(context, near, 'EP', [ep]),
    });
  }
  return [];
}

function* spreadByExpertTp(context: SimulatedContext): Judgement {
  const { scenario, result } = context;
  const { ep, etp } = scenario.layout;
  const own = context.written('layout.etp');
  const near = own ?? context.written('layout.ep');
  if (!near || etp < 2 || ep < 2 || ep > scenario.cluster.scaleUpDomain || result.traffic.domains < 2)
    return [];
  if (!isStated(context, [...EXCHANGE_FIELDS, 'layout.worldSize'])) return [];
  const before = yield* underSureRouting(context);
  const after = yield { ...sureRouting(context), 'layout.etp': 1 };
  if (!before || !after || after.traffic.domains > 1 || !sameWorld(scenario, after.scenario)) return [];
  const faster = isFaster(context, before, after);
  if (!faster) return [];
  const message =
    `ETP ${etp} spreads the EP group of ${ep} ranks over ${count(before.placement.nodes, 'node')}: ` +
    `${compared(context, faster, 'with ETP 1 inside one node')}, and it fits.`;
  return report([near, own ? context.written('layout.ep') : context.written('layout.tp')], message, {
    fixes: own ? setTo(context, own, 'ETP', [1]) : addEtp(context),
  });
}

function addEtp(context: SimulatedContext): readonly Fix[] {
  const near = context.written('layout.tp') ?? context.written('layout.ep');
  if (!near || !(MEGATRON_CORE_FRAMEWORKS as readonly string[]).includes(context.job.framework)) return [];
  return addOption(context, near, ONE_ETP);
}

/** What sends each token only where it is wanted, in a framework that gathers. */
const sends: Readonly<Record<string, { backend: (scenario: Scenario) => BackendId; words: string }>> = {
  vllm: {
    backend: ({ workload }) =>
      workload.mode === 'prefill' ? 'deepep-high-throughput' : 'deepep-low-latency',
    words: 'with DeepEP',
  },
  sglang: {
    backend: ({ workload }) =>
      workload.mode === 'prefill' ? 'deepep-high-throughput' : 'deepep-low-latency',
    words: 'with DeepEP',
  },
};
const NCCL = { backend: (): BackendId => 'nccl-alltoall', words: 'with an all-to-all' };

function* gathersForNothing(context: SimulatedContext): Judgement {
  const { scenario } = context;
  const written = context.written('communication.backend');
  const { backend } = scenario.communication;
  if (!written || backend !== 'allgather-reducescatter' || scenario.layout.ep < 2) return [];
  if (!isStated(context, EXCHANGE_FIELDS)) return [];
  const other = sends[context.job.framework] ?? NCCL;
  const before = yield* underSureRouting(context);
  const after = yield { ...sureRouting(context), 'communication.backend': other.backend(scenario) };
  const faster = before && after && isFaster(context, before, after);
  if (!faster) return [];
  const value = entryOf(
    { allgather: 'alltoall', 'allgather-reducescatter': 'nccl-alltoall' },
    String(written.value),
  );
  return report(
    [written, context.written('layout.ep')],
    `${written.key} ${String(written.value)} gathers every token on each of the ${scenario.layout.ep} ranks: ${compared(context, faster, other.words)}.`,
    { fixes: value === undefined ? [] : setTo(context, written, written.key, [value]) },
  );
}

const SENDS_ONCE_PER_NODE: BackendId = 'deepep-high-throughput';
/** Fewer nodes per token than this share are no reason to move experts. */
const NOTABLE = 0.95;

function* losesDeduplication(context: SimulatedContext): Judgement {
  const { scenario, result } = context;
  const { strategy } = scenario.placement;
  const { groups, topkGroups } = scenario.model.router;
  const near = placeOf(context, ['placement.strategy', 'placement.file', 'placement.eplb', ...LAYOUT_PLACES]);
  if (!near || strategy === 'linear' || topkGroups >= groups || result.traffic.domains < 2) return [];
  if (scenario.communication.backend !== SENDS_ONCE_PER_NODE) return [];
  if (!isStated(context, [...EXCHANGE_FIELDS, 'placement.strategy'])) return [];
  const before = yield* underSureRouting(context);
  const after = yield { ...sureRouting(context), 'placement.strategy': 'linear' };
  if (!before || !after) return [];
  const [now, then] = [before, after].map((one) => one.traffic.perToken.remoteNodes);
  const faster = isFaster(context, before, after);
  if (!faster || then! > NOTABLE * now!) return [];
  return [
    {
      ...place(near),
      message:
        `This placement spreads the ${groups} expert groups over nodes: a token goes to ${now!.toFixed(2)} other nodes, ` +
        `with experts in index order to ${then!.toFixed(2)}. So ${compared(context, faster, 'in index order')}.`,
      operands: [near],
      fixes: near.name === 'placement.strategy' ? setTo(context, near, 'the placement', ['linear']) : [],
    },
  ];
}

const NETWORK =
  'MoE Scope: rows between ranks are counted, their time rests on measured tables of the backend (docs/accuracy.md).';
const ONLY_STATED =
  'Only where files, a scenario file, a preset or a setting state the model, the layout, the GPU, GPUs per node, the dispatcher and the batch, where measured tables support both times, where these differ by more than nine of ten of their errors, and where the other layout fits and its step is shorter. Where nothing states the routing, both are simulated with an even one.';

/** Rules on what dispatch and combine cost. */
export const simulatedExchangeRules: readonly SimulatedRule[] = [
  {
    code: 'GN008',
    name: 'general/nic-bound-dispatch',
    severity: 'info',
    frameworks: trainers,
    simulated: true,
    summary: 'Dispatch waits for the network where one node would do',
    why: 'An EP group over several nodes sends most of its rows through network cards, several times slower than NVLink. With fewer, larger expert shards per rank the group stays in one node, and data parallelism takes the ranks that are left.',
    source: NETWORK,
    limits: ONLY_STATED,
    example: {
      language: 'bash',
      bad: '# 4 nodes of 8 H100\n  --num-experts 64 --expert-model-parallel-size 32',
      good: '# 4 nodes of 8 H100\n  --num-experts 64 --expert-model-parallel-size 8',
    },
    judge: boundByNic,
  },
  {
    code: 'GN009',
    name: 'general/expert-tp-leaves-node',
    severity: 'info',
    frameworks: [...MEGATRON_CORE_FRAMEWORKS, 'moe-scope'],
    simulated: true,
    summary: 'Expert tensor parallelism pushes the EP group out of the node',
    why: 'The ranks of expert tensor parallelism lie side by side, so that the EP group takes every n-th rank and straddles nodes, although it has no more ranks than a node. With ETP 1 attention stays split over TP inside the node, and the EP group stays inside as well.',
    source: NETWORK,
    limits: ONLY_STATED,
    example: {
      language: 'bash',
      bad: '# nodes of 8 GPUs\n  --tensor-model-parallel-size 4 \\\n  --expert-model-parallel-size 8 \\',
      good: '# nodes of 8 GPUs\n  --tensor-model-parallel-size 4 \\\n  --expert-tensor-parallel-size 1 \\\n  --expert-model-parallel-size 8 \\',
    },
    judge: spreadByExpertTp,
  },
  {
    code: 'GN014',
    name: 'general/placement-loses-deduplication',
    severity: 'info',
    frameworks: ['vllm', 'sglang', 'trtllm', 'moe-scope'],
    simulated: true,
    summary: 'The placement sends tokens to more nodes than it must',
    why: 'A router with expert groups lets a token use a few groups only. With a group on one node a kernel that sends once per node sends few copies; a placement that spreads the groups loses that.',
    source: NETWORK,
    limits: ONLY_STATED,
    example: {
      language: 'yaml',
      bad: 'model: deepseek-ai/DeepSeek-V3\nplacement:\n  strategy: round-robin\ncommunication:\n  backend: deepep-high-throughput',
      good: 'model: deepseek-ai/DeepSeek-V3\nplacement:\n  strategy: linear\ncommunication:\n  backend: deepep-high-throughput',
    },
    judge: losesDeduplication,
  },
  {
    code: 'GN015',
    name: 'general/gathers-instead-of-sending',
    severity: 'info',
    frameworks: [...trainers, 'vllm', 'sglang'],
    simulated: true,
    summary: 'The dispatcher gathers all tokens where sending them is cheaper',
    why: 'An all-gather brings every token of the EP group to every rank, wanted there or not, and a reduce-scatter sums the results. From some EP on, sending each token only to its experts moves fewer bytes.',
    source: NETWORK,
    limits: `${ONLY_STATED} MG019 speaks where Megatron-LM gathers because no dispatcher is set.`,
    example: {
      language: 'bash',
      bad: '  --expert-model-parallel-size 16 --moe-token-dispatcher-type allgather',
      good: '  --expert-model-parallel-size 16 --moe-token-dispatcher-type alltoall',
    },
    judge: gathersForNothing,
  },
];
