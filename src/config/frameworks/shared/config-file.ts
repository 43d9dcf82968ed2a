import type { Fact } from '../../fact';

/**
 * Facts of a command together with those of a file of options that it names. Where both state one, the one that
 * wins stays.
 */
export function withConfigFile(
  command: readonly Fact[],
  file: readonly Fact[],
  wins: 'command' | 'file',
): Fact[] {
  const [over, under] = wins === 'command' ? [command, file] : [file, command];
  const names = new Set(over.map((fact) => fact.name));
  return [...over, ...under.filter((fact) => !names.has(fact.name))];
}
