import type { LayoutScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';
import type { Change } from '../whatif';
import { remembered } from './remembered';
import type { Family, Makes, Pruned } from './space';
import { recomputeModes, trainerOf } from './trainers';
import { type Sizes, tilings } from './training-sizes';
import { type Communications, waysOfLayouts } from './training-ways';

type Recompute = WorkloadScenario['recompute'];

/** Sequences of one microbatch that are tried, beside the present number. */
const MICROBATCHES = [1, 2, 4, 8] as const;
/**
 * Every configuration of a training job on so many GPUs: all sizes whose two grids tile the GPUs, microbatches, backends and
 * what is recomputed. What the framework or the model does not allow comes as a pruned family, as early as it is known.
 */
export function* trainingSpace(
  base: Scenario,
  gpus: number,
  communications: Communications,
): Generator<readonly (Family | Pruned)[]> {
  const trainer = trainerOf(base.framework);
  const recomputes = recomputeModes(base, trainer);
  const microBatches = [...new Set([...MICROBATCHES, base.workload.microBatchSize])].sort((a, b) => a - b);
  const present = base.communication.backend;
  const backends = [...communications.keys()];
  // Without expert parallelism nothing is dispatched, whatever the backend.
  const backendsOf = (ep: number) => (ep === 1 ? [present] : backends);
  const waysOf = waysOfLayouts(base, communications, backendsOf, recomputes);
  const makes = makesOf(base, gpus);
  const perBatch = (ep: number): number => recomputes.length * backendsOf(ep).length;

  const familiesOf = (legal: readonly Sizes[]): readonly (Family | Pruned)[] => {
    const families: Family[] = [];
    const pruned: Pruned[] = [];
    for (const sizes of legal) {
      const layout = layoutOf(base, gpus, sizes);
      const fitting: number[] = [];
      for (const microBatchSize of microBatches) {
        const reason = batchProblem(base, layout, microBatchSize);
        if (reason === null) fitting.push(microBatchSize);
        else pruned.push({ reason, count: perBatch(sizes.ep) });
      }
      const { ways, waysTogether, excluded } = waysOf(sizes);
      if (fitting.length > 0) {
        for (const reason of excluded) pruned.push({ reason, count: fitting.length });
      }
      if (fitting.length === 0 || ways.length === 0) continue;
      families.push({ layout, microBatches: fitting, ways, waysTogether, makes });
    }
    return [...pruned, ...families];
  };

  for (const { legal, pruned } of tilings(base, gpus, trainer, (ep) => microBatches.length * perBatch(ep)))
    yield [...pruned, ...familiesOf(legal)];
}

function makesOf(base: Scenario, gpus: number): Makes {
  const workloads = workloadsOf(base);
  const cluster = { ...base.cluster, nodes: Math.ceil(gpus / base.cluster.gpusPerNode) };
  const workload: Makes['workload'] = ({ cp, tp }, microBatchSize, recompute) =>
    workloads(cp * tp)(microBatchSize)(recompute);
  return {
    workload,
    member(layout, microBatchSize, { communication, recompute }) {
      const of = workload(layout, microBatchSize, recompute);
      const scenario: Scenario = { ...base, layout, cluster, workload: of, communication };
      return { scenario, changes: () => changesOf(scenario) };
    },
  };
}

function layoutOf(base: Scenario, gpus: number, sizes: Sizes): LayoutScenario {
  const { tp, pp, cp, ep, etp, vpp } = sizes;
  return {
    tp,
    pp,
    cp,
    dp: gpus / (tp * pp * cp),
    ep,
    etp,
    vpp,
    // MG006: a MoE layer is not trained with TP without it. MG007: with TP 1 it is off.
    sequenceParallel: tp > 1,
    expertParallelEnabled: ep > 1,
    attentionDataParallel: base.layout.attentionDataParallel,
    edp: gpus / (etp * ep * pp),
    worldSize: gpus,
    order: base.layout.order,
  };
}

function batchProblem(
  { workload }: Scenario,
  { dp, pp, vpp }: LayoutScenario,
  microBatchSize: number,
): string | null {
  const { globalBatchSize } = workload;
  // MG039
  if (globalBatchSize % (microBatchSize * dp) !== 0)
    return `DP ${dp}: microbatch × DP does not divide a global batch of ${globalBatchSize.toLocaleString('en-US')}`;
  const microbatches = globalBatchSize / (microBatchSize * dp);
  // NVIDIA/Megatron-LM@00611e6e: core/pipeline_parallel/schedules.py, groups of PP microbatches without a short one
  return vpp > 1 && microbatches % pp !== 0
    ? `VPP with PP ${pp}: the microbatches of a step are not a multiple of ${pp}`
    : null;
}

/** Workloads by the ranks that share a sequence, the microbatch and what is recomputed: one object for all that have it. */
const workloadsOf = ({ workload }: Scenario) =>
  remembered((ranks: number) =>
    remembered((microBatchSize: number) =>
      remembered((recompute: Recompute): WorkloadScenario => {
        const tokensPerRank = (microBatchSize * workload.sequenceLength) / ranks;
        return { ...workload, microBatchSize, recompute, tokensPerRank };
      }),
    ),
  );

/** All that a configuration decides, and what of the job must not follow from it: the batch, and where experts are placed. */
function changesOf({ layout, cluster, workload, communication, placement }: Scenario): readonly Change[] {
  const { recompute } = workload;
  return [
    { name: 'layout.worldSize', value: layout.worldSize },
    { name: 'cluster.nodes', value: cluster.nodes },
    { name: 'layout.tp', value: layout.tp },
    { name: 'layout.pp', value: layout.pp },
    { name: 'layout.cp', value: layout.cp },
    { name: 'layout.dp', value: layout.dp },
    { name: 'layout.ep', value: layout.ep },
    { name: 'layout.etp', value: layout.etp },
    { name: 'layout.vpp', value: layout.vpp },
    { name: 'layout.sequenceParallel', value: layout.sequenceParallel },
    { name: 'communication.backend', value: communication.backend },
    { name: 'placement.strategy', value: placement.strategy },
    { name: 'workload.globalBatchSize', value: workload.globalBatchSize },
    { name: 'workload.microBatchSize', value: workload.microBatchSize },
    { name: 'workload.tokensPerRank', value: workload.tokensPerRank },
    { name: 'workload.recompute', value: typeof recompute === 'string' ? recompute : recompute.join(',') },
  ];
}
