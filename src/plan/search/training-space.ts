import type {
  CommunicationScenario,
  LayoutScenario,
  Scenario,
  WorkloadScenario,
} from '../../scenario/scenario';
import type { Change } from '../whatif';
import { inMap, remembered } from './remembered';
import { divisorsOf, type Family, type Pruned, type Way } from './space';
import { recomputeModes, type Trainer, trainerOf } from './trainers';

/** Sizes of one layout, before it is known whether it is legal. */
interface Sizes {
  readonly tp: number;
  readonly pp: number;
  readonly cp: number;
  readonly ep: number;
  readonly etp: number;
  readonly vpp: number;
}

/** How the job communicates with each of the backends that it may have: formats follow from the backend. */
export type Communications = ReadonlyMap<CommunicationScenario['backend'], CommunicationScenario>;

type Recompute = WorkloadScenario['recompute'];

/** Sequences of one microbatch that are tried, beside the present number. */
const MICROBATCHES = [1, 2, 4, 8] as const;
/** Model chunks per stage that are tried where a layout may make stages of unequal length, beside the present number. */
const CHUNKS = [1, 2, 3, 4] as const;

/**
 * Every configuration of a training job on so many GPUs: all sizes whose two grids tile the GPUs, microbatches, backends and
 * what is recomputed. What the framework or the model does not allow comes as a pruned family, as early as it is known.
 */
export function* trainingSpace(
  base: Scenario,
  gpus: number,
  communications: Communications,
): Generator<Family | Pruned> {
  const trainer = trainerOf(base.framework);
  const recomputes = recomputeModes(base, trainer);
  const microBatches = [...new Set([...MICROBATCHES, base.workload.microBatchSize])].sort((a, b) => a - b);
  const present = base.communication.backend;
  const backends = [...communications.keys()];
  // Without expert parallelism nothing is dispatched, whatever the backend.
  const backendsOf = (ep: number) => (ep === 1 ? [present] : backends);
  const waysOf = waysOfLayouts(base, communications, backendsOf, recomputes);
  const workloads = workloadsOf(base);
  const cluster = { ...base.cluster, nodes: Math.ceil(gpus / base.cluster.gpusPerNode) };
  const perBatch = (ep: number): number => recomputes.length * backendsOf(ep).length;

  for (const sizes of tilings(base, gpus, trainer, (ep) => microBatches.length * perBatch(ep))) {
    if ('reason' in sizes) {
      yield sizes;
      continue;
    }
    const layout = layoutOf(base, gpus, sizes);
    const fitting: number[] = [];
    for (const microBatchSize of microBatches) {
      const reason = batchProblem(base, layout, microBatchSize);
      if (reason === null) fitting.push(microBatchSize);
      else yield { reason, count: perBatch(sizes.ep) };
    }
    const { ways, waysTogether, excluded } = waysOf(sizes);
    if (fitting.length > 0) {
      for (const reason of excluded) yield { reason, count: fitting.length };
    }
    if (fitting.length === 0 || ways.length === 0) continue;
    const ofRanks = workloads(layout.cp * layout.tp);
    const workload: Family['workload'] = (microBatchSize, recompute) => ofRanks(microBatchSize)(recompute);
    yield {
      layout,
      microBatches: fitting,
      ways,
      waysTogether,
      workload,
      member(microBatchSize, { communication, recompute }) {
        const scenario: Scenario = {
          ...base,
          layout,
          cluster,
          workload: workload(microBatchSize, recompute),
          communication,
        };
        return { scenario, changes: () => changesOf(scenario) };
      },
    };
  }
}

/** Ways in which a layout communicates and recomputes, and why others are out. */
interface Ways extends Pick<Family, 'ways' | 'waysTogether'> {
  readonly excluded: readonly string[];
}

/** Layouts share their ways where the same is asked of them: there are far more layouts than ways. */
function waysOfLayouts(
  base: Scenario,
  communications: Communications,
  backendsOf: (ep: number) => readonly CommunicationScenario['backend'][],
  recomputes: readonly Recompute[],
): (sizes: Sizes) => Ways {
  const known = new Map<string, Ways>();
  return (sizes) =>
    inMap(known, overlapLimits.map((limit) => limit.binds(sizes)).join(), () => {
      const ways: Way[] = [];
      const places = new Map<CommunicationScenario, number[]>();
      const excluded: string[] = [];
      for (const backend of backendsOf(sizes.ep)) {
        const communication = communications.get(backend)!;
        for (const recompute of recomputes) {
          const reason = overlapProblem(base, sizes, backend, recompute);
          if (reason === null)
            inMap(places, communication, () => []).push(ways.push({ communication, recompute }) - 1);
          else excluded.push(reason);
        }
      }
      return { ways, waysTogether: [...places.values()], excluded };
    });
}

