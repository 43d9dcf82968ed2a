import type { FrameworkId } from '../../config/fact';
import {
  adapterParts,
  frozenDtypes,
  gradientDtypes,
  kvCacheDtypes,
  optimizers,
  overlaps,
  parameterDtypes,
  recomputeMethods,
  recomputeParts,
  shardings,
  stateDtypes,
  trainingPrecisions,
} from '../choices';
import { traitsOf } from '../framework-traits';
import type {
  AdapterPart,
  KvCacheDtype,
  Overlap,
  RecomputePart,
  StateDtype,
  WeightDtype,
  WorkloadScenario,
} from '../scenario';
import {
  type Accept,
  assumed,
  derived,
  oneOf,
  positiveInteger,
  quiet,
  type Resolver,
  type Sourced,
  truth,
} from './resolver';

const isPart = (name: string): name is RecomputePart => (recomputeParts as readonly string[]).includes(name);

/** `none`, `full`, or module names separated by commas or blanks; names that are not modules are left out. */
const recompute: Accept<WorkloadScenario['recompute']> = (value) => {
  if (value === 'none' || value === 'full') return value;
  if (typeof value !== 'string') return undefined;
  const names = value.split(/[\s,]+/).filter(isPart);
  return names.length > 0 ? names : undefined;
};

type Recipe = Pick<
  WorkloadScenario,
  | 'recompute'
  | 'recomputeMethod'
  | 'recomputeLayers'
  | 'precision'
  | 'parameterDtype'
  | 'adapterRank'
  | 'adapterTargets'
  | 'frozenDtype'
  | 'gradientDtype'
  | 'optimizer'
  | 'optimizerOffload'
  | 'gradientOffload'
  | 'parameterOffload'
  | 'masterDtype'
  | 'momentDtype'
  | 'secondMomentDtype'
  | 'sharding'
>;

/** How a training job computes and what its optimizer keeps. Without a word: BF16, FP32 gradients and Adam states. */
export function resolveRecipe(r: Resolver, framework: FrameworkId | null): Recipe {
  const traits = traitsOf(framework);
  const optimizer = r.take<WorkloadScenario['optimizer']>(
    'workload.optimizer',
    oneOf(...optimizers),
    assumed('adam', 'not stated'),
  );
  const moments = optimizer === 'adam-bf16-moments' ? 'bf16' : 'fp32';
  const momentDtype = r.take<StateDtype>(
    'workload.momentDtype',
    oneOf(...stateDtypes),
    derived(moments, `${optimizer} keeps it so unless told otherwise`),
  );
  const parameterDtype = r.take<WorkloadScenario['parameterDtype']>(
    'workload.parameterDtype',
    oneOf(...parameterDtypes),
    derived('bf16', 'not set: kept as they are computed with'),
  );
  return {
    recompute: r.take('workload.recompute', recompute, derived('none', 'not set')),
    recomputeMethod: r.take(
      'workload.recomputeMethod',
      oneOf(...recomputeMethods),
      derived('uniform', 'not set'),
    ),
    recomputeLayers: r.take('workload.recomputeLayers', positiveInteger, derived(1, 'not set')),
    precision: r.take(
      'workload.precision',
      oneOf(...trainingPrecisions),
      assumed('bf16', 'not stated; mixed precision with BF16'),
    ),
    parameterDtype,
    ...resolveAdapters(r, parameterDtype),
    gradientDtype: r.take(
      'workload.gradientDtype',
      oneOf(...gradientDtypes),
      assumed('fp32', 'not stated; gradients are usually accumulated in FP32'),
    ),
    optimizer,
    optimizerOffload: r.take<number>(
      'workload.optimizerOffload',
      share,
      r.mentions('workload.optimizerOffload')
        ? assumed(1, 'all of it, as offloading is on')
        : offloadedByZero(r),
    ),
    gradientOffload: r.take('workload.gradientOffload', truth, gradientsByZero(r)),
    parameterOffload: r.take(
      'workload.parameterOffload',
      truth,
      onHost(r, 'deepspeed.offloadParam', 'offload_param'),
    ),
    masterDtype: r.take<StateDtype>(
      'workload.masterDtype',
      oneOf(...stateDtypes),
      parameterDtype === 'fp32'
        ? derived('none', 'the weights themselves are kept in FP32')
        : assumed('fp32', 'not stated; a master copy of BF16 weights is usual'),
    ),
    momentDtype,
    secondMomentDtype: r.take<StateDtype>(
      'workload.secondMomentDtype',
      oneOf(...stateDtypes),
      derived(optimizer === 'sgd' ? 'none' : momentDtype, 'as the first moment; SGD has none'),
    ),
    sharding: r.take(
      'workload.sharding',
      oneOf(...shardings),
      traits.megatronCore && !traits.fromRecipe
        ? derived('none', 'no distributed optimizer is set')
        : assumed('optimizer', 'optimizer state is usually sharded over data parallel ranks (ZeRO-1)'),
    ),
  };
}

const isAdapterPart = (name: string): name is AdapterPart =>
  (adapterParts as readonly string[]).includes(name);

/** `all`, or parts separated by commas; names that are no parts are left out. */
const adapterTargets: Accept<WorkloadScenario['adapterTargets']> = (value) => {
  if (value === 'all') return value;
  if (typeof value !== 'string') return undefined;
  const names = value.split(/[\s,]+/).filter(isAdapterPart);
  return names.length > 0 ? names : undefined;
};

