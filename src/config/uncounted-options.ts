import type { Fact } from './fact';

/** Facts under these names are fields of the scenario, or decide one. */
const FIELD = /^(?:(?:workload|layout|model)\.|deepspeed\.offload)/;

const ADAPTERS = 'adapters';
/**
 * What lets a rank hold less than its model and layout say, by the options that ask for it. A name is tried from its
 * beginning only: from each of its letters, an embedded blob of base64 would take the square of its length.
 */
const KINDS: readonly { readonly words: string; readonly option: RegExp }[] = [
  { words: 'offloading', option: /(?<![\w.-])[\w.-]*offload[\w-]*/gi },
  {
    words: ADAPTERS,
    option: /(?<![\w.-])[\w.-]*(?:lora|tuner_type|train_type|peft|adapters?\b)[\w-]*/gi,
  },
  { words: 'frozen weights', option: /(?<![\w.-])[\w.-]*freeze[\w-]*/gi },
  {
    words: 'a changed model',
    option: /(?<![\w.-])[\w.-]*(?:(?:hf|model)[-_]overrides?|json[-_]model[-_]override)[\w-]*/gi,
  },
];
/** What follows the name of an option that is off. */
const IS_OFF = /^["']?\s*(?:[:=]|\s)\s*["']?(?:false|none|null|no|off|full|0(?:\.0*)?)(?![\w.])/i;
/** What is moved to the host beside weights and states: a cache that only grows by it. */
const OF_CACHE = /kv|cache/i;
const FREEZES = /freeze/i;
const OF_OPTIMIZER = /optim[\w-]*offload/i;
const COMMENT = /^[ \t]*(?:#|\/\/).*$/gm;
/** Shells have words that are no options; an option of theirs has dashes, or dots as in Hydra. */
const SHELL = /\.(sh|bash|slurm|sbatch)$/;
const SHELL_OPTION = /^--?\w|\./;

/** `+key` adds a key in Hydra, dashes begin an option. */
const bare = (key: string): string => key.replace(/^[+-]+/, '');
/** Of `a.b.c` all that it may be written as: its parts in a file of sections, or itself. */
const spellings = (key: string): readonly string[] => [bare(key), ...bare(key).split('.')];
/** What verl takes from the GPU between the phases of a step, and brings back before it trains. */
const BETWEEN_PHASES = /(?:fsdp_config|megatron)\.(?:param|grad|optimizer)_offload$/;
/** Towers beside the language model, whose weights no figure counts. */
const OTHER_TOWERS = /vi(?:t|sion)|visual|aligner|audio|image|project|connector/i;

/**
 * Options of a launch file that are on, let a rank hold less, and that no field of its scenario counts: of each kind the first,
 * as `offloading (--offload-optimizer-states)`.
 */
export function uncountedOptions(file: string, text: string, facts: readonly Fact[]): readonly string[] {
  const isOptimizerCounted = facts.some(
    ({ name, value }) => name === 'workload.optimizerOffload' && value !== 0 && value !== false,
  );
  const areAdaptersCounted = facts.some(
    ({ name, state }) => name === 'workload.adapterRank' && state !== 'unresolved',
  );
  const counted = new Set(facts.filter(({ name }) => FIELD.test(name)).flatMap(({ key }) => spellings(key)));
  const code = text.replace(COMMENT, (line) => ' '.repeat(line.length));
  const isWritten = ({ 0: name, index }: RegExpExecArray): boolean =>
    (!SHELL.test(file) || SHELL_OPTION.test(name)) &&
    !IS_OFF.test(code.slice(index + name.length, index + name.length + 32)) &&
    !OF_CACHE.test(name) &&
    !BETWEEN_PHASES.test(name) &&
    !(FREEZES.test(name) && OTHER_TOWERS.test(name)) &&
    !counted.has(bare(name)) &&
    !(isOptimizerCounted && OF_OPTIMIZER.test(name));
  return KINDS.flatMap(({ words, option }) => {
    if (words === ADAPTERS && areAdaptersCounted) return [];
    const [first] = [...code.matchAll(option)].filter(isWritten);
    return first ? [`${words} (${first[0]})`] : [];
  });
}
