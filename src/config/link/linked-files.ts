import type { Fact, FrameworkId } from '../fact';
import type { FileLink } from '../frameworks/file-link';
import { FILE_LINKS } from '../frameworks/file-links';
import { CommandFacts } from '../frameworks/shared/command-facts';
import { withConfigFile } from '../frameworks/shared/config-file';
import { findSource, type Workspace } from './workspace';

/** A job's facts with those of the files that it names. */
export interface WithFiles {
  readonly facts: readonly Fact[];
  /** Files that were found. */
  readonly files: readonly string[];
  /** Paths that lead to no file at hand. */
  readonly missing: readonly string[];
}

/** A file that names a file that names a file; longer chains are circles. */
const MAX_FILES = 4;

/** Said in a file, and not implied by its framework. */
export const isStated = (fact: Fact): boolean =>
  fact.state !== 'default' && fact.state !== 'derived' && fact.origin === undefined;

/** Takes in the files that facts of a job name, in the precedence of its framework. */
export function withLinkedFiles(
  framework: FrameworkId,
  own: readonly Fact[],
  workspace: Workspace,
): WithFiles {
  let facts = own;
  const files: string[] = [];
  const missing: string[] = [];
  const done = new Set<string>();
  for (let round = 0; round < MAX_FILES; round++) {
    const next = nextLink(framework, facts, done);
    if (next === undefined) break;
    const { link, fact, path } = next;
    done.add(`${link.fact} ${path}`);
    const source = findSource(path, fact.file, workspace);
    if (source === undefined) missing.push(path);
    else {
      files.push(source.file);
      facts = merged(link, fact, facts, link.read(source));
    }
  }
  return { facts, files, missing };
}

function nextLink(
  framework: FrameworkId,
  facts: readonly Fact[],
  done: ReadonlySet<string>,
): { link: FileLink; fact: Fact; path: string } | undefined {
  for (const link of FILE_LINKS) {
    if (link.framework !== framework) continue;
    for (const fact of facts) {
      const path = fact.name === link.fact && typeof fact.value === 'string' ? fact.value : '';
      if (isPath(path) && !done.has(`${link.fact} ${path}`)) return { link, fact, path };
    }
  }
  return undefined;
}

/** Not a placeholder, an address, or JSON that stands where a path may stand. */
export const isPath = (value: string): boolean =>
  /\.(ya?ml|json|toml)$/i.test(value) && !/^[a-z][a-z0-9+.-]*:\/\/|[\s{}<>$]/i.test(value);

/** The command's facts and the file's, and what follows from both. */
function merged(link: FileLink, named: Fact, facts: readonly Fact[], inFile: readonly Fact[]): Fact[] {
  const { command, role, file, range, keyRange } = named;
  const owner = { ...(command === undefined ? {} : { command }), ...(role === undefined ? {} : { role }) };
  const stated = facts.filter((fact) => isStated(fact) && link.follows?.(fact) !== true);
  const complete = new CommandFacts(
    withConfigFile(
      stated,
      inFile.map((fact) => ({ ...fact, ...owner })),
      link.wins,
    ),
    { file, range, keyRange, ...owner },
  );
  link.complete(complete);
  const kept = facts.filter((fact) => fact.state === 'derived' && !complete.has(fact.name));
  return [...complete.facts, ...kept];
}
