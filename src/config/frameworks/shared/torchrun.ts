import type { Fact } from '../../fact';
import { type OptionSpec, type OptionUse, optionTable } from './options';

/** Options of torchrun that say the size of a job (pytorch/pytorch: torch/distributed/run.py). */
export const TORCHRUN_SPECS: readonly OptionSpec[] = [
  { flags: ['--nnodes'], name: 'cluster.nodes', type: 'size' },
  { flags: ['--nproc_per_node', '--nproc-per-node'], name: 'cluster.gpusPerNode', type: 'size' },
];

export const TORCHRUN_OPTIONS = optionTable(TORCHRUN_SPECS);

/** Shorter beginnings could become any option. */
const SHORTEST_BEGINNING = '--nn'.length;

/** Sizes whose option is half typed, such as `--nnod`: what they will be is open, and no default speaks for them. */
export function halfTypedSizes(file: string, uses: readonly OptionUse[], stated: readonly Fact[]): Fact[] {
  return TORCHRUN_SPECS.filter(({ name }) => !stated.some((fact) => fact.name === name)).flatMap((spec) => {
    const isBeginning = ({ flag }: OptionUse) =>
      flag.length >= SHORTEST_BEGINNING && spec.flags.some((full) => full !== flag && full.startsWith(flag));
    return uses
      .filter(isBeginning)
      .slice(0, 1)
      .map(({ flag, flagRange }): Fact => {
        const place = { key: flag, file, range: flagRange, keyRange: flagRange };
        return { name: spec.name, value: null, state: 'unresolved', expression: flag, ...place };
      });
  });
}
