import type { CommandFacts } from './command-facts';

/**
 * States the file that an option names, so that it can be read beside the job: `placement.file` says where experts are or
 * what to place them by, `routing.file` which experts tokens went to. Paths are as written.
 *
 * @param pathOf the file that the option's value means; `null` when it means none
 */
export function addArtefactFile(
  facts: CommandFacts,
  name: 'placement.file' | 'routing.file',
  option: string,
  origin: string,
  pathOf: (value: string) => string | null = (value) => value,
): void {
  const open = facts.open(option);
  const stated = facts.get(option);
  if (open !== undefined) facts.leaveOpen(name, open, origin);
  if (typeof stated?.value !== 'string') return;
  const path = pathOf(stated.value);
  if (path !== null) facts.derive(name, path, stated, stated.key, origin);
}
