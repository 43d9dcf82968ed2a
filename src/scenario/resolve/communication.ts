import type { FrameworkId } from '../../config/fact';
import { backendMapping, isBackendId } from '../backends';
import { wireDtypes } from '../choices';
import { traitsOf } from '../framework-traits';
import type {
  BackendId,
  CommunicationScenario,
  LayoutScenario,
  ModelScenario,
  WireDtype,
  WorkloadMode,
} from '../scenario';
import { assumed, oneOf, positiveInteger, type Resolver, type Sourced, text } from './resolver';
import { oneSidedDispatchDtype, trtllmBackend, trtllmCombineDtype } from './trtllm-communication';
import { runsAllToAll, vllmAllReduce } from './vllm-communication';

/** DeepEP Buffer.num_sms, the kernels' default share of the GPU. */
const DEFAULT_SMS = assumed(20, "DeepEP's own default");
/** Kernels with another default. NVIDIA/Megatron-LM: transformer_config.py moe_hybridep_num_sms. */
const OTHER_SMS: Readonly<Partial<Record<BackendId, Sourced<number>>>> = {
  'hybrid-ep': assumed(16, "Megatron-Core's default for HybridEP"),
};

/** Where Megatron-Core says how many SMs a kernel has: its fields moe_hybridep_num_sms and moe_deepep_num_sms. */
const STATED_SMS: Readonly<Partial<Record<BackendId, string>>> = {
  'hybrid-ep': 'megatron.moeHybridepNumSms',
  'deepep-high-throughput': 'megatron.moeDeepepNumSms',
};

/** Kernels whose dispatch quantizes, or takes what is quantized; HybridEP sends BF16 in Megatron-Core and torchtitan alike. */
const QUANTIZING: ReadonlySet<BackendId> = new Set(['deepep-high-throughput', 'deepep-low-latency', 'mori']);

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
    sms: r.take('communication.sms', positiveInteger, () => usualSms(r, backend)),
  };
}

function usualSms(r: Resolver, backend: BackendId): Sourced<number> {
  const [fact] = r.facts(STATED_SMS[backend] ?? '');
  const stated = fact && positiveInteger(fact.value);
  return stated ? { value: stated, origin: { kind: 'fact', fact } } : (OTHER_SMS[backend] ?? DEFAULT_SMS);
}

function usualDispatchDtype(
  backend: BackendId,
  { framework, model, mode }: CommunicationContext,
): Sourced<WireDtype> {
  if (backend === 'nvlink-one-sided') return oneSidedDispatchDtype(model.weightDtype);
  const trainsInBf16 = mode === 'train' && traitsOf(framework).megatronCore;
  return QUANTIZING.has(backend) && !trainsInBf16
    ? assumed('fp8', 'usual for DeepEP and MoRI outside Megatron')
    : assumed('bf16', 'activations are sent as they are');
}

/** Megatron names its flexible dispatcher and, beside it, the backend that this uses: the backend says more. */
function resolveBackend(r: Resolver, context: CommunicationContext): BackendId {
  const { framework, layout, mode } = context;
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
    return r.take(
      'communication.backend',
      (value) => (isBackendId(value) ? value : undefined),
      usualBackend(r, context),
    );
  }
  const { fact, mapping } = spelled;
  return r.set('communication.backend', {
    value: mapping.backend,
    origin: { kind: 'fact', fact: mapping.note ? { ...fact, origin: mapping.note } : fact },
  });
}

/** What a framework exchanges tokens with where nothing says it; vLLM's is the default of its --all2all-backend, as its reader has it. */
const USUAL_BACKENDS: Readonly<
  Partial<Record<FrameworkId, (context: CommunicationContext) => Sourced<BackendId>>>
> = {
  trtllm: ({ layout, scaleUpDomain }) => trtllmBackend(layout, scaleUpDomain),
  vllm: () => assumed('allgather-reducescatter', "vLLM's own default"),
};

/** What stands for a backend that is unknown here or that nobody states. */
function usualBackend(r: Resolver, context: CommunicationContext): Sourced<BackendId> {
  const unknown = r.facts('communication.backend').at(-1);
  if (unknown) return assumed('nccl-alltoall', `${String(unknown.value)} has no model here`);
  const usual = context.framework === null ? undefined : USUAL_BACKENDS[context.framework];
  return usual?.(context) ?? assumed('nccl-alltoall', 'no dispatcher is stated');
}
