import type { Fact } from '../config/fact';

export const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);
/** A file of keys and values, whatever its grammar. */
export const isTree = (file: string): boolean => /\.(ya?ml|json|toml)$/i.test(file);

/** An option by its name on Megatron-LM's command line; a switch has no value. */
export interface Option {
  readonly option: string;
  readonly value?: string;
}

/** Whether a fact is of this option, by its flag or by its key in a YAML file: `--eplb-config`, `eplb_config`. */
export function isOption({ key }: Fact, option: string): boolean {
  return key.replace(/^-+/, '').replaceAll('_', '-') === option.replace(/^-+/, '');
}

/**
 * How an option stands in its file: as a key of a map, as an item of a list that is a command line, or as a word of a
 * command, which a YAML file may hold too. `null` where nothing can be put beside it.
 */
export type OptionForm = 'key' | 'item' | 'word' | null;

export function formOf({ file, keyRange }: Fact, text: string): OptionForm {
  if (isTree(file) && !isYaml(file)) return null;
  if (/^["']?[ \t]*:(\s|$)/.test(text.slice(keyRange.end, keyRange.end + 40))) return 'key';
  if (!isYaml(file)) return 'word';
  const before = text.slice(text.lastIndexOf('\n', keyRange.start - 1) + 1, keyRange.start);
  if (/^\s*-\s+["']?$/.test(before)) return 'item';
  return before === '' || /\s$/.test(before) ? 'word' : null;
}

/** Whether an option can stand beside this one: the keys of operators and charts are few, and other words than the options. */
export function canStandBeside({ keysByOption }: Fact, { option }: Option): boolean {
  return keysByOption === undefined || keysByOption[option] !== undefined;
}

/** The option's name as a file spells it that spells a related option as in `beside`. */
function nameBeside(beside: Fact, option: string, form: OptionForm): string {
  const own = beside.keysByOption?.[option];
  if (own !== undefined) return own;
  const field = option.replace(/^--/, '');
  if (beside.key.startsWith('--'))
    return beside.key.includes('_') && !option.includes('_') ? `--${field.replaceAll('-', '_')}` : option;
  // Recipes spell keys as the options are spelled, with dashes.
  if (form === 'key' && beside.key.includes('-')) return field;
  const section = form === 'key' ? '' : beside.key.slice(0, beside.key.lastIndexOf('.') + 1);
  return `${section}${field.replaceAll('-', '_')}`;
}

/**
 * An option in the form of a related one: `--flag value`, `--flag_name value`, `section.key=value` or `key: value`.
 * Without the file's text, in the form that is usual in files of its kind.
 */
export function spelled(beside: Fact, { option, value }: Option, text?: string): string {
  const form =
    text === undefined
      ? isYaml(beside.file) && !beside.key.startsWith('-')
        ? 'key'
        : 'word'
      : formOf(beside, text);
  const name = nameBeside(beside, option, form);
  if (form === 'key') return `${name}: ${value ?? 'true'}`;
  if (name.startsWith('--')) return value === undefined ? name : `${name} ${value}`;
  return `${name}=${value ?? 'true'}`;
}
