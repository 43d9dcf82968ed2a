import type { Workspace } from '../fixtures';

/** A text that was spoilt, and the rule that says so. */
interface TextFault {
  readonly rule: string;
  readonly what: string;
  readonly workspace: Workspace;
}

/** How the text of each kind of file is cut short; of a table only its rows are read. */
const HALF_TYPED: readonly (readonly [file: RegExp, spoil: (text: string) => string])[] = [
  [/\.json$/, (text) => text.trimEnd().slice(0, -1)],
  [/\.toml$/, (text) => `${text}\nhalf =\n`],
  [/\.ya?ml$/, (text) => `${text}\n"half typed\n`],
  [/\.sh$/, (text) => `${text}\necho "half typed\n`],
];

function merged(text: string, share: number): string {
  const lines = text.split('\n');
  const at = Math.min(lines.length - 1, Math.floor(share * lines.length));
  const line = lines[at] ?? '';
  const both = ['<<<<<<< HEAD', line, '=======', line, '>>>>>>> main'];
  return [...lines.slice(0, at), ...both, ...lines.slice(at + 1)].join('\n');
}

/** A workspace's first file half typed, with merges that were not finished, and with a comment for a rule that there is not. */
export function textFaults(workspace: Workspace): readonly TextFault[] {
  const [file, text] = Object.entries(workspace)[0]!;
  const half = HALF_TYPED.filter(([pattern]) => pattern.test(file)).map(
    ([, spoil]): TextFault => ({
      rule: 'MS000',
      what: 'half typed',
      workspace: { ...workspace, [file]: spoil(text) },
    }),
  );
  const conflicts = [0, 0.5, 1].map(
    (share): TextFault => ({
      rule: 'GN001',
      what: `a merge at ${share} of ${file}`,
      workspace: { ...workspace, [file]: merged(text, share) },
    }),
  );
  const comment: TextFault = {
    rule: 'GN017',
    what: 'a comment that silences no rule',
    workspace: { ...workspace, [file]: `# moe-scope: ignore-file MG0\n${text}` },
  };
  return [...half, ...conflicts, ...(file.endsWith('.json') ? [] : [comment])];
}
