import type { AcceleratorId } from '../catalog/accelerators';
import type { FrameworkId } from '../config/fact';
import { backendMapping, isBackendId } from './backends';
import { servingEngines, wireDtypes, workloadModes } from './choices';
import { traitsOf } from './framework-traits';
import { resolveReceiveInterval } from './receive-interval';
import { resolveCache, resolveOverlap, resolveRecipe } from './resolve-recipe';
import {
  amount,
  assumed,
  derived,
  oneOf,
  positiveAmount,
  positiveInteger,
  type Resolver,
  type Sourced,
  text,
} from './resolver';
import type {
  BackendId,
  CommunicationScenario,
  LayoutScenario,
  ModelScenario,
  WeightDtype,
  WireDtype,
  WorkloadMode,
  WorkloadScenario,
} from './scenario';
import { sglangPrefillTokens } from './sglang-layout';
import { oneSidedDispatchDtype, trtllmBackend, trtllmCombineDtype } from './trtllm-communication';
import { trtllmPrefillTokens } from './trtllm-layout';
import { runsAllToAll, vllmAllReduce } from './vllm-communication';

/** DeepEP's own benchmarks: 128 tokens per GPU for low latency, 4096 for high throughput (DeepEP README). */
const BENCHMARK_TOKENS = { decode: 128, prefill: 4096 } as const;
/** DeepEP Buffer.num_sms, the kernels' default share of the GPU. */
const DEFAULT_COMMUNICATION_SMS = 20;

export function resolveWorkload(
  r: Resolver,
  framework: FrameworkId | null,
  layout: LayoutScenario,
  accelerator: AcceleratorId,
  weightDtype: WeightDtype,
): WorkloadScenario {
  const usual = traitsOf(framework).mode;
  const mode = r.take(
    'workload.mode',
    oneOf(...workloadModes),
    usual === 'train'
      ? derived(usual, 'a framework for training')
      : assumed(usual, 'the file does not say; decode assumed'),
  );
  const engine =
    traitsOf(framework).engine ?? r.given('workload.engine', oneOf(...servingEngines))?.value ?? null;
  const microBatchSize = r.take('workload.microBatchSize', positiveInteger, assumed(1, 'not stated'));
  const sequenceLength = r.take('workload.sequenceLength', positiveInteger, assumed(4096, 'not stated'));
  const microbatches = Math.max(8, 4 * layout.pp);
  const globalBatchSize = r.take(
    'workload.globalBatchSize',
    positiveInteger,
    assumed(microBatchSize * layout.dp * microbatches, `not stated; ${microbatches} microbatches per rank`),
  );
  const concurrency = resolveConcurrency(r, framework, layout, mode);
  const tokensPerRank = r.take('workload.tokensPerRank', amount, () => {
    if (mode === 'train') {
      const tokens = (microBatchSize * sequenceLength) / (layout.cp * layout.tp);
      return derived(tokens, 'microbatch × sequence / (CP × TP)');
    }
    if (mode !== 'prefill') return decodeTokens(engine, layout, concurrency);
    const chunk = framework === 'sglang' ? sglangPrefillTokens(r, layout) : undefined;
    const most = framework === 'trtllm' ? trtllmPrefillTokens(r, layout) : undefined;
    if (most !== undefined) return derived(most, 'max_num_tokens over the ranks that share them');
    if (chunk !== undefined) return derived(chunk, 'chunked prefill size over the attention ranks');
    return assumed(BENCHMARK_TOKENS.prefill, 'not stated; 4096 tokens per rank and forward pass');
  });
  const inputLength = r.take('workload.inputLength', positiveInteger, assumed(1024, 'not stated'));
  const outputLength = r.take('workload.outputLength', positiveInteger, assumed(1024, 'not stated'));
  const contextLength = resolveContext(r, framework, inputLength + Math.round(outputLength / 2));
  return {
    mode,
    engine,
    sequenceLength,
    microBatchSize,
    globalBatchSize,
    tokensPerRank,
    inputLength,
    outputLength,
    contextLength,
    concurrency,
    receiveInterval: resolveReceiveInterval(r, framework, accelerator, { engine, concurrency }),
    ...resolveRecipe(r, framework),
    ...resolveCache(r, framework, engine, weightDtype),
    overlap: resolveOverlap(r),
  };
}

/**
 * Tokens per rank where every sequence gives one: as many as its ranks have on average. What engines do with ranks that
 * have fewer differs. vLLM with CUDA graphs runs as many on every rank as on the fullest one, and routes the filler like
 * all others (vllm-project/vllm@00746147: v1/worker/dp_utils.py, _post_process_dp_padding). TensorRT-LLM gives a rank
 * without sequences a dummy one (py_executor.py, _pad_attention_dp_dummy_request). In SGLang filler chooses no expert
 * (srt/layers/moe/topk.py, _mask_topk_ids_padded_region), and a rank without sequences sends nothing.
 */
function decodeTokens(
  engine: WorkloadScenario['engine'],
  { dp, tp }: LayoutScenario,
  concurrency: number,
): Sourced<number> {
  const mean = concurrency / (dp * tp);
  if (dp > 1 && engine === 'vllm' && !Number.isInteger(mean)) {
    return derived(Math.ceil(mean), 'concurrency / (DP × TP), every rank filled up to the fullest');
  }
  if (dp > 1 && engine === 'tensorrt-llm' && mean < 1) {
    return derived(1, 'a dummy sequence on each of the ranks that have none');
  }
  return derived(mean, 'concurrency / (DP × TP)');
}

