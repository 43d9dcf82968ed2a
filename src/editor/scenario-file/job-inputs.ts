import type { ReadDocument } from '../../config/fact';
import { partNames } from '../../config/link';
import { openVariables, takenFromOutside } from '../../config/outside';
import { jobParts } from '../../config/parts';
import { field } from '../../scenario/fields';
import type { Around } from './proposals';

/** What a scenario file can say about a job: its parts, and what it takes from outside, the deciding names first. */
export function jobInputs(
  document: ReadDocument,
  text: string,
): Pick<Around, 'commands' | 'roles' | 'variables'> {
  const parts = jobParts(document);
  const named = (what: 'command' | 'role') => [
    ...new Set(parts.flatMap((part) => partNames(document, part, what)[0] ?? [])),
  ];
  const open = openVariables(document);
  const names = [...new Set([...open.keys(), ...takenFromOutside(document.file, text)])];
  const variables = names.map((name) => ({
    name,
    decides: (open.get(name) ?? []).flatMap((decided) => field(decided)?.label ?? []),
  }));
  return {
    commands: named('command'),
    roles: named('role'),
    variables: [
      ...variables.filter(({ decides }) => decides.length > 0),
      ...variables.filter(({ decides }) => decides.length === 0),
    ],
  };
}