/**
 * Sizes whose dense grid TP × CP × DP × PP and expert grid ETP × EP × EDP × PP both tile the GPUs, in the order in which they
 * are ruled out: PP, TP, CP, EP, ETP, VPP.
 *
 * @param perLayout configurations that one layout of an EP stands for
 */
function* tilings(
  base: Scenario,
  gpus: number,
  trainer: Trainer,
  perLayout: (ep: number) => number,
): Generator<Sizes | Pruned> {
  const { model, layout } = base;
  const limits = sizeLimits(base, trainer);
  const divisors = remembered(divisorsOf);
  const contextSizes = (ranks: number): readonly number[] =>
    trainer.contextParallel ? divisors(ranks) : [1];
  const chunksOf = (pp: number): readonly number[] => {
    if (pp === 1 || !trainer.interleaves) return [pp === 1 ? 1 : layout.vpp];
    const perStage = model.layers / pp;
    const dealt = Number.isInteger(perStage) ? divisors(perStage) : CHUNKS.filter((vpp) => vpp <= perStage);
    return [...new Set([...dealt, layout.vpp])].sort((a, b) => a - b);
  };
  for (const pp of trainer.pipeline === 'none' ? [1] : divisors(gpus)) {
    const stage = gpus / pp;
    const chunks = chunksOf(pp);
    const experts = (tp: number): number =>
      sumOf(
        divisors(stage),
        (ep) => expertTensorSizes(trainer, tp, divisors(stage / ep)).length * perLayout(ep),
      ) * chunks.length;
    const ofPp = limits.pp(pp);
    for (const tp of divisors(stage)) {
      const ofTp = ofPp ?? limits.tp(tp);
      if (ofTp !== null) {
        yield { reason: ofTp, count: contextSizes(stage / tp).length * experts(tp) };
        continue;
      }
      for (const cp of contextSizes(stage / tp)) {
        const ofCp = limits.cp(cp);
        if (ofCp !== null) {
          yield { reason: ofCp, count: experts(tp) };
          continue;
        }
        for (const ep of divisors(stage)) {
          const ofEp = limits.ep(ep);
          for (const etp of expertTensorSizes(trainer, tp, divisors(stage / ep))) {
            const ofEtp = ofEp ?? limits.etp(etp) ?? limits.order({ tp, cp, ep, etp, pp });
            if (ofEtp !== null) {
              yield { reason: ofEtp, count: chunks.length * perLayout(ep) };
              continue;
            }
            for (const vpp of chunks) {
              const reason = limits.chunks(pp, vpp);
              yield reason === null ? { tp, pp, cp, ep, etp, vpp } : { reason, count: perLayout(ep) };
            }
          }
        }
      }
    }
  }
}

const sumOf = (values: readonly number[], figure: (value: number) => number): number =>
  values.reduce((sum, value) => sum + figure(value), 0);

/** @param divisors of the ranks that EP leaves in a stage */
function expertTensorSizes(
  { expertTensor }: Trainer,
  tp: number,
  divisors: readonly number[],
): readonly number[] {
  if (expertTensor === 'any') return divisors;
  return expertTensor === 'one-or-tp' && tp > 1 && divisors.includes(tp) ? [1, tp] : [1];
}

