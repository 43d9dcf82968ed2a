import type { AcceleratorId } from '../../catalog/accelerators';
import type { FrameworkId } from '../../config/fact';
import { servingEngines, workloadModes } from '../choices';
import { traitsOf } from '../framework-traits';
import type { LayoutScenario, ModelScenario, WorkloadMode, WorkloadScenario } from '../scenario';
import { resolveReceiveInterval } from './receive-interval';
import { resolveCache, resolveOverlap, resolveRecipe } from './recipe';
import {
  amount,
  assumed,
  derived,
  oneOf,
  positiveAmount,
  positiveInteger,
  type Resolver,
  type Sourced,
} from './resolver';
import { sglangPrefillTokens } from './sglang-layout';
import { trtllmPrefillTokens } from './trtllm-layout';

/** DeepEP's own benchmarks: 128 tokens per GPU for low latency, 4096 for high throughput (DeepEP README). */
const BENCHMARK_TOKENS = { decode: 128, prefill: 4096 } as const;

/** Tokens that a rank routes in one prefill pass, by the limits that an engine has for them. */
const prefillTokens: Partial<
  Record<FrameworkId, (r: Resolver, layout: LayoutScenario) => Sourced<number> | undefined>
> = { sglang: sglangPrefillTokens, trtllm: trtllmPrefillTokens };

export function resolveWorkload(
  r: Resolver,
  framework: FrameworkId | null,
  layout: LayoutScenario,
  accelerator: AcceleratorId,
  model: Pick<ModelScenario, 'family' | 'weightDtype'>,
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
  const globalBatchSize = r.take('workload.globalBatchSize', positiveInteger, () =>
    batchOf(r, microBatchSize * layout.dp, layout.pp),
  );
  const concurrency = resolveConcurrency(r, framework, layout, mode);
  const tokensPerRank = r.take('workload.tokensPerRank', amount, () => {
    if (mode === 'train') {
      const tokens = (microBatchSize * sequenceLength) / (layout.cp * layout.tp);
      return derived(tokens, 'microbatch × sequence / (CP × TP)');
    }
    if (mode !== 'prefill') return decodeTokens(engine, layout, concurrency);
    return (
      (framework && prefillTokens[framework]?.(r, layout)) ??
      assumed(BENCHMARK_TOKENS.prefill, 'not stated; 4096 tokens per rank and forward pass')
    );
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
    receiveInterval: resolveReceiveInterval(r, framework, {
      engine,
      concurrency,
      model,
      layout,
      accelerator,
    }),
    ...resolveRecipe(r, framework),
    ...resolveCache(r, framework, engine, model.weightDtype),
    overlap: resolveOverlap(r),
  };
}

/** Microbatches that a rank adds up before it steps, by the names that trainers with transformers' arguments have for it. */
const ACCUMULATION = [
  'axolotl.gradientAccumulationSteps',
  'deepspeed.gradientAccumulationSteps',
  'megatron.gradientAccumulationSteps',
] as const;

/** @param together sequences of one microbatch of all data parallel ranks */
function batchOf(r: Resolver, together: number, pp: number): Sourced<number> {
  const [steps] = ACCUMULATION.flatMap((name) => r.facts(name));
  if (steps && positiveInteger(steps.value) !== undefined) {
    const rule = `microbatch × DP × ${steps.key} ${steps.value}`;
    return derived(together * Number(steps.value), rule, steps);
  }
  const microbatches = Math.max(8, 4 * pp);
  return assumed(together * microbatches, `not stated; ${microbatches} microbatches per rank`);
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
