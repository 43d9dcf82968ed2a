import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import type { ShellCommand, ShellWord } from '../../syntax/shell';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { takesOptionsOfAnotherFile } from '../shared/hidden-options';
import { modelReference } from '../shared/model-word';
import { camelName, type OptionSpec, type OptionUse, optionsOf, readOptions } from '../shared/options';
import { rolloutFacts } from '../shared/rollout';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { slurmFacts, withHeader } from '../shared/slurm';
import { halfTypedSizes } from '../shared/torchrun';
import { unseenWords } from '../shared/unseen';
import { DEEPSPEED_MARKS, MEGATRON_MARKS, MEGATRON_OPTIONS } from './flags';
import { addMegatronRules } from './implied';
import { addSlimeRules, SLIME_ROLLOUT } from './slime';

const WATCHED = ['CUDA_DEVICE_MAX_CONNECTIONS'] as const;
/** Options that say where the model or its tokenizer comes from; the first of them names the model best. */
const MODEL_OPTIONS = ['--hf-checkpoint', '--load', '--pretrained-checkpoint', '--tokenizer-model'] as const;
/** The one of them that the model's own description stands beside (THUDM/slime: slime/utils/arguments.py). */
const DESCRIBING_OPTION = '--hf-checkpoint';

export function specsFor(use: OptionUse): readonly OptionSpec[] {
  const known = MEGATRON_OPTIONS.get(use.flag);
  if (known !== undefined) return known;
  // Every MoE option may matter to a rule; those without an entry keep their own name.
  if (!use.flag.startsWith('--moe-')) return [];
  const isSwitch =
    use.values.length === 0 || (use.assigned && /^(true|false)$/i.test(use.values[0]?.text ?? ''));
  const type = isSwitch ? 'switch' : 'scalar';
  return [{ flags: [use.flag], name: camelName('megatron', use.flag), type }];
}

/** Something that carries Megatron options: a command, or option variables that another file uses. */
interface Launch {
  readonly words: readonly ShellWord[];
  readonly environment: ShellCommand['environment'];
}

function carriesMegatron(words: readonly ShellWord[]): boolean {
  // Options in the place of the command have been cut off from theirs.
  if (words[0]?.text?.startsWith('-')) return false;
  const flags = new Set(optionsOf(words).map((use) => use.flag));
  return MEGATRON_MARKS.some((mark) => flags.has(mark)) && !DEEPSPEED_MARKS.some((mark) => flags.has(mark));
}

function environmentFacts(file: string, launch: Launch): Fact[] {
  return WATCHED.flatMap((variable): Fact[] => {
    const word = launch.environment.get(variable);
    if (word === undefined) return [];
    const value = word.text !== null && /^\d+$/.test(word.text) ? Number(word.text) : null;
    return [
      {
        name: camelName('megatron', variable.toLowerCase()),
        value,
        key: variable,
        file,
        range: word.range,
        keyRange: word.range,
        state: value === null ? 'unresolved' : word.state,
        ...(value === null ? { expression: word.expression ?? word.text ?? '' } : {}),
        ...(word.via.length > 0 ? { via: word.via } : {}),
      },
    ];
  });
}

export function modelReferences(uses: readonly OptionUse[], command: number | undefined): ModelReference[] {
  return MODEL_OPTIONS.flatMap((flag) => {
    const word = uses.filter((use) => use.flag === flag).at(-1)?.values[0];
    const named = modelReference(word, { command });
    return flag === DESCRIBING_OPTION ? named.map((it) => ({ ...it, describesModel: true as const })) : named;
  });
}

function read(source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = scriptOf(source, WATCHED);
  const commands: readonly Launch[] = script.commands.filter((command) => carriesMegatron(command.words));
  const kept = script.fragments.flatMap((fragment) => fragment.words);
  const none: ShellCommand['environment'] = new Map();
  const launches = commands.length > 0 ? commands : [{ words: kept, environment: none }];
  const slurm = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  let isPartial = false;
  launches.forEach((launch, index) => {
    const uses = optionsOf(launch.words);
    const mark = uses.find((use) => MEGATRON_MARKS.some((flag) => flag === use.flag));
    if (mark === undefined) return;
    const command = launches.length > 1 ? index : undefined;
    const stated = readOptions({ file: source.file, command }, uses, specsFor);
    problems.push(...stated.problems);
    const tagged = (fact: Fact): Fact => (command === undefined ? fact : { ...fact, command });
    const begun = halfTypedSizes(source.file, uses, stated.facts).map(tagged);
    const all = withHeader([...stated.facts, ...begun], slurm.map(tagged));
    const anchor = { file: source.file, range: mark.flagRange, keyRange: mark.flagRange };
    const complete = new CommandFacts(
      [...all, ...environmentFacts(source.file, launch).map(tagged)],
      command === undefined ? anchor : { ...anchor, command },
      false,
      unseenWords(launch.words.slice(1), uses, specsFor),
    );
    const torchrun = launch.words.some((word) =>
      /(^|\/)torchrun$|^torch\.distributed\.(run|launch)$/.test(word.text ?? ''),
    );
    const elsewhere = takesOptionsOfAnotherFile(launch.words, source.text);
    isPartial ||= elsewhere;
    addSlimeRules(complete);
    addMegatronRules(complete, { torchrun, isCommand: commands.length > 0 && !elsewhere });
    facts.push(...complete.facts, ...rolloutFacts({ file: source.file, command }, uses, SLIME_ROLLOUT));
    models.push(...modelReferences(uses, command));
  });
  if (facts.length === 0) return null;
  const title =
    commands.length > 1 ? `Megatron-LM script (${commands.length} commands)` : 'Megatron-LM script';
  const rest = isPartial ? { partial: true as const } : {};
  return {
    file: source.file,
    framework: 'megatron-lm',
    title,
    kind: 'launch',
    ...rest,
    facts,
    problems,
    models,
  };
}

export const megatron: Framework = {
  id: 'megatron-lm',
  mightBe: (text) => MEGATRON_MARKS.some((mark) => text.includes(mark)),
  read,
};
