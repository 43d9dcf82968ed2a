import { acceleratorFact } from '../../accelerator-names';
import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import type { ShellWord } from '../../syntax/shell';
import { membersOf, type YamlNode } from '../../syntax/yaml';
import type { Framework, SourceText } from '../framework';
import { fieldSpecs, isExpertField } from '../megatron/fields';
import { addStatedRules } from '../megatron/implied';
import { overridesOf, yamlOptions } from '../shared/assigned-options';
import { CommandFacts } from '../shared/command-facts';
import { namesMoeModel } from '../shared/moe-model';
import { type OptionUse, optionsOf, readOptions } from '../shared/options';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { slurmFacts, withHeader } from '../shared/slurm';
import { TORCHRUN_OPTIONS } from '../shared/torchrun';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import {
  addPerformanceRules,
  EXPERT_OPTIONS,
  isPerformanceLaunch,
  MODEL_OPTIONS,
  PERFORMANCE_OPTIONS,
  performanceModel,
  performanceUses,
} from './performance';
import {
  addRecipeRules,
  LAUNCHER_OPTIONS,
  RECIPE_KEYS,
  RECIPE_OPTIONS,
  recipeModels,
  sizesOfRecipe,
} from './recipe';

/**
 * Sections of a recipe's ConfigContainer whose fields are Megatron's
 * (NVIDIA-NeMo/Megatron-Bridge@067f987d: src/megatron/bridge/training/config.py).
 */
const SECTIONS: ReadonlySet<string> = new Set([
  // What it says is put over the fields of the model (training/comm_overlap.py, _apply_cfgs).
  'comm_overlap',
  'model',
  'train',
  'dataset',
  'ddp',
  'dist',
  'optimizer',
]);
/** Sections beside `model` by which a YAML file is known to override a recipe. */
const RECIPE_SECTIONS = ['train', 'ddp', 'optimizer', 'scheduler', 'checkpoint', 'dist', 'logger'];
/** Fields that no other trainer has: where they stand, what the recipe is need not be said. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'train.train_iters',
  'train.eval_iters',
  'scheduler.lr_warmup_iters',
  'dist.use_megatron_fsdp',
  'dist.use_torch_fsdp2',
  'ddp.grad_reduce_in_fp32',
]);
/** So many of them leave no doubt. */
const ENOUGH_OWN_FIELDS = 3;

/** `model.expert_model_parallel_size`: its section and field. */
function split(key: string): { section: string; field: string } | null {
  const [section, field, ...deeper] = key.split('.');
  const known = section !== undefined && SECTIONS.has(section) && field !== undefined && deeper.length === 0;
  return known ? { section, field } : null;
}

/** A key by which a command is known to change a recipe of Megatron-Bridge, beside the recipe that it names. */
const OVERRIDE = /^(model|train|checkpoint|dataset|optimizer|ddp|logger|scheduler|peft)\./;

const hasExperts = (uses: readonly OptionUse[]): boolean =>
  uses.some((use) => use.flag.startsWith('model.') && isExpertField(use.flag.slice('model.'.length)));

/** `dataset.seq_length` repeats `model.seq_length`; the model's comes first, and what the launcher's own options say last. */
function readOverrides(
  file: string,
  uses: readonly OptionUse[],
  command: number | undefined,
  launcher: readonly OptionUse[] = [],
): { facts: Fact[]; problems: SyntaxProblem[] } {
  const sections = [...SECTIONS].map((section) => ({
    section,
    stated: readOptions(
      { file, command },
      uses.filter((use) => split(use.flag)?.section === section),
      (use) => fieldSpecs(split(use.flag)?.field ?? '', use),
    ),
  }));
  const own = readOptions({ file, command }, uses, (use) => RECIPE_KEYS.get(use.flag) ?? []);
  const beside = readOptions({ file, command }, launcher, (use) => LAUNCHER_OPTIONS.get(use.flag) ?? []);
  const facts = [
    ...sections.flatMap(({ section, stated }) => stated.facts.map((fact) => ({ ...fact, role: section }))),
    ...[...own.facts, ...beside.facts].map((fact) => ({ ...fact, role: 'model' })),
  ];
  const none = { start: 0, end: 0 };
  const tag = command === undefined ? {} : { command };
  const complete = new CommandFacts(facts, { file, range: none, keyRange: none, role: 'model', ...tag });
  addStatedRules(complete);
  addRecipeRules(complete);
  return {
    facts: complete.facts,
    problems: [...sections.flatMap(({ stated }) => stated.problems), ...own.problems, ...beside.problems],
  };
}

