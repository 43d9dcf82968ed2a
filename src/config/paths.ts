/** A file's path with forward slashes: of a path as it is, of a URI without scheme and host. */
export function plainPath(file: string): string {
  const uri = /^[a-z][a-z0-9+.-]+:\/\/[^/]*(\/.*)$/i.exec(file)?.[1];
  const path = uri === undefined ? file : decode(uri);
  return path.replaceAll('\\', '/');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Parts of a path with `.` and `..` taken out; a `..` that leads above the start is kept out too. */
export function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts;
}

/** `/data/run.sh` or `C:/data/run.sh`. */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[a-z]:\/)/i.test(path);
}

/** Last part of a path or URI. */
export function fileNameOf(file: string): string {
  return partsOf(plainPath(file)).at(-1) ?? file;
}

/** The path of a folder without the slashes at its end. */
export function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}

export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === -1 ? '' : path.slice(0, end);
}

/** The way from a folder to a file, both with forward slashes and from the same root. */
export function relativePath(folder: string, file: string): string {
  const [from, to] = [partsOf(folder), partsOf(file)];
  const shared = commonStart(from, to.slice(0, -1));
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}

/** How many parts two paths have in common at their ends. */
export function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a.at(-1 - count) === b.at(-1 - count)) count++;
  return count;
}

export function commonStart(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
}
