/** One option of a command: `--flag value`, `key=value`, or a switch. */
export interface Word {
  readonly key: string;
  readonly value: string | null;
  /** Between key and value where the form does not say otherwise. */
  readonly joint: ' ' | '=';
}

/** A script that runs one command with these options; `null` where the form cannot hold them. */
export type ScriptForm = (head: string, words: readonly Word[], tail: string) => string | null;

const isPlain = (text: string): boolean => /^[\w./:@+-]+$/.test(text);
/** What the caller fills in stands as it is. */
const isOpen = (text: string): boolean => /^\$[\w{]/.test(text);
const quoted = (text: string): string => (isPlain(text) || isOpen(text) ? text : `'${text}'`);
const plain = ({ key, value, joint }: Word): string =>
  value === null ? key : `${key}${joint}${quoted(value)}`;

/** One command over several lines. */
const command = (head: string, words: readonly string[], tail: string): string =>
  `${[head, ...words.map((word) => `  ${word}`), ...(tail ? [`  ${tail}`] : [])].join(' \\\n')}\n`;

const variableOf = (key: string): string => key.replace(/^-+/, '').replace(/\W/g, '_').toUpperCase();

/** Every value through a variable of its own: `assign` writes the line, `use` the word. */
const throughVariables =
  (assign: (name: string, value: string) => string, use: (name: string) => string): ScriptForm =>
  (head, words, tail) => {
    const valued = words.filter(({ value }) => value !== null);
    const lines = valued.map(({ key, value }) => assign(variableOf(key), quoted(value!)));
    const written = words.map((word) =>
      word.value === null ? word.key : `${word.key}${word.joint}${use(variableOf(word.key))}`,
    );
    return `${lines.join('\n')}\n${command(head, written, tail)}`;
  };

/** The forms that people write scripts in. */
export const scriptForms = {
  literal: (head, words, tail) => command(head, words.map(plain), tail),
  'one line': (head, words, tail) => `${[head, ...words.map(plain), tail].join(' ').trim()}\n`,
  equals: (head, words, tail) =>
    command(
      head,
      words.map((word) => plain({ ...word, joint: '=' })),
      tail,
    ),
  quoted: (head, words, tail) =>
    command(
      head,
      words.map(({ key, value, joint }) =>
        value === null ? key : `${key}${joint}${isPlain(value) ? `"${value}"` : quoted(value)}`,
      ),
      tail,
    ),
  variable: throughVariables(
    (name, value) => `${name}=${value}`,
    (name) => `$${name}`,
  ),
  'exported variable in quotes': throughVariables(
    (name, value) => `export ${name}=${value}`,
    (name) => `"\${${name}}"`,
  ),
  'variable of a variable': throughVariables(
    (name, value) => `${name}_SET=${value}\n${name}="$${name}_SET"`,
    (name) => `\${${name}}`,
  ),
  'fallback of a variable': throughVariables(
    (name, value) => `${name}=\${${name}:-${value}}`,
    (name) => `\${${name}}`,
  ),
  array: (head, words, tail) =>
    `ARGS=(\n${words.map((word) => `    ${plain(word)}\n`).join('')})\n${head} "\${ARGS[@]}" ${tail}`.trimEnd() +
    '\n',
  string: (head, words, tail) =>
    words.every(({ value }) => value === null || isPlain(value) || isOpen(value))
      ? `${`ARGS="\n${words.map((word) => `    ${plain(word)}\n`).join('')}"\n${head} $ARGS ${tail}`.trimEnd()}\n`
      : null,
} satisfies Readonly<Record<string, ScriptForm>>;
