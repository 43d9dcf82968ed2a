import { type AcceleratorId, accelerators } from '../../catalog/accelerators';
import type { Fact } from '../../config/fact';
import { partsOf, plainPath } from '../../config/paths';

/** `gb200`, `mi300x`, `v5p`: the word for each accelerator in the names of files. */
const WORDS: ReadonlyMap<string, AcceleratorId> = new Map(
  Object.values(accelerators).map(({ id, name }) => [name.toLowerCase().replace('tpu ', ''), id]),
);

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

function inName(name: string): [AcceleratorId, string][] {
  const joined = name.toLowerCase().replace(/(?<![a-z])(gb|b|h|a|mi)[_-](?=\d{2,3})/g, '$1');
  return joined.split(/[^a-z0-9]+/).flatMap((word): [AcceleratorId, string][] => {
    const id = WORDS.get(word.replace(/^\d+x(?=[a-z])|x\d+$/g, ''));
    return id === undefined ? [] : [[id, name]];
  });
}
