import type { ModelScenario } from '../../scenario/scenario';
import { attendedEntries, choosingFlops, isCompressed, meanEntries } from '../parameters/compressed';
import { attendedTokens, attentionHeads } from '../parameters/heads';
import { indexerFlopsPerToken } from '../parameters/indexer';
import { type LayerKind, modelKinds, subLayers, sumKinds } from '../parameters/kinds';
import { recurrenceFlops } from '../parameters/linear';

/** FLOP of one query that attends to so many tokens in one mixer, of which an indexer looked at `before`. */
function attentionFlops(model: ModelScenario, kind: LayerKind, attended: number, before: number): number {
  if (kind.mixer === 'none') return 0;
  if (kind.mixer === 'linear') return model.linear === null ? 0 : recurrenceFlops(model.linear);
  const { queryHeads, queryDim, valueDim } = attentionHeads(model, kind.mixer);
  const choosing = kind.hasIndexer && model.indexer ? before * indexerFlopsPerToken(model.indexer) : 0;
  const scored = choosing + choosingFlops(model, kind.mixer, before);
  return 2 * attended * queryHeads * (queryDim + valueDim) + scored;
}

/** Tokens that one query of a kind of layer may attend to at most; `null`: all before it. */
function limitOf(model: ModelScenario, { mixer }: LayerKind): number | null {
  return mixer === 'linear' || mixer === 'none' ? null : attentionHeads(model, mixer).limit;
}

/**
 * FLOP of one token in one mixer beside its projections, forward, mean over a causal sequence: attention's two products over
 * the tokens that it attends to, `2·(s/2)·H·(d_qk + d_v)` without a limit, with the indexer's scores; or the recurrence.
 */
export function causalMixerFlops(model: ModelScenario, kind: LayerKind, sequenceLength: number): number {
  const { mixer } = kind;
  const entries = isCompressed(mixer) ? meanEntries(model, mixer, sequenceLength) : 0;
  const attended = attendedTokens(limitOf(model, kind), sequenceLength) + entries;
  return attentionFlops(model, kind, attended, sequenceLength / 2);
}

/** The same for all layers of the main model. */
export const causalModelFlops = (model: ModelScenario, sequenceLength: number): number =>
  sumKinds(
    modelKinds(model),
    (kind) => subLayers(model, kind).mixers * causalMixerFlops(model, kind, sequenceLength),
  );

/** FLOP of one new token after `contextLength` others, all layers of the main model, forward. */
export const decodeModelFlops = (model: ModelScenario, contextLength: number): number =>
  sumKinds(modelKinds(model), (kind) => {
    const { mixer } = kind;
    const entries = isCompressed(mixer) ? attendedEntries(model, mixer, contextLength) : 0;
    const attended = Math.min(contextLength, limitOf(model, kind) ?? contextLength) + entries;
    return subLayers(model, kind).mixers * attentionFlops(model, kind, attended, contextLength);
  });
