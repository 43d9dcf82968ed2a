import { deriveAdapters } from '../shared/adapters';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'modelscope/ms-swift@006938be: swift/megatron/arguments/megatron_args.py';

/** Where ms-swift's defaults differ from Megatron-LM's. */
const DEFAULTS = [
  { name: 'layout.etp', key: '--expert_tensor_parallel_size', value: 1 },
  { name: 'communication.backend', key: '--moe_token_dispatcher_type', value: 'alltoall' },
  { name: 'megatron.moeTokenDispatcherType', key: '--moe_token_dispatcher_type', value: 'alltoall' },
  { name: 'megatron.useDistributedOptimizer', key: '--use_distributed_optimizer', value: true },
  { name: 'megatron.moeGroupedGemm', key: '--moe_grouped_gemm', value: true },
  { name: 'megatron.optimizerOffloadFraction', key: '--optimizer_offload_fraction', value: 1 },
  { name: 'megatron.recomputeGranularity', key: '--recompute_granularity', value: 'selective' },
  { name: 'workload.microBatchSize', key: '--micro_batch_size', value: 1 },
  { name: 'workload.globalBatchSize', key: '--global_batch_size', value: 16 },
] as const;

/** What is on where nothing is said. */
export const ON_BY_DEFAULT: ReadonlySet<string> = new Set(
  DEFAULTS.flatMap(({ name, value }) => (value === true ? name : [])),
);

export function addSwiftDefaults(facts: CommandFacts): void {
  for (const entry of DEFAULTS) facts.byDefault(entry.name, entry.value, entry.key, SOURCE);
}

const TUNER_SOURCE =
  'modelscope/ms-swift: swift/megatron/arguments/megatron_base_args.py, tuner_type, lora_rank, target_modules';

/** `--tuner_type lora` trains adapters alone: of rank 8, beside all linear layers, unless told otherwise. */
export function addSwiftAdapters(facts: CommandFacts): void {
  const tuner = facts.get('swift.tunerType');
  if (tuner?.value !== 'lora') return;
  facts.byDefault('swift.loraRank', 8, '--lora_rank', TUNER_SOURCE);
  facts.byDefault('swift.targetModules', 'all-linear', '--target_modules', TUNER_SOURCE);
  deriveAdapters(facts, {
    by: tuner,
    rank: facts.get('swift.loraRank'),
    targets: facts.get('swift.targetModules'),
  });
}
