import type { VariableSpec } from '../shared/environment-facts';
import type { OptionType } from '../shared/options';

const variable = (type: OptionType, name: string, own: string): VariableSpec => ({
  variable: own,
  name,
  type,
});

/**
 * Shell variables, and columns of a table, that a launcher turns into options
 * (yanring/Megatron-MoE-ModelZoo@e8650517: sbatch_benchmarking.sh and runtime_configs/benchmarking/runtime.conf;
 * ROCm/Megatron-LM: examples/deepseek_v3/train_deepseekv3.sh).
 */
export const LAYOUT_VARIABLES: readonly VariableSpec[] = [
  variable('integer', 'layout.tp', 'TP'),
  variable('integer', 'layout.pp', 'PP'),
  variable('integer', 'layout.ep', 'EP'),
  variable('integer', 'layout.cp', 'CP'),
  variable('integer', 'layout.etp', 'ETP'),
  variable('integer', 'layout.vpp', 'VPP'),
  variable('integer', 'workload.microBatchSize', 'MBS'),
  variable('integer', 'workload.globalBatchSize', 'GBS'),
  variable('integer', 'workload.microBatchSize', 'MICRO_BATCH_SIZE'),
  variable('integer', 'workload.globalBatchSize', 'GLOBAL_BATCH_SIZE'),
  variable('integer', 'workload.sequenceLength', 'SEQ_LEN'),
  variable('integer', 'workload.sequenceLength', 'SLEN'),
  variable('integer', 'model.layers', 'NUM_LAYERS'),
  variable('integer', 'model.layers', 'LAYERS'),
  variable('string', 'communication.backend', 'DISPATCHER'),
  variable('integer', 'cluster.nodes', 'NNODES'),
];
