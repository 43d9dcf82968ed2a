import { deriveByMeaning } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';
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

/** What only Megatron-MoE-ModelZoo's own launcher takes. */
export const ZOO_VARIABLES: readonly VariableSpec[] = [
  variable('string', 'zoo.precision', 'PR'),
  variable('string', 'zoo.overlap', 'A2A_OVERLAP'),
];
export const ZOO_LAUNCHER = /(^|\/)sbatch_benchmarking\.sh$/;

/** What they come to: FP8 has optimizer states of 16 bits beside it (yanring/Megatron-MoE-ModelZoo@38ce2ed2: sbatch_benchmarking.sh). */
export function addZooRules(facts: CommandFacts): void {
  const precision = facts.get('zoo.precision');
  deriveByMeaning(facts, 'workload.precision', 'zoo.precision', {
    bf16: 'bf16',
    fp8: 'fp8-blockwise',
    mxfp8: 'mxfp8',
  });
  if (precision?.value === 'fp8' || precision?.value === 'mxfp8') {
    for (const name of ['workload.momentDtype', 'workload.secondMomentDtype'])
      facts.derive(name, 'bf16', precision, precision.key, '--exp-avg-dtype bf16 beside FP8');
  }
  deriveByMeaning(facts, 'workload.overlap', 'zoo.overlap', { 0: 'none', 1: 'expert-parallel' });
}