const wholeNumber: Accept<number> = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;

/** Default of Megatron-Bridge's LoRA (src/megatron/bridge/peft/lora.py@0191fc5e); memory hardly depends on it. */
const USUAL_ADAPTER_RANK = 32;

/** Adapters, and the format of the weights that they stand beside. */
function resolveAdapters(
  r: Resolver,
  parameterDtype: WorkloadScenario['parameterDtype'],
): Pick<WorkloadScenario, 'adapterRank' | 'adapterTargets' | 'frozenDtype'> {
  const adapterRank = r.take<number>(
    'workload.adapterRank',
    wholeNumber,
    r.mentions('workload.adapterRank')
      ? assumed(USUAL_ADAPTER_RANK, 'adapters are trained, of a rank that is not known')
      : derived(0, 'not set: all weights are trained'),
  );
  const all = adapterRank > 0 ? assumed : derived;
  return {
    adapterRank,
    adapterTargets: r.take<WorkloadScenario['adapterTargets']>(
      'workload.adapterTargets',
      adapterTargets,
      all('all', 'not stated: beside all linear layers, which is the most'),
    ),
    frozenDtype: r.take<WorkloadScenario['frozenDtype']>(
      'workload.frozenDtype',
      oneOf(...frozenDtypes),
      derived(parameterDtype, 'as trained weights would be kept'),
    ),
  };
}

/** What runs beside compute; which of it a mode knows is checked with the whole scenario. */
export function resolveOverlap(r: Resolver): Overlap {
  return r.take('workload.overlap', oneOf(...overlaps), derived('none', 'not set'));
}

/**
 * ZeRO-Offload: the whole state, or the share that ZeRO-3 is given (deepspeedai/DeepSpeed@1978617c:
 * runtime/zero/offload_config.py, DeepSpeedZeroOffloadOptimizerConfig).
 */
function offloadedByZero(r: Resolver): Sourced<number> {
  const { value, origin } = onHost(r, 'deepspeed.offloadOptimizer', 'offload_optimizer');
  return { value: value ? (r.given('deepspeed.offloadRatio', share)?.value ?? 1) : 0, origin };
}

/**
 * Gradients go where the whole optimizer is (deepspeedai/DeepSpeed@007cca6a: runtime/zero/stage_1_and_2.py,
 * async_accumulate_grad_in_cpu_via_gpu; runtime/zero/stage3.py, partition_grads); with a part of it they are not known to.
 */
function gradientsByZero(r: Resolver): Sourced<boolean> {
  const optimizer = onHost(r, 'deepspeed.offloadOptimizer', 'offload_optimizer');
  const ratio = r.given('deepspeed.offloadRatio', share)?.value ?? 1;
  return ratio === 1 ? optimizer : derived(false, 'a part of the optimizer stays');
}

/** Whether a section of ZeRO names a device that is not the GPU. */
function onHost(r: Resolver, name: string, section: string): Sourced<boolean> {
  const [device] = r.facts(name);
  if (device?.value !== 'cpu' && device?.value !== 'nvme') return derived(false, 'not set');
  return derived(true, `${section} to ${device.value}`, device);
}

/** Share of the memory that engines take by default; SGLang finds its own by the GPU. */
const DEFAULT_FRACTION = {
  vllm: { value: 0.9, why: "vLLM's default gpu_memory_utilization (vllm/config/cache.py)" },
  'tensorrt-llm': { value: 0.9, why: "TensorRT-LLM's default free_gpu_memory_fraction (llmapi/llm_args.py)" },
} as const;

/** Formats of weights whose serving benchmarks (InferenceX recipes) set an FP8 cache. */
const BENCHED_WITH_FP8_CACHE: ReadonlySet<WeightDtype> = new Set(['fp8', 'mxfp4', 'mxfp4-fp8', 'nvfp4']);

const fraction: Accept<number> = (value) =>
  typeof value === 'number' && value > 0 && value <= 1 ? value : undefined;

const share: Accept<number> = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;

/** The cache of a serving engine: its format, and the memory that it may take. */
export function resolveCache(
  r: Resolver,
  framework: FrameworkId | null,
  engine: WorkloadScenario['engine'],
  weightDtype: WeightDtype,
): Pick<WorkloadScenario, 'kvCacheDtype' | 'memoryFraction'> {
  const isLaunch = traitsOf(framework).engine !== null;
  const cachesInFp8 = engine !== null && BENCHED_WITH_FP8_CACHE.has(weightDtype);
  const kvCacheDtype = r.take<KvCacheDtype>(
    'workload.kvCacheDtype',
    oneOf(...kvCacheDtypes),
    isLaunch
      ? derived('bf16', "not set: the engine's default is the model's own 16 bits")
      : assumed(
          cachesInFp8 ? 'fp8' : 'bf16',
          cachesInFp8
            ? 'not stated; published benchmarks of FP8 and FP4 checkpoints cache in FP8'
            : 'not stated; 16 bits are what engines cache in by default',
        ),
  );
  const usual = engine === null || engine === 'sglang' ? undefined : DEFAULT_FRACTION[engine];
  const memoryFraction =
    usual === undefined
      ? quiet<number | null>(r, 'workload.memoryFraction', fraction, null)
      : r.take<number>('workload.memoryFraction', fraction, derived(usual.value, usual.why));
  return { kvCacheDtype, memoryFraction };
}
