import type { Fact, SyntaxProblem } from '../../fact';
import { membersOf, parseJson } from '../../syntax/json';
import { placeOfText } from '../../syntax/shell';
import type { OptionUse } from '../shared/options';

/** Keys of `--eplb-config` that state facts (vllm config/parallel.py, EPLBConfig). */
const KEYS: Readonly<
  Record<string, { readonly name: string; readonly type: 'number' | 'boolean' | 'string' }>
> = {
  num_redundant_experts: { name: 'placement.redundantExperts', type: 'number' },
  use_async: { name: 'vllm.eplbUseAsync', type: 'boolean' },
  policy: { name: 'vllm.eplbPolicy', type: 'string' },
  communicator: { name: 'vllm.eplbCommunicator', type: 'string' },
};

function typedValue(
  written: unknown,
  type: 'number' | 'boolean' | 'string',
): number | boolean | string | undefined {
  // Integers in quotes are accepted by vLLM's argument model too.
  const value =
    type === 'number' && typeof written === 'string' && /^\d+$/.test(written) ? Number(written) : written;
  if (typeof value === 'number') return type === 'number' && Number.isSafeInteger(value) ? value : undefined;
  return (typeof value === 'boolean' || typeof value === 'string') && typeof value === type
    ? value
    : undefined;
}

/** What stands inside the JSON of `--eplb-config '{…}'`, with ranges in the script. */
export function eplbFacts(file: string, use: OptionUse): { facts: Fact[]; problems: SyntaxProblem[] } {
  const [word] = use.values;
  if (word?.text === null || word?.text === undefined || word.conditions.length > 0)
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
  const facts = membersOf(root).flatMap((member): Fact[] => {
    const spec = KEYS[member.key];
    const value = spec === undefined ? undefined : typedValue(member.value.value as unknown, spec.type);
    if (spec === undefined || value === undefined) return [];
    const inFile = (range: { start: number; end: number }) =>
      at === null ? word.range : { start: at + range.start, end: at + range.end };
    const followed = word.via.length > 0;
    return [
      {
        name: spec.name,
        value,
        key: `${use.flag}.${member.key}`,
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
