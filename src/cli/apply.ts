import { writeFileSync } from 'node:fs';
import type { Applied } from '../apply/apply';
import { applyEdits } from '../lint/edits';
import type { TextEdit } from '../lint/finding';
import type { Call } from './args';
import type { Outcome } from './commands';
import { unifiedDiff } from './diff';
import { reasonOf } from './files';
import { givenJob } from './jobs';
import { UsageError } from './usage';
import { openWorkspace, type Workspace } from './workspace';

/** What one file becomes. */
interface Changed {
  readonly file: string;
  readonly edits: readonly TextEdit[];
  readonly text: string;
}

/**
 * `whatif --apply`: the edits that make the job's files say the changes, as a unified diff, or written with `--write`.
 * Where one change cannot be written, none is.
 */
export function applyToFiles(call: Call): Outcome {
  if (call.paths.length === 0) throw new UsageError('--apply writes into files: name the file of the job.');
  const workspace = openWorkspace();
  const { applied, changed } = edit(call, workspace);
  const isComplete = applied.unwritten.length === 0;
  if (call.writes && isComplete) for (const one of changed) write(one, workspace);
  const problems = applied.unwritten.map(
    ({ change, reason }) => `${change.name}=${change.value} is not written. ${reason}`,
  );
  const note = call.writes && !isComplete && applied.written.length > 0 ? ['Nothing was written.'] : [];
  const diffs = changed.map((one) => diffOf(one, workspace));
  return {
    output:
      call.format === 'json'
        ? `${JSON.stringify(report(call, applied, changed, diffs, workspace), null, 2)}\n`
        : call.writes
          ? changed.map(({ file }) => (isComplete ? `${workspace.nameOf(file)}\n` : '')).join('')
          : diffs.join(''),
    ...(problems.length > 0 ? { message: [...problems, ...note].join('\n') } : {}),
    exitCode: isComplete ? 0 : 2,
  };
}

function edit(call: Call, workspace: Workspace): { applied: Applied; changed: readonly Changed[] } {
  const { job, complete } = givenJob(call, workspace);
  const request = { settings: {}, changes: call.changes, disabled: call.disabled };
  const applied = workspace.engine.apply(job, request, complete);
  const files = [...new Set(applied.edits.map(({ file }) => file))];
  const changed = files.map((file) => {
    const text = workspace.engine.textOf(file) ?? '';
    const edits = applied.edits.filter((one) => one.file === file);
    return { file, edits, text: applyEdits(text, edits) };
  });
  return { applied, changed };
}

const diffOf = ({ file, edits }: Changed, { engine, nameOf }: Workspace): string =>
  unifiedDiff(nameOf(file), engine.textOf(file) ?? '', edits);

function write({ file, text }: Changed, { nameOf }: Workspace): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`Cannot write ${nameOf(file)}: ${reasonOf(error)}.`);
  }
}

const report = (
  call: Call,
  applied: Applied,
  changed: readonly Changed[],
  diffs: readonly string[],
  { nameOf }: Workspace,
) => ({
  changes: call.changes,
  written: applied.written,
  unwritten: applied.unwritten,
  isWritten: call.writes && applied.unwritten.length === 0,
  files: changed.map(({ file }, i) => ({ file: nameOf(file), diff: diffs[i] })),
});
