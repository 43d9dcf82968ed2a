import type { Scenario } from '../../scenario/scenario';
import { layerParameters } from '../parameters/layers';
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
  const { tp, etp, cp } = layout;
  const allTokens = scope.groupTokens * cp;
  const textbook = 2 * allTokens * model.hiddenSize * model.layers * BF16_BYTES;
  const layers = scope.denseLayers + scope.moeLayers;
  const widths = layerWidths(scenario);
  const perToken = scope.denseLayers * widths.denseForward + scope.moeLayers * widths.moeForward;
  const fullWidth = scope.denseLayers * 4 * model.hiddenSize + scope.moeLayers * widths.moeForwardUnlatent;
  const wire = (tp - 1) / tp;
  const reduced = scope.groupTokens * perToken * wire * BF16_BYTES;
  const expertRows = (scope.groupTokens / tp) * model.topK * etp;
  const expertBytes = scope.moeLayers * 2 * expertRows * model.hiddenSize * ((etp - 1) / etp) * BF16_BYTES;

  let chain = chainFrom(textbook);
  chain = because(chain, `this rank runs ${layers} of ${model.layers} layers`, layers / model.layers);
  chain = because(chain, `CP ${cp}: this rank has its share of the sequence`, 1 / cp);
  if (tp === 1) chain = because(chain, 'TP is 1: nothing to reduce', 0);
  chain = because(chain, `a ring of ${tp} sends 2 × ${tp - 1}/${tp} of the payload`, 2 * wire);
  chain = because(chain, mlpLabel(scenario), fullWidth / (4 * model.hiddenSize * layers));
  chain = because(chain, 'attention gathers its latents, not hidden states', perToken / fullWidth);
  chain = because(
    chain,
    `experts over ETP ${etp}: ${model.topK} rows per token gathered too`,
    (reduced + expertBytes) / reduced,
  );

  const backward = scope.isTraining
    ? scope.denseLayers * widths.denseBackward + scope.moeLayers * widths.moeBackward
    : 0;
  const perMicrobatch =
    scope.groupTokens * (perToken + backward) * wire * BF16_BYTES + expertBytes * (scope.isTraining ? 2 : 1);
  return entry(
    {
      formula: '2·B·S·H·L',
      per: scope.isTraining ? 'microbatch, forward' : 'forward pass',
      note: note(scenario, scope, widths.moeForward, perToken),
    },
    textbook,
    chain,
    perMicrobatch * scope.microbatches,
  );
}

/** Elements per token that all-gathers and reduce-scatters of one layer carry, forward and backward. */
function layerWidths({ model, layout }: Scenario) {
  const h = model.hiddenSize;
  const { mla } = model;
  const gathersLatents = mla !== null && layout.sequenceParallel;
  const gathered = gathersLatents ? (mla.qLoraRank ?? h) + mla.kvLoraRank + mla.qkRopeHeadDim : h;
  const again = layout.sequenceParallel ? 1 : 0;
  const hasShared = layerParameters(model, true).sharedExperts.split > 0;
  const mlpForward = 2 * h;
  const mlpBackward = (2 + again) * h;
  const attentionForward = gathered + h;
  const attentionBackward = h + (1 + again) * gathered;
  return {
    denseForward: attentionForward + mlpForward,
    denseBackward: attentionBackward + mlpBackward,
    moeForward: attentionForward + (hasShared ? mlpForward : 0),
    moeBackward: attentionBackward + (hasShared ? mlpBackward : 0),
    moeForwardUnlatent: 2 * h + (hasShared ? mlpForward : 0),
  };
}

const mlpLabel = ({ layout }: Scenario): string =>
  layout.etp === 1 ? 'MoE layers reduce attention only: ETP is 1' : 'MoE layers reduce attention only';

function note({ model, layout }: Scenario, scope: StepScope, moeWidth: number, perToken: number): string {
  if (layout.tp > 1) {
    return layout.sequenceParallel
      ? 'Sequence parallelism: an all-gather and a reduce-scatter in place of each all-reduce, with one more gather backward.'
      : 'Two all-reduces per dense layer forward, two backward.';
  }
  const other = 8;
  const bytes = scope.groupTokens * perToken * ((other - 1) / other) * BF16_BYTES;
  const isAttentionOnly = moeWidth <= 2 * model.hiddenSize;
  return `At TP ${other} it would be ${formatBytes(bytes)} forward${isAttentionOnly ? ': attention only, since ETP is 1' : ''}.`;
}
