import type { Fact } from '../../fact';

const isOpen = (fact: Fact): boolean => fact.state === 'unresolved';

/**
 * Facts of a command together with those of a file of options that it names. Where both state one, the one that
 * wins stays; a file that leaves a value to be filled in does not take away what the command says.
 */
export function withConfigFile(
  command: readonly Fact[],
  file: readonly Fact[],
  wins: 'command' | 'file',
): Fact[] {
  const [over, under] = wins === 'command' ? [command, file] : [file, command];
  const certain = new Set(under.filter((fact) => !isOpen(fact)).map((fact) => fact.name));
  const first = wins === 'file' ? over.filter((fact) => !isOpen(fact) || !certain.has(fact.name)) : over;
  const names = new Set(first.map((fact) => fact.name));
  return [...first, ...under.filter((fact) => !names.has(fact.name))];
}
