import type { ShellWord } from '../../syntax/shell';

/** Options of `docker run` and its kin that put a folder of the machine into the container. */
const SHORT = new Set(['-v', '--volume']);

/** The letters of a word after what is open in it: of `$HOME/models/DeepSeek-R1:/model` the folder and its place. */
function knownEnd({ text, pieces }: ShellWord): string {
  if (text !== null) return text;
  const open = pieces.map(({ kind }) => kind).lastIndexOf('unknown');
  return pieces
    .slice(open + 1)
    .map((piece) => (piece.kind === 'text' ? piece.text : ''))
    .join('');
}

/** `/data/DeepSeek-R1:/model:ro`, or the value of `--mount`. */
function mountOf(value: string): { readonly host: string; readonly container: string } | undefined {
  const fields = new Map(value.split(',').map((part) => part.split('=', 2) as [string, string]));
  const [source, target] = [
    fields.get('source') ?? fields.get('src'),
    fields.get('target') ?? fields.get('destination') ?? fields.get('dst'),
  ];
  if (source !== undefined && target !== undefined) return { host: source, container: target };
  const [host, container] = value.split(':');
  return host && container?.startsWith('/') ? { host, container } : undefined;
}

/**
 * The folder of the machine that a container's path is, where that path is all of it: `--model /model` beside
 * `-v /data/DeepSeek-R1:/model` is DeepSeek-R1. Paths below such a folder have their own name.
 */
export function mountedFolder(path: string, words: readonly ShellWord[]): string | undefined {
  const plain = (folder: string) => folder.replace(/\/+$/, '');
  for (const [index, word] of words.entries()) {
    const option = word.text ?? '';
    const assigned = /^--(?:volume|mount)=(.*)$/s.exec(option)?.[1];
    const next = words[index + 1];
    const isNext = (SHORT.has(option) || option === '--mount') && next !== undefined;
    const value = assigned ?? (isNext ? knownEnd(next) : undefined);
    const mount = value === undefined ? undefined : mountOf(value);
    if (mount !== undefined && plain(mount.container) === plain(path) && mount.host.includes('/'))
      return mount.host;
  }
  return undefined;
}
