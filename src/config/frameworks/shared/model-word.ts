import type { ModelReference } from '../../fact';
import type { ShellWord } from '../../syntax/shell';

/** A model's path or id as far as the file says it: of `$ROOT/models/Qwen3-30B-A3B` what follows the variable. */
function modelName(word: ShellWord): string | null {
  if (word.text !== null) return word.text === '' ? null : word.text;
  const open = word.pieces.map((piece) => piece.kind).lastIndexOf('unknown');
  const tail = word.pieces.slice(open + 1).map((piece) => (piece.kind === 'text' ? piece.text : ''));
  const name = /^\/+(.*[^/])\/*$/.exec(tail.join(''))?.[1];
  return name ?? null;
}

/** What a word refers to as a model; nothing when no part of its name is known. */
export function modelReference(
  word: ShellWord | undefined,
  tag: { readonly command?: number | undefined },
): ModelReference[] {
  const value = word === undefined ? null : modelName(word);
  if (word === undefined || value === null) return [];
  return [{ value, range: word.range, ...(tag.command === undefined ? {} : { command: tag.command }) }];
}
