import { type OptionSpec, optionTable } from './options';

/** Options of torchrun that say the size of a job (pytorch/pytorch: torch/distributed/run.py). */
export const TORCHRUN_SPECS: readonly OptionSpec[] = [
  { flags: ['--nnodes'], name: 'cluster.nodes', type: 'size' },
  { flags: ['--nproc_per_node', '--nproc-per-node'], name: 'cluster.gpusPerNode', type: 'size' },
];

export const TORCHRUN_OPTIONS = optionTable(TORCHRUN_SPECS);
