import type { FrameworkId } from '../../config/fact';
import { traitsOf } from '../framework-traits';
import type { ModelScenario } from '../scenario';
import type { LayoutAndNodes, LayoutSizes } from './layout-sizes';
import {
  assumed,
  count,
  derived,
  positiveInteger,
  type Resolver,
  type Sourced,
  text,
  truth,
} from './resolver';

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
const leastCommonMultiple = (a: number, b: number): number => (a / greatestCommonDivisor(a, b)) * b;

/**
 * Megatron's two grids over the same ranks: world = TP·CP·DP·PP = ETP·EP·EDP·PP
 * (megatron/core/parallel_state.py; ETP defaults to TP: model_parallel_config.py).
 * Other trainers, and a model file on its own, are laid out in the same way with experts kept whole (ETP 1).
 */
export function twoGrids(
  r: Resolver,
  framework: FrameworkId | null,
  model: ModelScenario,
  gpusPerNode: number,
): LayoutAndNodes {
  const { megatronCore: isMegatron, fromRecipe } = traitsOf(framework);
  const isLaunch = framework !== null && !LAYOUT_FREE.has(framework) && !isMaxTextModel(r, framework);
  const byDefault = fromRecipe
    ? assumed(1, 'not overridden; the recipe has its own value')
    : derived(1, 'not set: 1 is the default');
  const unset = isLaunch ? byDefault : assumed(1, 'a model file has no layout');
  const tp = r.take('layout.tp', positiveInteger, unset);
  const pp = r.take('layout.pp', positiveInteger, unset);
  const cp = r.take('layout.cp', positiveInteger, unset);
  const etp = r.take(
    'layout.etp',
    positiveInteger,
    isMegatron ? derived(tp, 'not set: Megatron takes TP') : usualEtp(r, framework, tp),
    false,
  );
  const givenNodes = r.given('cluster.nodes', positiveInteger);
  const givenWorld = r.given('layout.worldSize', positiveInteger, false);
  // Megatron's DP follows from the world; other trainers state it, if in parts.
  const givenDp = r.given('layout.dp', positiveInteger, !isMegatron);
  const dense = tp * pp * cp;
  /** What a model file is laid out over: what is given, or else the GPUs of one node. */
  const ranks =
    givenWorld?.value ??
    (givenNodes ? givenNodes.value * gpusPerNode : undefined) ??
    (givenDp ? givenDp.value * dense : Math.ceil(gpusPerNode / dense) * dense);
  const epIsFree = !isLaunch && !r.given('layout.ep', positiveInteger);
  const ep = r.take('layout.ep', positiveInteger, () => {
    if (isLaunch) return byDefault;
    const redundant = r.given('placement.redundantExperts', count)?.value ?? 0;
    // What divides both the experts and the ranks of a stage leaves no rank idle and no expert over.
    const perStage = ranks / (etp * pp);
    return assumed(
      Number.isInteger(perStage) ? greatestCommonDivisor(model.routedExperts + redundant, perStage) : 1,
      'a model file has no layout; one expert group over the ranks',
    );
  });

  const smallest = pp * leastCommonMultiple(tp * cp, etp * ep);
  let world = smallest;
  if (givenWorld) world = r.set('layout.worldSize', givenWorld);
  else if (givenDp && !r.isOverridden('cluster.nodes')) {
    world = r.set('layout.worldSize', derived(givenDp.value * tp * pp * cp, 'DP × TP × PP × CP'));
  } else if (givenNodes && fits(givenNodes.value * gpusPerNode, smallest)) {
    world = r.set('layout.worldSize', derived(givenNodes.value * gpusPerNode, 'nodes × GPUs per node'));
  } else if (givenNodes && !isFallback(givenNodes.origin)) {
    world = givenNodes.value * gpusPerNode;
    const machines = { nodes: r.set('cluster.nodes', givenNodes), gpusPerNode };
    r.refuse('nodes-do-not-fit-layout', { ...machines, tp, pp, cp, etp, ep, smallest });
  } else if (epIsFree && fits(ranks, smallest)) {
    world = r.set('layout.worldSize', assumed(ranks, 'no number of nodes is stated; the GPUs of one'));
  } else {
    r.set('layout.worldSize', assumed(smallest, 'the smallest world that both grids divide'));
  }
  if (!fits(world, smallest) && r.refusals.length === 0) {
    r.refuse('world-does-not-fit-layout', { world, tp, pp, cp, etp, ep, smallest });
  }
  const nodes = Math.ceil(world / gpusPerNode);
  if (givenNodes && nodes === givenNodes.value) r.set('cluster.nodes', givenNodes);
  else r.set('cluster.nodes', derived(nodes, 'world size / GPUs per node'));

  const vpp = r.take('layout.vpp', positiveInteger, derived(1, 'not interleaved'));
  const layout: LayoutSizes = {
    tp,
    pp,
    cp,
    dp: r.set('layout.dp', derived(world / (tp * pp * cp), 'world / (TP × PP × CP)')),
    ep,
    etp,
    vpp,
    sequenceParallel: r.take('layout.sequenceParallel', truth, derived(tp > 1 && !isMegatron, 'not set')),
    expertParallelEnabled: r.set('layout.expertParallelEnabled', derived(ep > 1, 'EP above 1')),
    attentionDataParallel: r.take('layout.attentionDataParallel', truth, derived(false, 'not set')),
    edp: r.set('layout.edp', derived(world / (etp * ep * pp), 'world / (ETP × EP × PP)')),
    worldSize: world,
  };
  return { layout, nodes, gpusPerNode };
}

/** Trainers keep experts whole; a serving engine splits over its ranks what expert parallelism does not spread. */
function usualEtp(r: Resolver, framework: FrameworkId | null, tp: number): Sourced<number> {
  const whole = assumed(1, 'experts are kept whole');
  const mode = r.given('workload.mode', text)?.value ?? traitsOf(framework).mode;
  const ep = r.given('layout.ep', positiveInteger)?.value;
  if (mode === 'train' || ep === undefined) return whole;
  const isJoint = r.given('layout.attentionDataParallel', truth)?.value ?? false;
  const ranks = isJoint ? tp * (r.given('layout.dp', positiveInteger)?.value ?? 1) : tp;
  return ranks > ep && ranks % ep === 0
    ? derived(ranks / ep, 'an engine splits over its ranks the experts that EP does not spread')
    : whole;
}

/** A model file has no layout, and what a scenario of its own leaves out is open. */
const LAYOUT_FREE: ReadonlySet<FrameworkId> = new Set(['huggingface', 'moe-scope']);

/** MaxText has files that describe a model beside those of jobs, which always have a pipeline size. */
const isMaxTextModel = (r: Resolver, framework: FrameworkId): boolean =>
  framework === 'maxtext' && r.facts('layout.pp').length === 0;

const fits = (world: number, smallest: number): boolean => world >= smallest && world % smallest === 0;

/** `${SLURM_NNODES:-1}`: the file's fallback for a variable that the scheduler sets is not what the job will run with. */
function isFallback(origin: { kind: string; fact?: { state: string; via?: readonly unknown[] } }): boolean {
  return origin.kind === 'fact' && origin.fact?.state === 'constant';
}
