import type { Scenario } from '../../scenario/scenario';
import { gatheredWidth } from '../compute/tensor';
import { type LayerKind, subLayers, sumKinds } from '../parameters/kinds';
import { expertInputSize } from '../parameters/moe';
import { partsSentTo } from '../placement/shards';
import type { ComparisonEntry } from '../result';
import { because, chainFrom, entry, formatBytes } from './chain';
import type { StepScope } from './scope';

const BF16_BYTES = 2;

/**
 * Tensor parallel: the textbook's `2·B·S·H·L` (payload of two all-reduces per layer) against what one rank sends forward in
 * its own layers: an all-gather and a reduce-scatter around attention, and around a dense MLP or shared expert;
 * ETP gathers and scatters the rows of its experts. Backward with sequence parallelism gathers once more.
 */
export function tensorParallel(scenario: Scenario, scope: StepScope): ComparisonEntry {
  const { model, layout } = scenario;
  const { tp, cp } = layout;
  // What the dispatcher itself sends to every part of an expert is part of expert parallelism.
  const etp = layout.etp / partsSentTo(scenario);
  const allTokens = scope.groupTokens * cp;
  const textbook = 2 * allTokens * model.hiddenSize * model.layers * BF16_BYTES;
  const layers = scope.denseLayers + scope.moeLayers;
  const widthOf = (part: keyof LayerWidths): number =>
    sumKinds(scope.kinds, (kind) => layerWidths(scenario, kind)[part]);
  const perToken = widthOf('forward');
  const fullWidth = widthOf('unlatent');
  const wire = (tp - 1) / tp;
  const reduced = scope.groupTokens * perToken * wire * BF16_BYTES;
  const expertRows = (scope.groupTokens / tp) * model.topK * etp;
  const expertBytes =
    scope.moeLayers * 2 * expertRows * expertInputSize(model) * ((etp - 1) / etp) * BF16_BYTES;

  let chain = chainFrom(textbook);
  chain = because(chain, `this rank runs ${layers} of ${model.layers} layers`, layers / model.layers);
  chain = because(chain, `CP ${cp}: a share of the sequence`, 1 / cp);
  if (tp === 1) chain = because(chain, 'TP is 1: nothing to reduce', 0);
  chain = because(chain, `a ring of ${tp} sends 2 × ${tp - 1}/${tp} of the payload`, 2 * wire);
  chain = because(chain, mlpLabel(scenario), fullWidth / (4 * model.hiddenSize * layers));
  chain = because(chain, 'attention gathers its latents, not hidden states', perToken / fullWidth);
  chain = because(
    chain,
    `experts over ETP ${etp}: ${model.topK} rows per token gathered too`,
    (reduced + expertBytes) / reduced,
  );

  const backward = scope.isTraining ? widthOf('backward') : 0;
  const perMicrobatch =
    scope.groupTokens * (perToken + backward) * wire * BF16_BYTES + expertBytes * (scope.isTraining ? 2 : 1);
  return entry(
    {
      formula: '2·B·S·H·L',
      per: scope.isTraining ? 'microbatch, forward' : 'forward pass',
      note: note(scenario, scope, perToken),
    },
    textbook,
    chain,
    perMicrobatch * scope.microbatches,
  );
}

interface LayerWidths {
  readonly forward: number;
  readonly backward: number;
  /** Forward, if attention gathered hidden states and not its latents. */
  readonly unlatent: number;
}

/** Elements per token that all-gathers and reduce-scatters of one layer carry. */
function layerWidths({ model, layout }: Scenario, kind: LayerKind): LayerWidths {
  const h = model.hiddenSize;
  const { mixers, denseMlps, isMoe } = subLayers(model, kind);
  const gathered = layout.sequenceParallel ? gatheredWidth(model, kind) : h;
  const again = layout.sequenceParallel ? 1 : 0;
  const mlps = denseMlps + Number(isMoe && model.sharedExpertIntermediateSize > 0);
  return {
    forward: mixers * (gathered + h) + mlps * 2 * h,
    backward: mixers * (h + (1 + again) * gathered) + mlps * (2 + again) * h,
    unlatent: (mixers + mlps) * 2 * h,
  };
}

const mlpLabel = ({ layout }: Scenario): string =>
  layout.etp === 1 ? 'MoE layers reduce attention only: ETP is 1' : 'MoE layers reduce attention only';

function note({ model, layout, workload }: Scenario, scope: StepScope, perToken: number): string {
  if (layout.tp > 1) {
    const trains = workload.mode === 'train';
    return layout.sequenceParallel
      ? `Sequence parallelism: an all-gather and a reduce-scatter in place of each all-reduce${trains ? ', with one more gather backward' : ''}.`
      : `Two all-reduces per dense layer${trains ? ' forward, two backward' : ''}.`;
  }
  const other = 8;
  const bytes = scope.groupTokens * perToken * ((other - 1) / other) * BF16_BYTES;
  const isAttentionOnly = model.sharedExpertIntermediateSize === 0 && model.denseMlpsPerMoeLayer === 0;
  return `At TP ${other} it would be ${formatBytes(bytes)} forward${isAttentionOnly ? ': attention only, since ETP is 1' : ''}.`;
}
