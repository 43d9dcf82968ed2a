import type { Fact } from '../../fact';
import { entryOf } from '../../table';
import type { CommandFacts } from './command-facts';

const MLPS = ['mlp', 'shared_experts', 'experts'] as const;

/**
 * Names of modules as they are targeted, and the linear layers that they stand for: those of Megatron-Core, and those of models
 * of transformers (huggingface/peft: tuners/lora/config.py, `target_modules`; modelscope/ms-swift docs, Megatron-SWIFT).
 */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  'all-linear': ['all'],
  '*': ['all'],
  '*_proj': ['attention', ...MLPS],
  linear_qkv: ['attention'],
  linear_proj: ['attention'],
  linear_q_proj: ['attention'],
  linear_q_down_proj: ['attention'],
  linear_q_up_proj: ['attention'],
  linear_kv_down_proj: ['attention'],
  linear_kv_up_proj: ['attention'],
  in_proj: ['attention'],
  out_proj: ['attention'],
  linear_fc1: MLPS,
  linear_fc2: MLPS,
  q_proj: ['attention'],
  k_proj: ['attention'],
  v_proj: ['attention'],
  o_proj: ['attention'],
  gate_proj: MLPS,
  up_proj: MLPS,
  down_proj: MLPS,
};

/** Low-rank adapters of a job. */
interface Adapters {
  /** What switches them on. */
  readonly by: Fact;
  readonly rank: Fact | undefined;
  /** Module names, separated by blanks or commas; absent where they are not read. */
  readonly targets: Fact | undefined;
}

/** States what is trained; a module that is not known leaves the targets to an assumption. */
export function deriveAdapters(facts: CommandFacts, { by, rank, targets }: Adapters): void {
  if (typeof rank?.value !== 'number') {
    facts.leaveOpen('workload.adapterRank', { ...by, expression: String(by.value) }, 'its rank is not known');
    return;
  }
  facts.derive('workload.adapterRank', rank.value, rank, rank.key, `${by.key} ${String(by.value)}`);
  if (targets === undefined) return;
  const modules = String(targets.value)
    .split(/[\s,]+/)
    .filter(Boolean);
  const parts = new Set(modules.flatMap((module) => entryOf(MODULES, module) ?? ['?']));
  if (parts.has('?')) return;
  const value = parts.has('all') ? 'all' : [...parts].join(',');
  facts.derive('workload.adapterTargets', value, targets, targets.key, `${targets.key} ${modules.join(' ')}`);
}