/** Why a size is not legal, as a family of configurations; `null` where it is. Rules of docs/rules are named. */
function sizeLimits(base: Scenario, trainer: Trainer) {
  const { model, cluster, workload, placement, layout: present } = base;
  const leaves = cluster.scaleUpDomain > cluster.gpusPerNode ? 'the NVLink domain' : 'the node';
  const physical = model.routedExperts + placement.redundantExperts;
  const kvHeads = model.mla === null ? model.kvHeads : null;
  const widths = [
    ...(model.firstDenseLayers > 0 ? [['dense MLP', model.intermediateSize] as const] : []),
    ...(model.sharedExperts > 0 ? [['shared expert', model.sharedExpertIntermediateSize] as const] : []),
  ];
  const ofTp = (tp: number): string | null => {
    if (tp > cluster.scaleUpDomain) return `TP ${tp}: leaves ${leaves}`;
    // MG009, TT004
    if (model.attentionHeads % tp !== 0)
      return `TP ${tp}: ${model.attentionHeads} attention heads do not divide`;
    // MG010
    if (kvHeads !== null && kvHeads % tp !== 0 && tp % kvHeads !== 0)
      return `TP ${tp}: ${kvHeads} key-value heads do not divide`;
    const odd = widths.find(([, width]) => width % tp !== 0);
    return odd ? `TP ${tp}: the ${odd[0]} width of ${odd[1]} does not divide` : null;
  };
  const ofPp = (pp: number): string | null => {
    if (pp > model.layers) return `PP ${pp}: the model has ${model.layers} layers`;
    // MG011
    return trainer.pipeline === 'even' && model.layers % pp !== 0
      ? `PP ${pp}: ${model.layers} layers do not divide`
      : null;
  };
  // NVIDIA/Megatron-LM@307dcf37: training/arguments.py (seq-length is a multiple of 2 · context-parallel-size)
  const ofCp = (cp: number): string | null =>
    cp > 1 && workload.sequenceLength % (2 * cp) !== 0
      ? `CP ${cp}: a sequence of ${workload.sequenceLength} does not divide by 2 × CP`
      : null;
  const ofEp = (ep: number): string | null => {
    if (ep > model.routedExperts) return `EP ${ep}: the model has ${model.routedExperts} experts`;
    // MG002, DS001, TT002
    return physical % ep === 0 ? null : `EP ${ep}: ${physical} experts do not divide`;
  };
  const ofEtp = (etp: number): string | null => {
    if (etp > cluster.scaleUpDomain) return `ETP ${etp}: leaves ${leaves}`;
    return model.expertIntermediateSize % etp === 0
      ? null
      : `ETP ${etp}: an expert width of ${model.expertIntermediateSize} does not divide`;
  };
  const ofChunks = (pp: number, vpp: number): string | null => {
    if (pp * vpp > model.layers) return `PP × VPP: more chunks than the ${model.layers} layers`;
    return vpp > 1 && !isLaidOut(pp, vpp, base, trainer)
      ? `VPP ${vpp}: ${model.layers} layers do not divide over PP ${pp} × VPP ${vpp}`
      : null;
  };
  // MG008: this order runs through PP before the data parallel ranks.
  const order = ({ tp, cp, ep, etp, pp }: Omit<Sizes, 'vpp'>): string | null =>
    present.order === 'tp-cp-ep-pp-dp' && pp > 1 && tp * cp !== etp * ep
      ? 'Rank order tp-cp-ep-pp-dp: the data parallel grids differ'
      : null;
  return {
    tp: remembered(ofTp),
    pp: remembered(ofPp),
    cp: remembered(ofCp),
    ep: remembered(ofEp),
    etp: remembered(ofEtp),
    chunks: ofChunks,
    order,
  };
}

/** Equal chunks; or, where the layers cannot be dealt out evenly over the stages, those that a layout makes of nearly equal size. */
function isLaidOut(pp: number, vpp: number, { model }: Scenario, { pipeline }: Trainer): boolean {
  if (model.layers % (pp * vpp) === 0) return true;
  return pipeline === 'uneven' && model.layers % pp !== 0;
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
    return `DP ${dp}: a global batch of ${globalBatchSize} does not divide by microbatch × DP`;
  const microbatches = globalBatchSize / (microBatchSize * dp);
  // NVIDIA/Megatron-LM@00611e6e: core/pipeline_parallel/schedules.py, groups of PP microbatches without a short one
  return vpp > 1 && microbatches % pp !== 0
    ? `VPP with PP ${pp}: the microbatches of a step are no multiple of PP`
    : null;
}

/** Sizes with which the all-to-all is not overlapped (MG031). */
const overlapLimits: readonly { readonly binds: (sizes: Sizes) => boolean; readonly reason: string }[] = [
  { binds: ({ ep }) => ep === 1, reason: 'Overlap of the all-to-all: EP is 1' },
  {
    binds: ({ pp, vpp }) => pp > 1 && vpp === 1,
    reason: 'Overlap of the all-to-all: PP without VPP',
  },
];

/** What the overlap of the job excludes (MG031). */
function overlapProblem(
  { workload }: Scenario,
  sizes: Sizes,
  backend: CommunicationScenario['backend'],
  recompute: Recompute,
): string | null {
  if (workload.overlap !== 'expert-parallel') return null;
  const limit = overlapLimits.find(({ binds }) => binds(sizes));
  if (limit) return limit.reason;
  if (backend === 'allgather-reducescatter') return 'Overlap of the all-to-all: the dispatcher gathers';
  const repeatsExchange = typeof recompute === 'string' ? recompute === 'full' : recompute.includes('moe');
  return repeatsExchange ? 'Overlap of the all-to-all: MoE layers are recomputed' : null;
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
