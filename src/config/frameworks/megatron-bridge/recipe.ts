import type { Fact, ModelReference } from '../../fact';
import type { ShellWord } from '../../syntax/shell';
import { deriveAdapters } from '../shared/adapters';
import { deriveByMeaning, type Meanings } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';
import { modelReference } from '../shared/model-word';
import { flag, type OptionUse, optionsOf, optionTable } from '../shared/options';

/** The launchers' option for the recipe, a Python function that is called after its model. */
export const RECIPE_OPTIONS: ReadonlySet<string> = new Set(['--recipe', '--recipe-name', '--recipe_name']);
const MODEL_OPTIONS: ReadonlySet<string> = new Set(['--hf_path', '--hf-path']);

/** What the launchers of recipes take beside overrides (NVIDIA-NeMo/Megatron-Bridge@03b04509: scripts/training/run_recipe.py). */
export const LAUNCHER_OPTIONS = optionTable([
  flag('string', 'megatronBridge.recipe', ...RECIPE_OPTIONS),
  flag('string', 'megatronBridge.peftScheme', '--peft_scheme', '--peft-scheme'),
  flag('integer', 'workload.sequenceLength', '--seq_length', '--seq-length'),
]);

/** Keys of the recipe's own: `mixed_precision`, and the section `peft` (src/megatron/bridge/peft/lora.py@0191fc5e). */
export const RECIPE_KEYS = optionTable([
  flag('string', 'megatronBridge.mixedPrecision', 'mixed_precision'),
  flag('integer', 'megatronBridge.loraRank', 'peft.dim'),
  flag('words', 'megatronBridge.targetModules', 'peft.target_modules'),
]);

/** Registered recipes of mixed precision by what they make of a GEMM (src/megatron/bridge/training/mixed_precision.py@05097809). */
const PRECISIONS: Meanings = {
  bf16_mixed: 'bf16',
  fp16_mixed: 'bf16',
  bf16_with_fp8_delayed_scaling_mixed: 'fp8',
  bf16_with_fp8_current_scaling_mixed: 'fp8',
  nemotron_h_bf16_with_fp8_current_scaling_mixed: 'fp8',
  nanov2_bf16_with_fp8_current_scaling_mixed: 'fp8-blockwise',
  bf16_with_fp8_subchannel_scaling_mixed: 'fp8-blockwise',
  bf16_with_mxfp8_mixed: 'mxfp8',
};

/** How the names of recipes end by the precision that they are made for (src/megatron/bridge/recipes). */
const NAMED_PRECISIONS: readonly { readonly pattern: RegExp; readonly precision: string }[] = [
  { pattern: /_mxfp8(_|$)/, precision: 'mxfp8' },
  { pattern: /_fp8(cs|_current_scaling)(_|$)/, precision: 'fp8' },
  { pattern: /_bf16(_|$)/, precision: 'bf16' },
];

/** What the name of a recipe, and the keys that only recipes have, say of the job. */
export function addRecipeRules(facts: CommandFacts): void {
  deriveByMeaning(facts, 'workload.precision', 'megatronBridge.mixedPrecision', PRECISIONS);
  const recipe = facts.get('megatronBridge.recipe');
  const name = typeof recipe?.value === 'string' ? recipe.value : '';
  const named = NAMED_PRECISIONS.find(({ pattern }) => pattern.test(name));
  if (named !== undefined)
    facts.derive('workload.precision', named.precision, recipe, recipe!.key, `the recipe ${name}`);
  addAdapters(facts, name);
}

/** Adapters, where a recipe trains those: by its name, by the scheme that it is given, or by the keys that change them. */
function addAdapters(facts: CommandFacts, recipe: string): void {
  const scheme = facts.get('megatronBridge.peftScheme');
  if (scheme?.value === 'none' || facts.open('megatronBridge.peftScheme') !== undefined) return;
  const rank = facts.get('megatronBridge.loraRank');
  const isNamed = /_(peft|lora|dora)(_|$)/.test(recipe);
  const by = scheme ?? rank ?? (isNamed ? facts.get('megatronBridge.recipe') : undefined);
  if (by !== undefined)
    deriveAdapters(facts, { by, rank, targets: facts.get('megatronBridge.targetModules') });
}

/** `qwen3_30b_a3b_pretrain_config` and `qwen3_30b_a3b_sft_mxfp8_config` are made for Qwen3-30B-A3B, whose config may be named beside. */
export function recipeModels(words: readonly ShellWord[], command: number | undefined): ModelReference[] {
  const uses = optionsOf(words);
  const word = uses.find(({ flag }) => RECIPE_OPTIONS.has(flag))?.values[0];
  const config = uses.find(({ flag }) => MODEL_OPTIONS.has(flag))?.values[0];
  const named = config?.text ? modelReference(config, { command }) : [];
  if (!word?.text) return named;
  const value = word.text
    .replace(/_(pretrain|finetune|sft|peft|lora)(_.*)?$|_(config)?$/, '')
    .replaceAll('_', '-');
  return [...named, { value, range: word.range, ...(command === undefined ? {} : { command }) }];
}

/** Sizes that every recipe of a model with experts has. */
const RECIPE_SIZES = ['layout.ep', 'layout.tp', 'layout.pp'];

/** A recipe is Python: which sizes it has where the command says none is not known, though that it has them is. */
export function sizesOfRecipe(
  file: string,
  uses: readonly OptionUse[],
  options: ReadonlySet<string>,
  facts: readonly Fact[],
  command: number | undefined,
): Fact[] {
  const use = uses.find(({ flag }) => options.has(flag));
  const word = use?.values[0];
  if (use === undefined || word === undefined) return [];
  return RECIPE_SIZES.filter((size) => !facts.some(({ name }) => name === size)).map((name) => ({
    name,
    value: null,
    key: use.flag,
    file,
    range: word.range,
    keyRange: use.flagRange,
    state: 'unresolved',
    expression: `the recipe ${word.text ?? word.expression ?? ''}`.trim(),
    origin: 'the recipe says it in Python',
    ...(command === undefined ? {} : { command }),
  }));
}
