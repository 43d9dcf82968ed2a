import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { readShell, type ShellWord } from '../../syntax/shell';
import { membersOf, type YamlNode } from '../../syntax/yaml';
import type { Framework, SourceText } from '../framework';
import { fieldSpecs, isExpertField } from '../megatron/fields';
import { overridesOf, yamlOptions } from '../shared/assigned-options';
import { type OptionUse, optionsOf, readOptions } from '../shared/options';
import { isShellSource } from '../shared/shell-source';
import { slurmFacts } from '../shared/slurm';
import { isYamlSource, yamlOf } from '../shared/yaml-source';

/**
 * Sections of a recipe's ConfigContainer whose fields are Megatron's
 * (NVIDIA-NeMo/Megatron-Bridge@067f987d: src/megatron/bridge/training/config.py).
 */
const SECTIONS: ReadonlySet<string> = new Set(['model', 'train', 'dataset', 'ddp', 'dist', 'optimizer']);
/** Sections beside `model` by which a YAML file is known to override a recipe. */
const RECIPE_SECTIONS = ['train', 'ddp', 'optimizer', 'scheduler', 'checkpoint', 'dist', 'logger'];
/** The launchers' option for the recipe, a Python function that is called after its model. */
const RECIPE_OPTIONS: ReadonlySet<string> = new Set(['--recipe', '--recipe-name', '--recipe_name']);

/** `model.expert_model_parallel_size`: its section and field. */
function split(key: string): { section: string; field: string } | null {
  const [section, field, ...deeper] = key.split('.');
  const known = section !== undefined && SECTIONS.has(section) && field !== undefined && deeper.length === 0;
  return known ? { section, field } : null;
}

const isOurs = (uses: readonly OptionUse[]): boolean =>
  uses.some((use) => use.flag.startsWith('model.') && isExpertField(use.flag.slice('model.'.length)));

/** `dataset.seq_length` repeats `model.seq_length`; the model's comes first. */
function readOverrides(
  file: string,
  uses: readonly OptionUse[],
  command: number | undefined,
): { facts: Fact[]; problems: SyntaxProblem[] } {
  const sections = [...SECTIONS].map((section) => ({
    section,
    stated: readOptions(
      { file, command },
      uses.filter((use) => split(use.flag)?.section === section),
      (use) => fieldSpecs(split(use.flag)?.field ?? '', use),
    ),
  }));
  return {
    facts: sections.flatMap(({ section, stated }) =>
      stated.facts.map((fact) => ({ ...fact, role: section })),
    ),
    problems: sections.flatMap(({ stated }) => stated.problems),
  };
}

/** `qwen3_30b_a3b_pretrain_config` is made for Qwen3-30B-A3B. */
function recipeModel(words: readonly ShellWord[], command: number | undefined): ModelReference[] {
  const use = optionsOf(words).find(({ flag }) => RECIPE_OPTIONS.has(flag));
  const word = use?.values[0];
  if (!word?.text) return [];
  const value = word.text.replace(/_(pretrain|finetune|sft|peft|lora)?(_config)?$/, '').replaceAll('_', '-');
  return [{ value, range: word.range, ...(command === undefined ? {} : { command }) }];
}

function readScript(source: SourceText): ReadDocument | null {
  const script = readShell(source.text);
  const launches = script.commands
    .map(({ words }) => ({ words, uses: overridesOf(words) }))
    .filter(({ uses }) => isOurs(uses));
  if (launches.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  launches.forEach(({ words, uses }, index) => {
    const command = launches.length > 1 ? index : undefined;
    const stated = readOverrides(source.file, uses, command);
    facts.push(
      ...stated.facts,
      ...slurm.map((fact) => (command === undefined ? fact : { ...fact, command })),
    );
    problems.push(...stated.problems);
    models.push(...recipeModel(words, command));
  });
  return { ...document(source, facts, problems), models };
}

/** Every key of a YAML file as its section and field, like an override on the command line. */
function yamlOverrides(root: YamlNode): OptionUse[] {
  return membersOf(root).flatMap((section) =>
    yamlOptions(section.value).map((use) => ({ ...use, flag: `${section.key}.${use.flag}` })),
  );
}

function readYaml(source: SourceText): ReadDocument | null {
  const { documents, problems } = yamlOf(source);
  const root = documents.find((node) => {
    const keys = new Set(membersOf(node).map(({ key }) => key));
    return RECIPE_SECTIONS.some((section) => keys.has(section)) && isOurs(yamlOverrides(node));
  });
  if (root === undefined) return null;
  const stated = readOverrides(source.file, yamlOverrides(root), undefined);
  return document(source, stated.facts, [...problems, ...stated.problems]);
}

/** What an override leaves out is the recipe's, which is Python: no defaults are added. */
function document(
  source: SourceText,
  facts: readonly Fact[],
  problems: readonly SyntaxProblem[],
): ReadDocument {
  const title = 'Megatron-Bridge overrides';
  return {
    file: source.file,
    framework: 'megatron-bridge',
    title,
    kind: 'launch',
    partial: true,
    facts,
    problems,
    models: [],
  };
}

function read(source: SourceText): ReadDocument | null {
  if (isYamlSource(source)) return readYaml(source);
  return isShellSource(source) ? readScript(source) : null;
}

export const megatronBridge: Framework = {
  id: 'megatron-bridge',
  mightBe: (text) =>
    /\bmodel\.(expert_|moe_|num_moe_)/.test(text) ||
    (/^model:/m.test(text) &&
      /^\s+(expert_(model|tensor)_parallel_size|moe_\w+|num_moe_experts):/m.test(text)),
  read,
};
