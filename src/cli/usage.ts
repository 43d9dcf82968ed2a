import { COMMANDS, COMMON, OPTIONS, type Option, type OptionName } from './options';

/** A mistake in the call or an input that cannot be read: exit code 2, message on stderr. */
export class UsageError extends Error {}

const WIDTH = 100;
const EXIT_CODES = 'Exit code: 0 clean, 1 findings at or above --fail-on, 2 usage or unreadable input.';

/** What `moe-scope --help` prints. */
export function usage(): string {
  const commands = Object.entries(COMMANDS).map(([name, { takes, about }]) =>
    entry(`moe-scope ${name} ${takes}`, about),
  );
  return `${[
    'moe-scope: lint and simulate Mixture-of-Experts configs',
    '',
    ...commands,
    '',
    'moe-scope COMMAND --help tells its options.',
    EXIT_CODES,
  ].join('\n')}\n`;
}

/** What `moe-scope COMMAND --help` prints. Precondition: there is such a command. */
export function usageOf(name: string): string {
  const { takes, about, formats, options } = COMMANDS[name]!;
  const lines = [...options, ...COMMON].map((option) => optionEntry(option, formats.join('|')));
  return `${[
    `moe-scope ${name} ${takes} [options]`,
    '',
    ...wrapped(about, WIDTH),
    '',
    ...lines,
    '',
    EXIT_CODES,
  ].join('\n')}\n`;
}

function optionEntry(name: OptionName, formats: string): string {
  const { value, about, short }: Option = OPTIONS[name];
  const shown = name === 'format' ? formats : value;
  return entry(`${short ? `-${short}, ` : ''}--${name}${shown ? ` ${shown}` : ''}`, about);
}

function entry(head: string, about: string): string {
  return [`  ${head}`, ...wrapped(about, WIDTH - 6).map((line) => `      ${line}`)].join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length > 0 && line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
