/** A file that a script writes itself, with a here-document. */
export interface WrittenFile {
  readonly path: string;
  /** The script with everything else blanked: what is read of it stands at its place in the script. */
  readonly text: string;
}

/** `cat > file <<EOF`, `cat <<EOF > file`, `tee file <<EOF`; the body ends on a line that is the word alone. */
const OPENING =
  /^[ \t]*(?:cat\b[^\n<>]*>{1,2}[ \t]*(?<before>[^\s<>|&;]+)[^\n<]*<<(?<tabsA>-?)[ \t]*(?<wordA>['"]?\w+['"]?)|(?:sudo[ \t]+)?(?:cat|tee)\b[ \t]*(?<tee>[^\s<>|&;-][^\s<>|&;]*)?[^\n<>]*<<(?<tabsB>-?)[ \t]*(?<wordB>['"]?\w+['"]?)[ \t]*(?:>{1,2}[ \t]*(?<after>[^\s<>|&;]+))?)[^\n]*\n/gm;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Files that a script writes and that a command of it may read. Linear in the script's length. */
export function writtenFiles(script: string): WrittenFile[] {
  if (!script.includes('<<')) return [];
  const files: WrittenFile[] = [];
  let from = 0;
  for (const match of script.matchAll(OPENING)) {
    const { before, tee, after, wordA, wordB, tabsA, tabsB } = match.groups ?? {};
    const path = before ?? after ?? tee;
    const word = (wordA ?? wordB ?? '').replace(/['"]/g, '');
    const start = match.index + match[0].length;
    if (path === undefined || word === '' || match.index < from) continue;
    const end = endOf(script, start, word, (tabsA ?? tabsB) === '-');
    if (end === -1) break;
    from = end;
    const text = blank(script.slice(0, start)) + script.slice(start, end);
    files.push({ path: namedBy(script, path.replace(/^['"]|['"]$/g, '')), text });
  }
  return files;
}

/** The path that `$CONFIG_FILE` stands for, where the script gives the variable one value. */
function namedBy(script: string, path: string): string {
  const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(path)?.[1];
  if (name === undefined) return path;
  const given = script.matchAll(
    new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}=(["']?)([^\\s"'$;&|]+)\\1[ \\t]*\\r?$`, 'gm'),
  );
  const [value, ...others] = new Set([...given].map((match) => match[2]!));
  return value === undefined || others.length > 0 ? path : value;
}

/** Where the line begins that closes a here-document, or -1. */
function endOf(script: string, start: number, word: string, tabs: boolean): number {
  for (let line = start; line < script.length; ) {
    const end = script.indexOf('\n', line);
    const text = script.slice(line, end === -1 ? script.length : end);
    if ((tabs ? text.replace(/^\t+/, '') : text).replace(/\r$/, '') === word) return line;
    if (end === -1) return -1;
    line = end + 1;
  }
  return -1;
}