/**
 * Sequences of the whole engine. vLLM's `--max-num-seqs` is per engine core, of which there is one per DP rank;
 * SGLang's `--max-running-requests` is of the whole replica under DP attention, otherwise of each replica;
 * TensorRT-LLM's `max_batch_size` is of each rank under attention DP, otherwise of the engine.
 */
function resolveConcurrency(
  r: Resolver,
  framework: FrameworkId | null,
  layout: LayoutScenario,
  mode: WorkloadMode,
): number {
  const name = 'workload.concurrency';
  const attentionRanks = layout.dp * layout.tp;
  const stated = r.given(name, positiveInteger);
  const perReplica =
    framework === 'vllm' ||
    framework === 'trtllm' ||
    (framework === 'sglang' && !layout.attentionDataParallel);
  if (stated && perReplica && stated.origin.kind === 'fact' && !r.isOverridden(name) && layout.dp > 1) {
    return r.set(
      name,
      derived(stated.value * layout.dp, `${stated.origin.fact.key} ${stated.value} × DP ${layout.dp}`),
    );
  }
  return r.take(name, positiveInteger, () => {
    const tokens = r.given('workload.tokensPerRank', positiveAmount);
    if (tokens && (mode === 'decode' || mode === 'serve'))
      return derived(Math.max(1, Math.round(tokens.value * attentionRanks)), 'tokens per rank × ranks');
    return assumed(BENCHMARK_TOKENS.decode * attentionRanks, 'not stated; 128 sequences per rank');
  });
}

/** Tokens cached per sequence. `--max-model-len` and `--context-length` are only the most that a sequence may have. */
function resolveContext(r: Resolver, framework: FrameworkId | null, meanLength: number): number {
  const name = 'workload.contextLength';
  const mean = derived(meanLength, 'input + half of the output: the mean over a request');
  const stated = r.given(name, positiveInteger);
  const { contextIsLimit } = traitsOf(framework);
  const isLimit = contextIsLimit && stated?.origin.kind === 'fact' && !r.isOverridden(name);
  if (stated && isLimit && stated.value > meanLength) {
    return r.set(name, mean);
  }
  return r.take(name, positiveInteger, mean);
}

/** The parts of a scenario that its communication follows from. */
interface CommunicationContext {
  readonly framework: FrameworkId | null;
  readonly model: ModelScenario;
  readonly layout: LayoutScenario;
  readonly mode: WorkloadMode;
  readonly scaleUpDomain: number;
}

export function resolveCommunication(r: Resolver, context: CommunicationContext): CommunicationScenario {
  const backend = resolveBackend(r, context);
  return {
    backend,
    dispatchDtype: r.take(
      'communication.dispatchDtype',
      oneOf(...wireDtypes),
      usualDispatchDtype(backend, context),
    ),
    combineDtype: r.take(
      'communication.combineDtype',
      oneOf(...wireDtypes),
      trtllmCombineDtype(r) ?? assumed('bf16', 'results are summed in BF16'),
    ),
    sms: r.take(
      'communication.sms',
      positiveInteger,
      assumed(DEFAULT_COMMUNICATION_SMS, "DeepEP's own default"),
    ),
  };
}

function usualDispatchDtype(
  backend: BackendId,
  { framework, model, mode }: CommunicationContext,
): Sourced<WireDtype> {
  if (backend === 'nvlink-one-sided') return oneSidedDispatchDtype(model.weightDtype);
  const isDeepEp = backend === 'deepep-high-throughput' || backend === 'deepep-low-latency';
  const trainsInBf16 = mode === 'train' && traitsOf(framework).megatronCore;
  return isDeepEp && !trainsInBf16
    ? assumed('fp8', 'usual for DeepEP outside Megatron')
    : assumed('bf16', 'activations are sent as they are');
}

/** Megatron names its flexible dispatcher and, beside it, the backend that this uses: the backend says more. */
function resolveBackend(
  r: Resolver,
  { framework, layout, mode, scaleUpDomain }: CommunicationContext,
): BackendId {
  const own = r.given('communication.backend', (value) => (isBackendId(value) ? value : undefined));
  if (own) return r.set('communication.backend', own);
  if (framework === 'vllm' && !runsAllToAll(layout)) return r.set('communication.backend', vllmAllReduce(r));
  const deepepMode = r.given('sglang.deepepMode', text)?.value ?? null;
  const all = r.facts('communication.backend').flatMap((fact) => {
    const mapping = typeof fact.value === 'string' ? backendMapping(fact.value, deepepMode, mode) : undefined;
    return mapping ? [{ fact, mapping }] : [];
  });
  const spelled = all.find(({ fact }) => fact.value !== 'flex') ?? all[0];
  if (!spelled) {
    const unknown = r.facts('communication.backend').at(-1);
    const why = unknown ? `${String(unknown.value)} has no model here` : 'no dispatcher is stated';
    return r.take(
      'communication.backend',
      (value) => (isBackendId(value) ? value : undefined),
      framework === 'trtllm' ? trtllmBackend(layout, scaleUpDomain) : assumed('nccl-alltoall', why),
    );
  }
  const { fact, mapping } = spelled;
  return r.set('communication.backend', {
    value: mapping.backend,
    origin: { kind: 'fact', fact: mapping.note ? { ...fact, origin: mapping.note } : fact },
  });
}
