import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { LineIndex } from '../../lines';
import type { ShellCommand, ShellWord } from '../../syntax/shell';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { variableFacts } from '../shared/environment-facts';
import { optionsOf, readOptions } from '../shared/options';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { slurmFacts, withHeader } from '../shared/slurm';
import { addStatedRules } from './implied';
import { specsFor } from './megatron';
import { addZooRules, LAYOUT_VARIABLES, ZOO_LAUNCHER, ZOO_VARIABLES } from './variables';

const MODEL = 'MODEL';
/** Megatron-MoE-ModelZoo's name for the model, and that of AMD's Primus. */
const MODELS = [MODEL, 'MODEL_NAME'] as const;
const WATCHED = [...MODELS, ...[...LAYOUT_VARIABLES, ...ZOO_VARIABLES].map((entry) => entry.variable)];

/** Variables that say together that a launcher starts a Megatron-LM job with experts. */
const MARKS = [
  ['EP', 'PP'],
  [MODEL, 'DISPATCHER'],
] as const;

/** `PP=4 EP=64 … bash launch.sh`: a launcher that gets the layout from its environment. */
function launchesByEnvironment(command: ShellCommand): boolean {
  const { environment, words } = command;
  if (!MARKS.some((marks) => marks.every((mark) => environment.has(mark)))) return false;
  return words.slice(0, 3).some((word) => /\.(sh|slurm|sbatch)$/.test(endOf(word)));
}

/** How a word ends, where only the folder is open. */
function endOf({ text, pieces }: ShellWord): string {
  const last = pieces.at(-1);
  return text ?? (last?.kind === 'text' ? last.text : '');
}

/**
 * Scripts that call a launcher with the layout in its environment, several times for several layouts: each call is a
 * command of its own, with `cmd@L26` (its line) as role. What the launcher adds is not in the file: no defaults.
 */
function read(source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = scriptOf(source, WATCHED);
  const launches = script.commands.filter(launchesByEnvironment);
  if (launches.length === 0) return null;
  const lines = new LineIndex(source.text);
  const header = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const models: ModelReference[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  launches.forEach((launch, index) => {
    const command = launches.length > 1 ? { command: index } : {};
    const role = `cmd@L${lines.at(launch.range.start).line + 1}`;
    const isZoo = launch.words.some((word) => ZOO_LAUNCHER.test(endOf(word)));
    const known = isZoo ? [...LAYOUT_VARIABLES, ...ZOO_VARIABLES] : LAYOUT_VARIABLES;
    const variables = variableFacts(source, known, launch.environment);
    // Primus takes underscores for dashes.
    const uses = optionsOf(launch.words);
    const options = readOptions({ file: source.file, command: undefined }, uses, (use) =>
      specsFor({ ...use, flag: use.flag.replaceAll('_', '-') }),
    );
    problems.push(...options.problems);
    const stated = withHeader([...variables, ...options.facts], header);
    const place = { file: source.file, range: launch.range, keyRange: launch.range, role, ...command };
    const complete = new CommandFacts(
      stated.map((fact) => ({ ...fact, role, ...command })),
      place,
      true,
    );
    addZooRules(complete);
    addStatedRules(complete);
    facts.push(...complete.facts);
    const model = MODELS.map((name) => launch.environment.get(name)).find((word) => word?.text);
    if (model?.text) {
      const value = model.text.replaceAll('_', '-');
      models.push({ value, range: model.range, describesModel: true, ...command });
    }
  });
  const title = `Megatron-LM launches by environment (${launches.length})`;
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

export const megatronVariables: Framework = {
  id: 'megatron-lm',
  mightBe: (text) =>
    /megatron|primus|--moe[-_]/i.test(text) &&
    MARKS.some((marks) => marks.every((mark) => text.includes(`${mark}=`))),
  read,
};
