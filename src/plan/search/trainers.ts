import { traitsOf } from '../../scenario/framework-traits';
import type { BackendId, ModelScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';

/** What a trainer can lay out. */
export interface Trainer {
  /** Pipeline stages: none, of equal layers only, or of as many as a layout says. */
  readonly pipeline: 'none' | 'even' | 'uneven';
  readonly interleaves: boolean;
  readonly contextParallel: boolean;
  /** Expert tensor parallelism: never, by TP or not at all, or of any size. */
  readonly expertTensor: 'one' | 'one-or-tp' | 'any';
  readonly backends: readonly BackendId[];
  readonly recompute: 'present' | 'none-or-full' | 'modules';
}

/**
 * Megatron-Core: uneven stages by --pipeline-model-parallel-layout (NVIDIA/Megatron-LM@d98e8a64: training/arguments.py:920),
 * ETP of its own (core/parallel_state.py:874), dispatchers alltoall, allgather and flex with DeepEP
 * (core/transformer/transformer_config.py:891).
 */
const megatron: Trainer = {
  pipeline: 'uneven',
  interleaves: true,
  contextParallel: true,
  expertTensor: 'any',
  backends: ['nccl-alltoall', 'allgather-reducescatter', 'deepep-high-throughput'],
  recompute: 'modules',
};

/** Trainers that are not built on Megatron-Core. */
const others: Partial<Record<NonNullable<Scenario['framework']>, Trainer>> = {
  // pytorch/torchtitan@000204a4: torchtitan/config/job_config.py; its schedules interleave by their name, which stays.
  torchtitan: {
    pipeline: 'uneven',
    interleaves: false,
    contextParallel: true,
    expertTensor: 'one-or-tp',
    backends: ['nccl-alltoall', 'deepep-high-throughput'],
    recompute: 'none-or-full',
  },
  // deepspeedai/DeepSpeed@edaa7221: module_inject/auto_ep_folding.py:215 (ETP 1); its all-to-all is torch.distributed's.
  deepspeed: {
    pipeline: 'even',
    interleaves: false,
    contextParallel: false,
    expertTensor: 'one',
    backends: ['nccl-alltoall'],
    recompute: 'none-or-full',
  },
  // AI-Hypercomputer/maxtext@e591f30c: base.yml; remat policies are named by what they keep, which stays.
  maxtext: {
    pipeline: 'even',
    interleaves: false,
    contextParallel: true,
    expertTensor: 'one',
    backends: ['nccl-alltoall'],
    recompute: 'present',
  },
  // NVIDIA-NeMo/Automodel@e1378447: examples/llm_finetune/qwen, `distributed` and `model.backend.dispatcher`.
  automodel: {
    pipeline: 'even',
    interleaves: true,
    contextParallel: true,
    expertTensor: 'one',
    backends: ['nccl-alltoall', 'deepep-high-throughput', 'hybrid-ep'],
    recompute: 'none-or-full',
  },
  axolotl: {
    pipeline: 'none',
    interleaves: false,
    contextParallel: true,
    expertTensor: 'one',
    backends: ['nccl-alltoall'],
    recompute: 'none-or-full',
  },
};

/** A model file that is trained by nobody yet is laid out as Megatron-Core would. */
export function trainerOf(framework: Scenario['framework']): Trainer {
  if (framework === null || traitsOf(framework).megatronCore) return megatron;
  return others[framework] ?? megatron;
}

type Recompute = WorkloadScenario['recompute'];

/** What may be recomputed, the present mode always among it: nothing, the cheap pieces, those and the MoE layer's MLPs, or all. */
export function recomputeModes({ workload, model }: Scenario, { recompute }: Trainer): readonly Recompute[] {
  const modes: Recompute[] =
    recompute === 'present'
      ? []
      : recompute === 'none-or-full'
        ? ['none', 'full']
        : ['none', cheapPieces(model), [...cheapPieces(model), ...mlps(model)], 'full'];
  return distinct([workload.recompute, ...modes]);
}

/** What recipes for large models recompute: pointwise work, and projections that are quick to repeat. */
const cheapPieces = ({ mla }: ModelScenario): Exclude<Recompute, string> => [
  'layernorm',
  ...(mla === null ? [] : (['mla_up_proj'] as const)),
  'moe_act',
];

const mlps = ({ sharedExperts, firstDenseLayers }: ModelScenario): Exclude<Recompute, string> => [
  ...(firstDenseLayers > 0 ? (['mlp'] as const) : []),
  ...(sharedExperts > 0 ? (['shared_experts'] as const) : []),
];

function distinct(modes: readonly Recompute[]): readonly Recompute[] {
  const byText = new Map<string, Recompute>();
  for (const mode of modes) {
    const key = typeof mode === 'string' ? mode : [...mode].sort().join();
    if (!byText.has(key)) byText.set(key, mode);
  }
  return [...byText.values()];
}
