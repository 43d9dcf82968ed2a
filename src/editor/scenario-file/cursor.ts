/** Where the cursor stands in a scenario file, half-typed text and all. */
export interface Cursor {
  /** Sections around it, from the outermost: `['model', 'router']`. */
  readonly sections: readonly string[];
  /** The key whose value is typed; `null` where a key is. */
  readonly key: string | null;
  /** Offset at which the typed word begins; the cursor stands at its end. */
  readonly start: number;
  readonly typed: string;
  /** Inside `{ … }` on one line. */
  readonly inBraces: boolean;
  /** Blanks before the line's first letter. */
  readonly indent: number;
}

/** A key of YAML, with or without quotes. */
const KEY = `["']?([\\w.-]+)["']?`;
const OPENING = new RegExp(`^(\\s*)${KEY}\\s*:\\s*(?:#.*)?$`);
const AT_KEY = /^(\s*)["']?([\w.-]*)$/;
const AT_VALUE = new RegExp(`^(\\s*)${KEY}\\s*:\\s+["']?([^"'#{}\\[\\],]*)$`);
const BRACES = new RegExp(`^(\\s*)${KEY}\\s*:\\s*\\{([^{}]*)$`);

const join = (sections: readonly string[], key: string): string[] => [...sections, ...key.split('.')];

/** The cursor at the end of `before`, the text up to it; `null` in a comment and where nothing of ours can stand. */
export function cursorIn(before: string): Cursor | null {
  const lines = before.split(/\r?\n/);
  const line = lines.pop() ?? '';
  if (/(^|\s)#/.test(line) || line.includes('\t')) return null;
  const at = (typed: string) => ({ typed, start: before.length - typed.length });
  const braces = BRACES.exec(line);
  if (braces) {
    const sections = join(sectionsAbove(lines, braces[1]!.length), braces[2]!);
    const member = braces[3]!.slice(braces[3]!.lastIndexOf(',') + 1);
    const value = AT_VALUE.exec(member);
    const key = AT_KEY.exec(member);
    const base = { sections, inBraces: true, indent: braces[1]!.length };
    if (value) return { ...base, key: value[2]!, ...at(value[3]!) };
    return key ? { ...base, key: null, ...at(key[2]!) } : null;
  }
  const value = AT_VALUE.exec(line);
  if (value) {
    const indent = value[1]!.length;
    const path = join(sectionsAbove(lines, indent), value[2]!);
    return { sections: path.slice(0, -1), key: path.at(-1)!, inBraces: false, indent, ...at(value[3]!) };
  }
  const key = AT_KEY.exec(line);
  if (!key) return null;
  const indent = key[1]!.length;
  const sections = sectionsAbove(lines, indent);
  // `model.rou`: the typed word brings its section along.
  const dotted = key[2]!.split('.');
  const typed = dotted.pop()!;
  return { sections: [...sections, ...dotted], key: null, inBraces: false, indent, ...at(typed) };
}

/** Keys above that are less and less indented. */
function sectionsAbove(lines: readonly string[], indent: number): string[] {
  const sections: string[] = [];
  let limit = indent;
  for (let i = lines.length - 1; i >= 0 && limit > 0; i--) {
    const line = lines[i]!;
    if (/^\s*(#|$)/.test(line)) continue;
    const depth = line.length - line.trimStart().length;
    if (depth >= limit) continue;
    const opening = OPENING.exec(line);
    if (!opening) return sections;
    sections.unshift(...opening[2]!.split('.'));
    limit = depth;
  }
  return sections;
}
