/** One key, dotted where it stands in a section, with its value. */
export type Entry = readonly [path: string, value: unknown];

interface Section {
  [key: string]: unknown;
}

/** Dotted paths as nested objects. */
export function nested(entries: readonly Entry[]): Section {
  const root: Section = {};
  for (const [path, value] of entries) {
    const keys = path.split('.');
    let section = root;
    for (const key of keys.slice(0, -1)) {
      section[key] ??= {};
      section = section[key] as Section;
    }
    section[keys.at(-1)!] = value;
  }
  return root;
}

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text that holds quotes stands in single ones, letter by letter. */
const scalar = (value: unknown): string => {
  if (typeof value !== 'string' || /^[\w./-]+$/.test(value)) return plainScalar(value);
  return value.includes('"') ? `'${value}'` : JSON.stringify(value);
};

const plainScalar = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** How a YAML value is written; `null` leaves out what would then be another value. */
type YamlScalar = (value: unknown) => string;

function block(section: Section, written: YamlScalar, indent = ''): string {
  return Object.entries(section)
    .map(([key, value]) =>
      isSection(value)
        ? `${indent}${key}:\n${block(value, written, `${indent}  `)}`
        : `${indent}${key}: ${written(value)}\n`,
    )
    .join('');
}

const flow = (value: unknown): string =>
  isSection(value)
    ? `{ ${Object.entries(value)
        .map(([key, inner]) => `${key}: ${flow(inner)}`)
        .join(', ')} }`
    : scalar(value);

/** The forms that people write YAML in. */
export const yamlForms: Readonly<Record<string, (section: Section) => string>> = {
  block: (section) => block(section, scalar),
  'quoted strings': (section) =>
    block(section, (value) => (typeof value === 'string' ? JSON.stringify(value) : scalar(value))),
  'comments and CRLF': (section) =>
    `# a job\n${block(section, (value) => `${scalar(value)} # as it is`)}`.replaceAll('\n', '\r\n'),
  flow: (section) =>
    Object.entries(section)
      .map(([key, value]) => `${key}: ${flow(value)}\n`)
      .join(''),
};

/** The forms that JSON comes in. */
export const jsonForms: Readonly<Record<string, (section: Section) => string>> = {
  indented: (section) => `${JSON.stringify(section, null, 2)}\n`,
  'one line': (section) => JSON.stringify(section),
  'tabs and CRLF': (section) => `${JSON.stringify(section, null, '\t')}\n`.replaceAll('\n', '\r\n'),
};

const tomlValue = (value: unknown): string => JSON.stringify(value);
const tables = (section: Section) => Object.entries(section).filter(([, value]) => isSection(value));

/** The forms that people write TOML in. */
export const tomlForms: Readonly<Record<string, (section: Section) => string>> = {
  tables: (section) =>
    tables(section)
      .map(
        ([name, table]) =>
          `[${name}]\n${Object.entries(table as Section)
            .map(([key, value]) => `${key} = ${tomlValue(value)}\n`)
            .join('')}`,
      )
      .join('\n'),
  'dotted keys': (section) =>
    tables(section)
      .flatMap(([name, table]) =>
        Object.entries(table as Section).map(([key, value]) => `${name}.${key} = ${tomlValue(value)}\n`),
      )
      .join(''),
  'inline tables': (section) =>
    tables(section)
      .map(
        ([name, table]) =>
          `${name} = { ${Object.entries(table as Section)
            .map(([key, value]) => `${key} = ${tomlValue(value)}`)
            .join(', ')} }\n`,
      )
      .join(''),
  'comments and CRLF': (section) =>
    tables(section)
      .map(
        ([name, table]) =>
          `[${name}] # part\r\n${Object.entries(table as Section)
            .map(([key, value]) => `"${key}" = ${tomlValue(value)} # as it is\r\n`)
            .join('')}`,
      )
      .join('\r\n'),
};
