import { limitOf } from '../config/read';
import type { Workspace } from './workspace';

/** Why nothing is found in a file that looks like a configuration: it is longer than is read; `undefined` where it is not. */
export function tooLong({ engine, nameOf }: Workspace, file: string): string | undefined {
  const text = engine.textOf(file) ?? '';
  const limit = limitOf(text, file);
  if (limit === undefined) return undefined;
  const [length, most] = [text.length, limit].map((count) => count.toLocaleString('en-US'));
  return `${nameOf(file)} is too long to be read: it has ${length} characters, and of its kind at most ${most} are read.`;
}