/** What one command launches. */
interface Launch {
  read(command: number | undefined): {
    readonly facts: readonly Fact[];
    readonly problems: readonly SyntaxProblem[];
    readonly models: readonly ModelReference[];
  };
}

/** A recipe with overrides, and torchrun's own options before it. */
function recipeLaunch(file: string, words: readonly ShellWord[]): Launch | null {
  const uses = overridesOf(words);
  const isMoe =
    hasExperts(uses) ||
    (uses.some((use) => OVERRIDE.test(use.flag)) &&
      recipeModels(words, undefined).some(({ value }) => namesMoeModel(value)));
  if (!isMoe) return null;
  return {
    read: (command) => {
      const stated = readOverrides(file, uses, command, optionsOf(words));
      const sizes = readOptions(
        { file, command },
        optionsOf(words),
        (use) => TORCHRUN_OPTIONS.get(use.flag) ?? [],
      );
      const facts = [...stated.facts, ...sizes.facts];
      return {
        facts: [...facts, ...sizesOfRecipe(file, optionsOf(words), RECIPE_OPTIONS, facts, command)],
        problems: [...stated.problems, ...sizes.problems],
        models: recipeModels(words, command),
      };
    },
  };
}

function performanceLaunch(file: string, words: readonly ShellWord[]): Launch | null {
  if (!isPerformanceLaunch(words)) return null;
  const uses = performanceUses(optionsOf(words));
  const isMoe =
    uses.some((use) => EXPERT_OPTIONS.has(use.flag)) ||
    performanceModel(uses, undefined).some(({ value }) => namesMoeModel(value));
  if (!isMoe) return null;
  return {
    read: (command) => {
      const stated = readOptions({ file, command }, uses, (use) => PERFORMANCE_OPTIONS.get(use.flag) ?? []);
      const device = stated.facts
        .filter(({ name }) => name === 'megatronBridge.gpu')
        .flatMap((fact) => acceleratorFact(fact, String(fact.value)));
      const none = { start: 0, end: 0 };
      const tag = command === undefined ? {} : { command };
      const complete = new CommandFacts([...stated.facts, ...device], {
        file,
        range: none,
        keyRange: none,
        ...tag,
      });
      addPerformanceRules(complete);
      const { facts } = complete;
      return {
        facts: [...facts, ...sizesOfRecipe(file, uses, MODEL_OPTIONS, facts, command)],
        problems: stated.problems,
        models: performanceModel(uses, command),
      };
    },
  };
}

function readScript(source: SourceText): ReadDocument | null {
  const script = scriptOf(source);
  const launches = script.commands.flatMap(
    ({ words }) => recipeLaunch(source.file, words) ?? performanceLaunch(source.file, words) ?? [],
  );
  if (launches.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  launches.forEach((launch, index) => {
    const command = launches.length > 1 ? index : undefined;
    const stated = launch.read(command);
    const header = slurm.map((fact) => (command === undefined ? fact : { ...fact, command }));
    facts.push(...withHeader(stated.facts, header));
    problems.push(...stated.problems);
    models.push(...stated.models);
  });
  return { ...document(source, facts, problems), models };
}

/** Every key of a YAML file as its section and field, like an override on the command line. */
function yamlOverrides(root: YamlNode): OptionUse[] {
  return [
    ...yamlOptions(root),
    ...membersOf(root).flatMap((section) =>
      yamlOptions(section.value).map((use) => ({ ...use, flag: `${section.key}.${use.flag}` })),
    ),
  ];
}

function readYaml(source: SourceText): ReadDocument | null {
  const { documents, problems } = yamlOf(source);
  const root = documents.find((node) => {
    const keys = new Set(membersOf(node).map(({ key }) => key));
    if (!keys.has('model') || !RECIPE_SECTIONS.some((section) => keys.has(section))) return false;
    const uses = yamlOverrides(node);
    return hasExperts(uses) || uses.filter(({ flag }) => OWN_FIELDS.has(flag)).length >= ENOUGH_OWN_FIELDS;
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
    /\bmodel\.(expert_|moe_|num_moe_|tensor_model_)|\bsetup_experiment\b|--recipe([-_]name)?[ =]/.test(
      text,
    ) ||
    (/^model:/m.test(text) &&
      /[\s{,](expert_(model|tensor)_parallel_size|moe_\w+|num_moe_experts|train_iters):/.test(text)),
  read,
};
