import type { Fact, SyntaxProblem } from '../../fact';
import { membersOf, parseJson } from '../../syntax/json';
import { placeOfText } from '../../syntax/shell';
import type { OptionUse } from '../shared/options';

/** Keys of `--eplb-config` that state facts (vllm config/parallel.py, EPLBConfig). */
const KEYS: Readonly<Record<string, string>> = { num_redundant_experts: 'placement.redundantExperts' };

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
    const name = KEYS[member.key];
    const written = member.value.value as unknown;
    // Integers in quotes are accepted by vLLM's argument model too.
    const value = typeof written === 'string' && /^\d+$/.test(written) ? Number(written) : written;
    if (name === undefined || typeof value !== 'number' || !Number.isSafeInteger(value)) return [];
    const inFile = (range: { start: number; end: number }) =>
      at === null ? word.range : { start: at + range.start, end: at + range.end };
    const followed = word.via.length > 0;
    return [
      {
        name,
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
