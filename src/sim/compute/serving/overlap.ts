import { type Batch, type Engine, type PassTime, passTime } from './pass';

/**
 * One forward pass. With two-batch overlap (SGLang; vLLM's DBO) it is two passes of half the batch each, which read the
 * weights and launch their kernels each, and the rows of one half travel beside the compute of the other. Visible stay the
 * latencies or, if longer, what the kernels hold all SMs for; what of the transfer compute does not cover; and what compute
 * loses to the SMs that copy meanwhile.
 */
export function forwardPass(engine: Engine, batch: Batch): PassTime {
  const { exchange, scenario } = engine;
  const overlaps = scenario.workload.overlap === 'two-batch' && exchange !== null;
  if (!overlaps || batch.tokensPerAttentionRank < 2) return passTime(engine, batch);
  const half = passTime(engine, halved(batch));
  const compute = half.total - half.exchange;
  const held = Math.max(engine.weights.moeLayers * exchange.latency, exchange.heldShare * half.exchange);
  const hidden = Math.min(half.exchange - held, compute);
  const visible = half.exchange - hidden + exchange.smShare * hidden;
  return {
    attention: 2 * half.attention,
    dense: 2 * half.dense,
    experts: 2 * half.experts,
    waiting: 2 * half.waiting,
    exchange: 2 * visible,
    activations: 2 * half.activations,
    launches: 2 * half.launches,
    total: 2 * (compute + visible),
  };
}

function halved(batch: Batch): Batch {
  return {
    tokens: batch.tokens / 2,
    tokensPerAttentionRank: batch.tokensPerAttentionRank / 2,
    kvBytes: batch.kvBytes / 2,
    attentionFlops: batch.attentionFlops / 2,
    logitTokens: batch.logitTokens / 2,
  };
}
