import type { Scenario } from '../../scenario/scenario';
import { scaleUpText } from '../fabric';
import { remembered } from './remembered';
import { divisorsOf, type Pruned } from './space';
import type { Trainer } from './trainers';

const grouped = (value: number): string => value.toLocaleString('en-US');

/** Sizes of one layout, before it is known whether it is legal. */
export interface Sizes {
  readonly tp: number;
  readonly pp: number;
  readonly cp: number;
  readonly ep: number;
  readonly etp: number;
  readonly vpp: number;
}

/** Model chunks per stage that are tried where a layout may make stages of unequal length, beside the present number. */
const CHUNKS = [1, 2, 3, 4] as const;

/** Sizes with one PP, TP and CP, and those of them that are not legal. */
export interface Tilings {
  readonly legal: readonly Sizes[];
  readonly pruned: readonly Pruned[];
}

/**
 * Sizes whose dense grid TP × CP × DP × PP and expert grid ETP × EP × EDP × PP both tile the GPUs, in the order in which they
 * are ruled out: PP, TP, CP, EP, ETP, VPP. Not one by one: there are tens of thousands.
 *
 * @param perLayout configurations that one layout of an EP stands for
 */
export function* tilings(
  base: Scenario,
  gpus: number,
  trainer: Trainer,
  perLayout: (ep: number) => number,
): Generator<Tilings> {
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
  const out = (reason: string, count: number): Tilings => ({ legal: [], pruned: [{ reason, count }] });
  for (const pp of trainer.pipeline === 'none' ? [1] : divisors(gpus)) {
    const stage = gpus / pp;
    const chunks = chunksOf(pp);
    const expertGrids = (tp: number, cp: number): Tilings => {
      const legal: Sizes[] = [];
      const pruned = new Map<string, number>();
      for (const ep of divisors(stage)) {
        const ofEp = limits.ep(ep);
        for (const etp of expertTensorSizes(trainer, tp, divisors(stage / ep))) {
          const ofEtp = ofEp ?? limits.etp(etp) ?? limits.order({ tp, cp, ep, etp, pp });
          for (const vpp of chunks) {
            const reason = ofEtp ?? limits.chunks(pp, vpp);
            if (reason === null) legal.push({ tp, pp, cp, ep, etp, vpp });
            else pruned.set(reason, (pruned.get(reason) ?? 0) + perLayout(ep));
          }
        }
      }
      return { legal, pruned: [...pruned].map(([reason, count]) => ({ reason, count })) };
    };
    const experts = (tp: number): number =>
      sumOf(
        divisors(stage),
        (ep) => expertTensorSizes(trainer, tp, divisors(stage / ep)).length * perLayout(ep),
      ) * chunks.length;
    const ofPp = limits.pp(pp);
    for (const tp of divisors(stage)) {
      const ofTp = ofPp ?? limits.tp(tp);
      if (ofTp !== null) {
        yield out(ofTp, contextSizes(stage / tp).length * experts(tp));
        continue;
      }
      for (const cp of contextSizes(stage / tp)) {
        const ofCp = limits.cp(cp);
        yield ofCp === null ? expertGrids(tp, cp) : out(ofCp, experts(tp));
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
  const whole = scaleUpText(base);
  const physical = model.routedExperts + placement.redundantExperts;
  const kvHeads = model.mla === null ? model.kvHeads : null;
  const widths = [
    ...(model.firstDenseLayers > 0 ? [['dense MLP', model.intermediateSize] as const] : []),
    ...(model.sharedExperts > 0 ? [['shared expert', model.sharedExpertIntermediateSize] as const] : []),
  ];
  const ofTp = (tp: number): string | null => {
    if (tp > cluster.scaleUpDomain) return `TP ${tp}: more than ${whole}`;
    // MG009, TT004
    if (model.attentionHeads % tp !== 0)
      return `TP ${tp}: does not divide ${grouped(model.attentionHeads)} attention heads`;
    // MG010
    if (kvHeads !== null && kvHeads % tp !== 0 && tp % kvHeads !== 0)
      return `TP ${tp}: neither divides ${kvHeads} key-value heads nor is a multiple of them`;
    const odd = widths.find(([, width]) => width % tp !== 0);
    return odd ? `TP ${tp}: does not divide the ${odd[0]} width of ${grouped(odd[1])}` : null;
  };
  const ofPp = (pp: number): string | null => {
    if (pp > model.layers) return `PP ${pp}: more than the ${model.layers} layers`;
    // MG011
    return trainer.pipeline === 'even' && model.layers % pp !== 0
      ? `PP ${pp}: does not divide ${model.layers} layers`
      : null;
  };
  // NVIDIA/Megatron-LM@307dcf37: training/arguments.py (seq-length is a multiple of 2 · context-parallel-size)
  const ofCp = (cp: number): string | null =>
    cp > 1 && workload.sequenceLength % (2 * cp) !== 0
      ? `CP ${cp}: 2 × CP does not divide a sequence of ${grouped(workload.sequenceLength)} tokens`
      : null;
  const ofEp = (ep: number): string | null => {
    if (ep > model.routedExperts) return `EP ${ep}: more than the ${model.routedExperts} experts`;
    // MG002, DS001, TT002
    return physical % ep === 0 ? null : `EP ${ep}: does not divide ${physical} experts`;
  };
  const ofEtp = (etp: number): string | null => {
    if (etp > cluster.scaleUpDomain) return `ETP ${etp}: more than ${whole}`;
    return model.expertIntermediateSize % etp === 0
      ? null
      : `ETP ${etp}: does not divide an expert width of ${grouped(model.expertIntermediateSize)}`;
  };
  const ofChunks = (pp: number, vpp: number): string | null => {
    if (pp * vpp > model.layers) return `PP × VPP: more chunks than the ${model.layers} layers`;
    return vpp > 1 && !isLaidOut(pp, vpp, base, trainer)
      ? `VPP ${vpp}: PP ${pp} × VPP ${vpp} does not divide ${model.layers} layers`
      : null;
  };
  const chunks = remembered((pp: number) => remembered((vpp: number) => ofChunks(pp, vpp)));
  // MG008: this order runs through PP before the data parallel ranks.
  const order = ({ tp, cp, ep, etp, pp }: Omit<Sizes, 'vpp'>): string | null =>
    present.order === 'tp-cp-ep-pp-dp' && pp > 1 && tp * cp !== etp * ep
      ? 'Rank order tp-cp-ep-pp-dp: with PP it needs TP × CP = ETP × EP'
      : null;
  return {
    tp: remembered(ofTp),
    pp: remembered(ofPp),
    cp: remembered(ofCp),
    ep: remembered(ofEp),
    etp: remembered(ofEtp),
    chunks: (pp: number, vpp: number) => chunks(pp)(vpp),
    order,
  };
}

/** Equal chunks; or, where the layers cannot be dealt out evenly over the stages, those that a layout makes of nearly equal size. */
function isLaidOut(pp: number, vpp: number, { model }: Scenario, { pipeline }: Trainer): boolean {
  if (model.layers % (pp * vpp) === 0) return true;
  return pipeline === 'uneven' && model.layers % pp !== 0;
}
