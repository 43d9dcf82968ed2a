import type { Fact } from '../config/fact';

export const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);

/** An option by its name on Megatron-LM's command line; a switch has no value. */
export interface Option {
  readonly option: string;
  readonly value?: string;
}

/** The option's name as a file spells it that spells a related option as in `beside`. */
function nameBeside(beside: Fact, option: string): string {
  const field = option.replace(/^--/, '');
  if (beside.key.startsWith('--'))
    return beside.key.includes('_') ? `--${field.replaceAll('-', '_')}` : option;
  // Recipes spell keys as the options are spelled, with dashes.
  if (isYaml(beside.file) && beside.key.includes('-')) return field;
  const section = isYaml(beside.file) ? '' : beside.key.slice(0, beside.key.lastIndexOf('.') + 1);
  return `${section}${field.replaceAll('-', '_')}`;
}

/** An option in the form of the file: `--flag value`, `--flag_name value`, `section.key=value` or `key: value`. */
export function spelled(beside: Fact, { option, value }: Option): string {
  const name = nameBeside(beside, option);
  if (isYaml(beside.file)) return `${name}: ${value ?? 'true'}`;
  if (name.startsWith('--')) return value === undefined ? name : `${name} ${value}`;
  return `${name}=${value ?? 'true'}`;
}
