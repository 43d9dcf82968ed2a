import type { Fact, SyntaxProblem } from '../../fact';
import { membersOf, parseJson } from '../../syntax/json';
import { placeOfText } from '../../syntax/shell';
import { entryOf } from '../../table';
import type { OptionUse } from '../shared/options';

interface KeySpec {
  readonly name: string;
  readonly type: 'number' | 'boolean' | 'string';
}

interface JsonOption {
  /** The object inside the option's own that has the keys. */
  readonly section?: string;
  readonly keys: Readonly<Record<string, KeySpec>>;
}

/** Options whose value is JSON, with the keys in it that state facts. */
const JSON_OPTIONS: Readonly<Record<string, JsonOption>> = {
  // vllm config/parallel.py, EPLBConfig.
  '--eplb-config': {
    keys: {
      num_redundant_experts: { name: 'placement.redundantExperts', type: 'number' },
      window_size: { name: 'vllm.eplbWindowSize', type: 'number' },
      step_interval: { name: 'vllm.eplbStepInterval', type: 'number' },
      use_async: { name: 'vllm.eplbUseAsync', type: 'boolean' },
      policy: { name: 'vllm.eplbPolicy', type: 'string' },
      communicator: { name: 'vllm.eplbCommunicator', type: 'string' },
    },
  },
  // vllm-project/vllm-ascend@001cd9e1: vllm_ascend/ascend_config.py, EplbConfig.
  '--additional-config': {
    section: 'eplb_config',
    keys: {
      expert_map_path: { name: 'vllm.ascendExpertMap', type: 'string' },
      dynamic_eplb: { name: 'vllm.ascendDynamicEplb', type: 'boolean' },
    },
  },
};

export const isJsonOption = (flag: string): boolean => Object.hasOwn(JSON_OPTIONS, flag);

function typedValue(written: unknown, type: KeySpec['type']): number | boolean | string | undefined {
  // Integers in quotes are accepted by vLLM's argument model too.
  const value =
    type === 'number' && typeof written === 'string' && /^\d+$/.test(written) ? Number(written) : written;
  if (typeof value === 'number') return type === 'number' && Number.isSafeInteger(value) ? value : undefined;
  return (typeof value === 'boolean' || typeof value === 'string') && typeof value === type
    ? value
    : undefined;
}

/**
 * What stands inside the JSON of an option such as `--eplb-config '{…}'`, with ranges in the script.
 *
 * @param flag the option, where `use` spells it as a key of a file
 */
export function jsonOptionFacts(
  file: string,
  use: OptionUse,
  flag = use.flag,
): { facts: Fact[]; problems: SyntaxProblem[] } {
  const option = entryOf(JSON_OPTIONS, flag);
  const [word] = use.values;
  if (option === undefined || word?.text === null || word?.text === undefined || word.conditions.length > 0)
    return { facts: [], problems: [] };
  const { root, problems } = parseJson(word.text);
  const { at } = word;
  if (problems.length > 0 || root?.type !== 'object') {
    const message = `${use.flag} needs a JSON object.`;
    return {
      facts: [],
      problems: [{ severity: 'error', message, range: placeOfText(word) }],
    };
  }
  const { section, keys } = option;
  const own = section === undefined ? root : membersOf(root).find(({ key }) => key === section)?.value;
  const facts = membersOf(own).flatMap((member): Fact[] => {
    const spec = entryOf(keys, member.key);
    const value = spec === undefined ? undefined : typedValue(member.value.value as unknown, spec.type);
    if (spec === undefined || value === undefined) return [];
    const inFile = (range: { start: number; end: number }) =>
      at === null ? word.range : { start: at + range.start, end: at + range.end };
    const followed = word.via.length > 0;
    return [
      {
        name: spec.name,
        value,
        key: [use.flag, section, member.key].filter(Boolean).join('.'),
        file,
        range: followed ? word.range : inFile(member.valueRange),
        keyRange: followed ? use.flagRange : inFile(member.keyRange),
        state: word.state,
        ...(followed
          ? {
              via: [
                ...word.via.slice(0, -1),
                { variable: word.via.at(-1)!.variable, range: inFile(member.valueRange) },
              ],
            }
          : {}),
      },
    ];
  });
  return { facts, problems: [] };
}
