import { namesFromOutside } from '../../config/answers';
import { takenFromOutside } from '../../config/outside';
import { fileNameOf } from '../../config/paths';
import { variableEntries } from '../../config/scenario-file';
import { didYouMean, nearest } from '../../scenario/spelling';
import type { RuleContext, RuleHit } from '../rule';

/** Variables that a shell script passes on as a whole, so that no single one needs to be named in it. */
const PASSES_ALL = /\$[@*]|\$\{[@*]|\bgetopts\b/;

/** Whether the text of a job's file mentions a variable so that an answer for it may have a meaning. */
function mentions(text: string, name: string): boolean {
  if (namesFromOutside(text).includes(name)) return true;
  const plain = name.replaceAll(/[.\\^$*+?()[\]{}|]/g, '\\$&');
  if (/^\d+$/.test(name)) return PASSES_ALL.test(text) || new RegExp(`\\$\\{?${plain}(?!\\d)`).test(text);
  return new RegExp(`(?<![\\w.])${plain}(?![\\w.])`).test(text);
}

/** Answers for variables that the job does not take from outside. */
export function unusedVariables(context: RuleContext): RuleHit[] {
  const { scenarioFile, launch, model } = context.job;
  const base = launch ?? model;
  if (!scenarioFile?.scenario || base === null) return [];
  const texts = textsOfJob(context, base.file);
  const names = texts.flatMap(({ file, text }) => takenFromOutside(file, text));
  const entries = variableEntries(scenarioFile.scenario);
  const answered = new Set(entries.map(({ key }) => key));
  const open = names.filter((name) => !answered.has(name));
  return entries.flatMap(({ key, keyRange: range }) => {
    const why = uselessness(texts, key, names);
    if (why === null) return [];
    const { file } = scenarioFile;
    const near = nearest(key, open);
    return {
      file,
      range,
      message: `${fileNameOf(base.file)} ${why}: the answer changes nothing.${didYouMean(near)}`,
      fixes: near
        ? [{ title: `Change to ${near}`, edits: [{ file, range, newText: near }], isPreferred: true }]
        : [],
    };
  });
}

interface JobText {
  readonly file: string;
  readonly text: string;
}

/** The job's file and those that it takes in: scripts that it starts, files of options. */
function textsOfJob({ job, text }: RuleContext, base: string): JobText[] {
  const own = job.facts.filter((fact) => !fact.pin).map((fact) => fact.file);
  return [...new Set([base, ...job.files, ...own])].flatMap((file): JobText[] => {
    const content = text(file);
    return content === undefined ? [] : [{ file, text: content }];
  });
}

/** Why an answer changes nothing; `null` when it may. */
function uselessness(texts: readonly JobText[], name: string, taken: readonly string[]): string | null {
  const using = texts.filter(({ text }) => mentions(text, name));
  if (texts.length > 0 && using.length === 0) return `does not use ${variableName(name)}`;
  const assignment = /^[A-Za-z_]\w*$/.test(name)
    ? new RegExp(`^[ \\t]*(export[ \\t]+)?${name}=`, 'm')
    : /(?!)/;
  const isSet = using.length > 0 && using.every(({ text }) => assignment.test(text));
  return isSet && !taken.includes(name) ? `sets ${name} itself` : null;
}

/** A variable as a script writes it where its plain name would be a number. */
export const variableName = (name: string): string => (/^\d/.test(name) ? `\${${name}}` : name);
