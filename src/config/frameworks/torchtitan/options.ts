import { type OptionSpec, type OptionType, optionTable } from '../shared/options';
import type { SettingType } from '../shared/read-settings';
import { TORCHRUN_SPECS } from '../shared/torchrun';
import { KEYS } from './keys';

const TYPES: Readonly<Record<SettingType, OptionType>> = {
  integer: 'integer',
  number: 'number',
  string: 'string',
  boolean: 'switch',
  'switch-or-word': 'string',
  integers: 'string',
  words: 'string',
};

/** Keys of later versions only (pytorch/torchtitan@d7064bc2: outputs/dsv3_671b_minimal_async_ep_fake/launch.sh). */
const LATER = [{ path: 'max_context_length', name: 'workload.sequenceLength', type: 'integer' }] as const;

/** tyro takes underscores and dashes alike, in front of the dot and behind it. */
function spellings(table: string, path: string): string[] {
  const dashed = (text: string) => text.replaceAll('_', '-');
  const tables = [table, dashed(table)];
  return [...new Set(tables.flatMap((one) => [`--${one}.${path}`, `--${one}.${dashed(path)}`]))];
}

const TABLES = { ...KEYS, training: [...KEYS.training, ...LATER] };

const SPECS: readonly OptionSpec[] = Object.entries(TABLES).flatMap(([table, keys]) =>
  keys.map(({ path, name, type }) => ({ flags: spellings(table, path), name, type: TYPES[type] })),
);

/** `--parallelism.expert_parallel_degree 8`: every key of the file with its table in front, and torchrun's sizes. */
export const TORCHTITAN_OPTIONS = optionTable([...TORCHRUN_SPECS, ...SPECS]);

const EXPERT_NAMES: ReadonlySet<string> = new Set(['layout.ep', 'layout.etp', 'communication.backend']);

/** Whether an option is only given to a job whose experts are spread. */
export const isExpertOption = (flag: string): boolean =>
  TORCHTITAN_OPTIONS.get(flag)?.some(({ name }) => EXPERT_NAMES.has(name)) === true;
