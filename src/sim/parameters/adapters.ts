import type { AdapterPart, ModelScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';
import { isCompressed } from './compressed';
import { attentionHeads } from './heads';
import { type LayerKind, subLayers } from './kinds';
import { linearMixerKind } from './linear';
import { expertInputSize } from './moe';
import { type PipelineStage, stageKinds } from './stages';

/** One linear layer that an adapter may stand beside, and what tensor parallelism splits of it. */
interface Linear {
  readonly inputs: number;
  readonly outputs: number;
  readonly split: 'inputs' | 'outputs' | 'nothing';
}

const column = (inputs: number, outputs: number): Linear => ({ inputs, outputs, split: 'outputs' });
const row = (inputs: number, outputs: number): Linear => ({ inputs, outputs, split: 'inputs' });
const whole = (inputs: number, outputs: number): Linear => ({ inputs, outputs, split: 'nothing' });

/** The projections of an MLP: up and, where it has one, gate, each with an adapter of its own, and down. */
const mlpLinears = ({ mlpMatrices }: ModelScenario, inputs: number, width: number): readonly Linear[] => [
  ...Array.from({ length: mlpMatrices - 1 }, () => column(inputs, width)),
  row(width, inputs),
];

function mixerLinears(model: ModelScenario, { mixer }: LayerKind): readonly Linear[] {
  const { hiddenSize: h, mla, linear } = model;
  if (mixer === 'none') return [];
  if (mixer === 'linear') {
    if (linear === null) return [];
    const output = linear.valueHeads * linear.valueHeadDim;
    const channels = linearMixerKind(linear).convChannels(linear) || 3 * output;
    return [column(h, channels + output), row(output, h)];
  }
  const { queryHeads, kvHeads, queryDim, valueDim } = attentionHeads(model, mixer);
  const output = row(queryHeads * valueDim, h);
  if (mla === null || mixer === 'sliding' || isCompressed(mixer))
    return [
      column(h, queryHeads * queryDim),
      column(h, kvHeads * queryDim),
      column(h, kvHeads * valueDim),
      output,
    ];
  const { qLoraRank: q, kvLoraRank: c, qkRopeHeadDim, qkNopeHeadDim } = mla;
  const queries = queryHeads * queryDim;
  return [
    ...(q === null ? [column(h, queries)] : [whole(h, q), column(q, queries)]),
    whole(h, c + qkRopeHeadDim),
    column(c, queryHeads * (qkNopeHeadDim + valueDim)),
    output,
  ];
}

/** `r·(inputs + outputs)` of each, on one rank: what is split of the layer is split of its adapter. */
function elements(linears: readonly Linear[], rank: number, tp: number): number {
  return linears.reduce(
    (sum, { inputs, outputs, split }) =>
      sum + rank * (inputs / (split === 'inputs' ? tp : 1) + outputs / (split === 'outputs' ? tp : 1)),
    0,
  );
}

/** Elements of low-rank adapters in one layer: beside everything but routed experts, and beside one of those. */
export interface LayerAdapters {
  readonly dense: number;
  readonly perExpert: number;
}

type Adapted = Pick<WorkloadScenario, 'adapterRank' | 'adapterTargets'>;

/**
 * Adapters of one layer on one rank: two matrices of rank r beside each linear layer that is adapted (Hu et al., arXiv
 * 2106.09685). Layers that frameworks fuse share one first matrix, which this counts once for each.
 */
export function layerAdapters(
  model: ModelScenario,
  kind: LayerKind,
  { adapterRank: rank, adapterTargets }: Adapted,
  { tp, etp }: { readonly tp: number; readonly etp: number },
): LayerAdapters {
  const has = (part: AdapterPart): boolean => adapterTargets === 'all' || adapterTargets.includes(part);
  const { mixers, denseMlps, isMoe } = subLayers(model, kind);
  const shared = isMoe && model.sharedExpertIntermediateSize > 0;
  const mlp = (width: number): number => elements(mlpLinears(model, model.hiddenSize, width), rank, tp);
  return {
    dense:
      (has('attention') ? mixers * elements(mixerLinears(model, kind), rank, tp) : 0) +
      (has('mlp') ? denseMlps * mlp(model.intermediateSize) : 0) +
      (has('shared_experts') && shared ? mlp(model.sharedExpertIntermediateSize) : 0),
    perExpert:
      has('experts') && isMoe
        ? elements(mlpLinears(model, expertInputSize(model), model.expertIntermediateSize), rank, etp)
        : 0,
  };
}

/** Elements that are trained on one rank of a stage. */
export interface TrainedElements {
  readonly dense: number;
  readonly experts: number;
}

/**
 * All weights of a rank, or its adapters alone where there are some.
 *
 * @param all weights of the rank
 * @param expertsPerLayer physical experts of the rank in each MoE layer
 */
export function trainedElements(
  { model, layout, workload }: Pick<Scenario, 'model' | 'layout' | 'workload'>,
  stage: PipelineStage,
  all: TrainedElements,
  expertsPerLayer: number,
): TrainedElements {
  if (workload.adapterRank === 0) return all;
  let dense = 0;
  let experts = 0;
  for (const { kind, layers } of stageKinds(model, stage)) {
    const adapters = layerAdapters(model, kind, workload, layout);
    dense += layers * adapters.dense;
    experts += layers * adapters.perExpert * expertsPerLayer;
  }
  return { dense, experts };
}
