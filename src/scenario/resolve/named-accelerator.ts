import type { AcceleratorId } from '../../catalog/accelerators';
import { acceleratorsIn } from '../../config/accelerator-names';
import type { Fact } from '../../config/fact';
import { partsOf, plainPath } from '../../config/paths';

/** An accelerator that a file is named for, and the name that says so. */
export interface NamedAccelerator {
  readonly id: AcceleratorId;
  readonly name: string;
}

/**
 * The one accelerator that the names of a job's files have (`run_h800.sh`, `8xH100`, `gb_200`), else those of their folders
 * (`recipes/gb200-fp8/`). Nothing where there are several: people name a file for what it runs on, but no framework reads it.
 */
export function namedAccelerator(facts: readonly Fact[]): NamedAccelerator | null {
  const paths = [...new Set(facts.map(({ file }) => file))]
    .filter((file) => !file.startsWith('preset:'))
    .map((file) => partsOf(plainPath(file)));
  for (const fromEnd of [1, 2]) {
    const found = new Map(paths.flatMap((path) => inName(path.at(-fromEnd) ?? '')));
    if (found.size > 1) return null;
    for (const [id, name] of found) return { id, name };
  }
  return null;
}

const inName = (name: string): [AcceleratorId, string][] => acceleratorsIn(name).map((id) => [id, name]);
