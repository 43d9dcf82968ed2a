import type { SparseIndexer } from '../../scenario/mixers';
import type { ModelScenario } from '../../scenario/scenario';

/**
 * Weights of one layer's indexer, in elements: queries from the query latent, one key per token, its layer norm, and a weight
 * per head, `q·nI·dI + h·dI + 2dI + h·nI`; every rank of a TP group has all of it. MiniMax-M3 has queries from the hidden
 * state, a norm each of query and key, and no weights of heads.
 * Source: transformers modeling_deepseek_v32, glm_moe_dsa, minimax_m3_vl; vllm deepseek_v2.py (Indexer, replicated).
 * DeepSeek-V3.2 with its MTP module: 685,355,329,792, as published.
 */
export function indexerParameters(model: ModelScenario, indexer: SparseIndexer): number {
  const { hiddenSize: h } = model;
  const queryInput = model.mla?.qLoraRank ?? h;
  const headWeights = indexer.headWeights ? h * indexer.heads : 0;
  return (
    queryInput * indexer.heads * indexer.headDim + h * indexer.headDim + 2 * indexer.headDim + headWeights
  );
}

/** FLOP of scoring one cached token for one query, `2·nI·dI`. */
export const indexerFlopsPerToken = ({ heads, headDim }: SparseIndexer): number => 2 * heads * headDim;

/**
 * Bytes of one cached indexer key: FP8 with an FP32 scale per 128.
 * Source: sgl-project/sglang memory_pool.py (index_k_with_scale_buffer); TensorRT-LLM dsa.py the same.
 */
export const indexerKeyBytes = ({ headDim }: SparseIndexer): number => headDim + 4 * Math.ceil(headDim / 128);
