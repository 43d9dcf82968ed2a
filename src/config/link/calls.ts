import { isShellSource } from '../frameworks/shared/shell-source';
import type { SourceText } from '../read';
import { readShell, type ShellCommand } from '../syntax/shell';
import { mightCall } from './candidates';
import type { ScriptCall } from './started-script';

const SCRIPT = /\.(sh|bash|slurm|sbatch)$/;
const SHELL = /(^|\/)(ba|z|k|da)?sh$|^(source|\.)$/;
/** Programs that start what comes after their own options. */
const LAUNCHERS: ReadonlySet<string> = new Set([
  'srun',
  'sbatch',
  'mpirun',
  'mpiexec',
  'exec',
  'nohup',
  'env',
  'time',
  'singularity',
  'apptainer',
]);
/** More are not passed on by hand. */
const MAX_VARIABLES = 200;

/** Scripts that a script starts, in their order. */
export function scriptCalls(source: SourceText): ScriptCall[] {
  if (!mightCall(source.text) || !isShellSource(source)) return [];
  const assigned = source.text.matchAll(/(?:^|[\s;(])([A-Za-z_]\w*)=/gm);
  const names = [...new Set([...assigned].map((match) => match[1]!))].slice(0, MAX_VARIABLES);
  return readShell(source.text, names, source.answers).commands.flatMap((command) => callOf(command) ?? []);
}

function callOf({ words, environment }: ShellCommand): ScriptCall | null {
  const index = words.findIndex((word) => SCRIPT.test(word.text ?? ''));
  const script = words[index];
  if (script?.text === null || script?.text === undefined) return null;
  const before = words.slice(0, index).map((word) => word.text ?? '');
  const isStarted =
    before.length === 0 || SHELL.test(before.at(-1)!) || SHELL.test(before[0]!) || LAUNCHERS.has(before[0]!);
  if (!isStarted || words.some(({ conditions }) => conditions.length > 0)) return null;
  return {
    path: script.text,
    arguments: words.slice(index + 1),
    environment,
    isSubmitted: before[0] === 'sbatch',
  };
}
