import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { settingsOfYaml } from '../../syntax/settings';
import { cutAtEquals, readShell, type ShellWord } from '../../syntax/shell';
import { entryOf } from '../../table';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { type OptionUse, readOptions } from '../shared/options';
import { anchorOf, readSettings } from '../shared/read-settings';
import { isShellSource } from '../shared/shell-source';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { addJobRules, addModelName, addModelRules } from './implied';
import { KEYS, MODEL_NAMES, OPTIONS } from './keys';

const JOB_KEY = /^(ici|dcn)_\w+_parallelism$/;

function modelReferences(facts: readonly Fact[], command: number | undefined): ModelReference[] {
  return facts.flatMap((fact) => {
    const published =
      fact.name === 'maxtext.modelName' ? entryOf(MODEL_NAMES, String(fact.value)) : undefined;
    if (published === undefined) return [];
    return [{ value: published, range: fact.range, ...(command === undefined ? {} : { command }) }];
  });
}

function readYaml(source: SourceText): ReadDocument | null {
  const { documents, problems } = yamlOf(source);
  const settings = settingsOfYaml(documents[0]);
  const has = (key: string) => settings.some(({ path }) => path === key);
  const isModel = has('base_emb_dim') && has('num_experts');
  const isSharded = settings.some(({ path }) => JOB_KEY.test(path));
  const named = settings.find(({ path }) => path === 'model_name');
  // A file that changes MaxText's own list of defaults, for a model of its list that has experts.
  const isNamed = has('base_config') && entryOf(MODEL_NAMES, String(named?.value)) !== undefined;
  const isJob = isSharded || isNamed;
  if (!isModel && !isNamed && !(isSharded && (has('ici_expert_parallelism') || has('num_experts'))))
    return null;
  const context = { file: source.file };
  const stated = readSettings(context, settings, KEYS, source.text);
  const complete = new CommandFacts(stated.facts, anchorOf(context, settings));
  if (isModel) {
    addModelRules(complete);
    if (!isJob || complete.has('maxtext.modelName')) addModelName(complete, source.file);
  }
  if (isJob) addJobRules(complete);
  return {
    file: source.file,
    framework: 'maxtext',
    title: isJob ? 'MaxText config' : 'MaxText model',
    kind: isJob ? 'launch' : 'model',
    facts: complete.facts,
    problems: [...problems, ...stated.problems],
    models: modelReferences(stated.facts, undefined),
  };
}

/** The YAML file that a command names, where it is not MaxText's own list of defaults. */
function configFact(file: string, words: readonly ShellWord[]): Fact[] {
  const word = words.find(({ text }) => /\.ya?ml$/.test(text ?? '') && !/(^|\/)base\.yml$/.test(text ?? ''));
  if (word?.text === null || word?.text === undefined) return [];
  const { range, state, text: value, via } = word;
  const key = value.split('/').at(-1) ?? value;
  const followed = via.length > 0 ? { via } : {};
  return [{ name: 'maxtext.config', value, key, file, range, keyRange: range, state, ...followed }];
}

/** The `key=value` words of a command. */
function pairsOf(words: readonly ShellWord[]): OptionUse[] {
  return words.flatMap((word) => {
    const cut = cutAtEquals(word);
    if (cut === null || !OPTIONS.has(cut.key)) return [];
    const values = cut.value === null ? [] : [cut.value];
    return [{ flag: cut.key, flagRange: cut.keyRange, word, values, inline: true }];
  });
}

const TRAINER =
  /(^|[/.])(maxtext|MaxText)[/.](\w+[/.])*(train|train_compile|sft_train)(\.py)?$|(^|\/)base\.yml$/;

/** `True` and `False` of a command line. */
function withBooleans(fact: Fact): Fact {
  const isBoolean = KEYS.some(({ name, type }) => name === fact.name && type === 'boolean');
  return isBoolean && typeof fact.value === 'string'
    ? { ...fact, value: fact.value.toLowerCase() === 'true' }
    : fact;
}

function readScript(source: SourceText): ReadDocument | null {
  const script = readShell(source.text, [], source.answers);
  const launches = script.commands.flatMap(({ words }) => {
    const pairs = pairsOf(words);
    const isTraining = words.some((word) => TRAINER.test(word.text ?? ''));
    const isMoe = pairs.some(
      ({ flag, values }) =>
        flag === 'ici_expert_parallelism' ||
        flag === 'num_experts' ||
        (flag === 'model_name' && entryOf(MODEL_NAMES, values[0]?.text ?? '') !== undefined),
    );
    return isTraining && isMoe ? [{ pairs, config: configFact(source.file, words) }] : [];
  });
  if (launches.length === 0) return null;
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  launches.forEach(({ pairs, config }, index) => {
    const command = launches.length > 1 ? index : undefined;
    const tag = command === undefined ? {} : { command };
    const stated = readOptions({ file: source.file, command }, pairs, (use) => OPTIONS.get(use.flag) ?? []);
    const range = pairs[0]!.flagRange;
    const complete = new CommandFacts(
      [...stated.facts.map(withBooleans), ...config.map((fact) => ({ ...fact, ...tag }))],
      {
        file: source.file,
        range,
        keyRange: range,
        ...tag,
      },
    );
    addJobRules(complete);
    if (complete.has('model.routedExperts')) addModelRules(complete);
    if (complete.has('maxtext.modelName')) addModelName(complete, source.file);
    facts.push(...complete.facts);
    problems.push(...stated.problems);
    models.push(...modelReferences(stated.facts, command));
  });
  const title = launches.length > 1 ? `MaxText script (${launches.length} commands)` : 'MaxText script';
  return { file: source.file, framework: 'maxtext', title, kind: 'launch', facts, problems, models };
}

function read(source: SourceText): ReadDocument | null {
  if (isYamlSource(source)) return readYaml(source);
  return isShellSource(source) ? readScript(source) : null;
}

export const maxtext: Framework = {
  id: 'maxtext',
  mightBe: (text) =>
    /\b(base_emb_dim|ici_[a-z]+_parallelism)\b/.test(text) ||
    (text.includes('base_config:') && text.includes('model_name:')) ||
    (text.includes('model_name=') && /\bmaxtext\b/i.test(text)),
  read,
};
