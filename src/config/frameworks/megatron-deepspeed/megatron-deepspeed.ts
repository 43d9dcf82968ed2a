import type { Fact, ReadDocument, SyntaxProblem } from '../../fact';
import type { ShellWord } from '../../syntax/shell';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { type OptionSpec, type OptionUse, optionsOf, readOptions } from '../shared/options';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { slurmFacts } from '../shared/slurm';
import { unseenWords } from '../shared/unseen';
import { DEEPSPEED_OPTIONS, EXPERT_COUNTS } from './flags';
import { addDeepSpeedRules } from './implied';

const MARK = '--moe-expert-parallel-size';
const EXPERTS = '--num-experts';

function specsFor(use: OptionUse): readonly OptionSpec[] {
  if (use.flag !== EXPERTS) return DEEPSPEED_OPTIONS.get(use.flag) ?? [];
  return use.values.length > 1
    ? [{ flags: [EXPERTS], name: EXPERT_COUNTS.pyramid, type: 'words' }]
    : [{ flags: [EXPERTS], name: EXPERT_COUNTS.one, type: 'integer' }];
}

interface Launch {
  readonly uses: readonly OptionUse[];
  readonly mark: OptionUse;
  readonly unseen: readonly string[];
}

function launchOf(words: readonly ShellWord[]): Launch | null {
  const uses = optionsOf(words);
  const mark = uses.find((use) => use.flag === MARK);
  if (mark === undefined || !uses.some((use) => use.flag === EXPERTS)) return null;
  return { uses, mark, unseen: unseenWords(words.slice(1), uses, specsFor) };
}

/** Megatron-DeepSpeed: Megatron-LM's options, except that those of MoE have other names and meanings. */
function read(source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = scriptOf(source);
  const launches = script.commands.flatMap(({ words }) => launchOf(words) ?? []);
  if (launches.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  launches.forEach(({ uses, mark, unseen }, index) => {
    const tag = launches.length > 1 ? { command: index } : {};
    const stated = readOptions({ file: source.file, command: undefined }, uses, specsFor);
    problems.push(...stated.problems);
    const header = slurm.filter((fact) => !stated.facts.some((own) => own.name === fact.name));
    const complete = new CommandFacts(
      [...stated.facts, ...header].map((fact) => ({ ...fact, ...tag })),
      { file: source.file, range: mark.flagRange, keyRange: mark.flagRange, ...tag },
      false,
      unseen,
    );
    addDeepSpeedRules(complete);
    facts.push(...complete.facts);
  });
  const title = 'Megatron-DeepSpeed script';
  return { file: source.file, framework: 'deepspeed', title, kind: 'launch', facts, problems, models: [] };
}

export const megatronDeepSpeed: Framework = {
  id: 'deepspeed',
  mightBe: (text) => text.includes(MARK),
  read,
};
