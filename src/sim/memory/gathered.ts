import type { Scenario } from '../../scenario/scenario';
import { frozenBytes, gradientBytes, TRAINED_WEIGHT_BYTES } from '../parameters/dtypes';
import type { LayerKind } from '../parameters/kinds';
import { layerParameters } from '../parameters/layers';
import { rankShare } from '../parameters/split';
import { type PipelineStage, stageKinds } from '../parameters/stages';

/** What fully sharded training holds for a while of what it has gathered, bytes. */
export interface GatheredBytes {
  readonly weights: number;
  readonly gradients: number;
}

const NOTHING: GatheredBytes = { weights: 0, gradients: 0 };

/** Weights of one layer on one rank, in elements. */
interface GatheredLayer {
  readonly experts: number;
  readonly rest: number;
}

/**
 * Fully sharded training gathers two layers at a time (the running and the next one), embedding and head, in the format
 * that it computes in. While a layer runs backward, its gradient grows beside the buffer from which that of the layer
 * before it is scattered, in the format of the reduction. With expert parallelism the experts are a group of their own,
 * gathered and reduced before the rest of their layer. Of adapters the gradients are next to nothing; frozen weights are gathered
 * as they are kept, and made 16 bits wide layer by layer.
 * Source: pytorch/pytorch@002a76fb torch/distributed/fsdp/_fully_shard/_fsdp_param_group.py (pre_backward prefetches one group,
 * post_backward keeps the input of the last reduce-scatter), @010ae4a8 _fsdp_collectives.py (foreach_reduce);
 * pytorch/torchtitan@05a6cb38 torchtitan/models/llama4/infra/parallelize.py (apply_fsdp).
 */
export function gatheredBytes(
  { model, layout, workload }: Pick<Scenario, 'model' | 'layout' | 'workload'>,
  stage: PipelineStage,
  expertsPerLayer: number,
): GatheredBytes {
  if (workload.sharding !== 'parameters') return NOTHING;
  const layerOf = ({ kind }: { kind: LayerKind }): GatheredLayer => {
    const layer = layerParameters(model, kind);
    const dense = rankShare(layer.attention, layout.tp) + layer.denseMlp / layout.tp;
    const experts = kind.feedForward === 'moe' ? (expertsPerLayer * layer.perExpert) / layout.etp : 0;
    return { experts, rest: dense + rankShare(layer.sharedExperts, layout.tp) };
  };
  const layers = stageKinds(model, stage).map(layerOf);
  const tables = (2 * model.vocabSize * model.hiddenSize) / layout.tp;
  const reduced = gradientBytes(workload);
  const hasAdapters = workload.adapterRank > 0;
  const gathered = hasAdapters
    ? Math.min(TRAINED_WEIGHT_BYTES, frozenBytes[workload.frozenDtype])
    : TRAINED_WEIGHT_BYTES;
  return {
    weights: gathered * (2 * most(layers, ({ experts, rest }) => experts + rest) + tables),
    gradients: hasAdapters ? 0 : most(layers, layout.ep > 1 ? apartBytes(reduced) : togetherBytes(reduced)),
  };
}

const most = (layers: readonly GatheredLayer[], of: (layer: GatheredLayer) => number): number =>
  Math.max(0, ...layers.map(of));

/** One group per layer: its gradient, and the one before it on its way. */
const togetherBytes =
  (reduced: number) =>
  ({ experts, rest }: GatheredLayer): number =>
    (TRAINED_WEIGHT_BYTES + reduced) * (experts + rest);

/** Experts in a group of their own: theirs on its way, or theirs beside the one of the rest. */
const apartBytes =
  (reduced: number) =>
  ({ experts, rest }: GatheredLayer): number =>
    Math.max(reduced * experts, TRAINED_WEIGHT_BYTES * experts + reduced * rest);
