import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import type { ShellWord } from '../../syntax/shell';
import type { Framework, SourceText } from '../framework';
import { overridesOf } from '../shared/assigned-options';
import { CommandFacts } from '../shared/command-facts';
import { modelReference } from '../shared/model-word';
import { type OptionUse, readOptions } from '../shared/options';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { slurmFacts, withHeader } from '../shared/slurm';
import { isExpertField } from './fields';
import { addStatedRules } from './implied';
import { fieldOf, isMegatronKey, isSampling, overrideSpecs, withoutImplied } from './nemo-rl';

const MODEL_KEYS: ReadonlySet<string> = new Set(['policy.model_name', 'trainer.policy.model.path']);

/** What one command hands on; the recipe behind it says the rest. */
function readCommand(file: string, uses: readonly OptionUse[], command: number | undefined) {
  const mark = uses.find(isMegatronKey)!.flagRange;
  const own = withoutImplied(uses.filter((use) => !isSampling(use)));
  const stated = readOptions({ file, command }, own, overrideSpecs);
  const rollout = readOptions({ file, command }, uses.filter(isSampling), overrideSpecs);
  const tag = command === undefined ? {} : { command };
  const facts = new CommandFacts(stated.facts, { file, range: mark, keyRange: mark, ...tag });
  addStatedRules(facts);
  const word = uses.find(({ flag }) => MODEL_KEYS.has(flag))?.values[0];
  return {
    facts: [...facts.facts, ...rollout.facts.map((fact) => ({ ...fact, role: 'rollout' }))],
    problems: [...stated.problems, ...rollout.problems],
    models: modelReference(word, { command }).map((it) => ({ ...it, describesModel: true as const })),
  };
}

const hasExperts = (words: readonly ShellWord[]): boolean =>
  overridesOf(words).some((use) => isMegatronKey(use) && isExpertField(fieldOf(use)));

function read(source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = scriptOf(source);
  const commands = script.commands.map(({ words }) => words).filter(hasExperts);
  // The command may stand in a variable that only a batch script uses.
  const kept = script.fragments.map(({ words }) => words).filter(hasExperts);
  const launches = commands.length > 0 ? commands : kept.slice(0, 1);
  if (launches.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  launches.forEach((words, index) => {
    const command = launches.length > 1 ? index : undefined;
    const part = readCommand(source.file, overridesOf(words), command);
    facts.push(...withHeader(part.facts, slurm));
    problems.push(...part.problems);
    models.push(...part.models);
  });
  const title = 'Megatron-Core overrides';
  return {
    file: source.file,
    framework: 'megatron-lm',
    title,
    kind: 'launch',
    partial: true,
    facts,
    problems,
    models,
  };
}

export const megatronOverrides: Framework = {
  id: 'megatron-lm',
  mightBe: (text) => /\bmegatron_(cfg|config)\.(expert_|moe_|num_moe_)/.test(text),
  read,
};
