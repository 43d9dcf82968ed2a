import { backends } from './choices';
import type { BackendId, WorkloadMode } from './scenario';

/** How the simulator counts a dispatcher that a framework names. */
export interface BackendMapping {
  readonly backend: BackendId;
  /** Said beside the figure when the named dispatcher has no model of its own. */
  readonly note?: string;
}

const standIn = (backend: BackendId, name: string): BackendMapping => ({
  backend,
  note: `${name} has no calibrated model here; counted as ${backend}`,
});

/**
 * Dispatchers by their spelling in a config.
 * Megatron-LM: transformer_config.py moe_token_dispatcher_type, moe_flex_dispatcher_backend (flex defaults to deepep).
 * vLLM: config/parallel.py all2all_backend.
 * SGLang: srt/server_args.py moe_a2a_backend; `none` gathers or reduces the tokens of all ranks.
 */
const backendBySpelling: ReadonlyMap<string, BackendMapping> = new Map(
  Object.entries<BackendMapping>({
    alltoall: { backend: 'nccl-alltoall' },
    allgather: { backend: 'allgather-reducescatter' },
    flex: { backend: 'deepep-high-throughput' },
    deepep: { backend: 'deepep-high-throughput' },
    hybridep: { backend: 'hybrid-ep' },
    ncclep: standIn('nccl-alltoall', 'NCCL EP'),
    allgather_reducescatter: { backend: 'allgather-reducescatter' },
    naive: standIn('allgather-reducescatter', 'naive (removed from vLLM)'),
    pplx: standIn('deepep-low-latency', 'pplx (removed from vLLM)'),
    deepep_high_throughput: { backend: 'deepep-high-throughput' },
    deepep_low_latency: { backend: 'deepep-low-latency' },
    deepep_v2: standIn('deepep-high-throughput', 'DeepEP V2'),
    mori_high_throughput: { backend: 'mori' },
    mori_low_latency: { backend: 'mori' },
    nixl_ep: standIn('deepep-low-latency', 'NIXL EP'),
    none: { backend: 'allgather-reducescatter' },
    ascend_tp: standIn('allgather-reducescatter', 'Ascend TP'),
    ascend_fuseep: standIn('deepep-high-throughput', 'Ascend fused EP'),
    mooncake: standIn('deepep-low-latency', 'Mooncake'),
    mori: { backend: 'mori' },
    nixl: standIn('deepep-low-latency', 'NIXL EP'),
    megamoe: standIn('deepep-high-throughput', 'MegaMoE'),
    flashinfer: standIn('nccl-alltoall', 'FlashInfer all-to-all'),
    flashinfer_all2allv: standIn('nccl-alltoall', 'FlashInfer all-to-all'),
    flashinfer_nvlink_one_sided: { backend: 'nvlink-one-sided' },
    flashinfer_nvlink_two_sided: standIn('nccl-alltoall', 'FlashInfer two-sided NVLink'),
  }),
);

/**
 * How a dispatcher is counted; `undefined` for one that is not known.
 * SGLang names DeepEP once and chooses its kernels by `--deepep-mode`, whose `auto` is low latency in decode only.
 */
export function backendMapping(
  spelling: string,
  deepepMode: string | null,
  mode: WorkloadMode,
): BackendMapping | undefined {
  const auto = deepepMode === 'auto' && (mode === 'decode' || mode === 'serve');
  if (spelling === 'deepep' && (deepepMode === 'low_latency' || auto)) {
    return { backend: 'deepep-low-latency' };
  }
  return backendBySpelling.get(spelling);
}

/** Whether `text` is one of the simulator's own backend ids. */
export const isBackendId = (text: unknown): text is BackendId =>
  (backends as readonly unknown[]).includes(text);
