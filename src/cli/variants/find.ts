import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { scenarioName, variantOf } from '../../apply/scenario-variant';
import type { ReadDocument } from '../../config/fact';
import type { Job } from '../../config/job';
import { namedJob } from '../../config/link';
import { plainPath } from '../../config/paths';
import { isScenarioName } from '../../config/scenario-file';
import type { Finding } from '../../lint/finding';
import type { Change } from '../../plan/whatif';
import { didYouMean, nearest } from '../../scenario/spelling';
import { reading } from '../files';
import type { GivenJob } from '../jobs';
import { UsageError } from '../usage';
import { load, type Workspace } from '../workspace';

/** A variant of a job that a scenario file describes. */
export interface FileVariant {
  readonly name: string;
  /** As the user would name it. */
  readonly file: string;
  /** What it changes; `null` where it says more than changes of fields can: answers, another model, a file of numbers. */
  readonly changes: readonly Change[] | null;
  readonly job: Job;
  /** What keeps it from running, and not the job as it is. */
  readonly errors: readonly Finding[];
}

/**
 * The variants that words mean: scenario files about the job, names of those beside the job's file, and folders for all
 * about the job in them.
 *
 * @throws UsageError where a word means none
 */
export function variantsOf(
  words: readonly string[],
  { job, complete }: GivenJob,
  workspace: Workspace,
): FileVariant[] {
  const base = fileOf(job);
  if (base === undefined)
    throw new UsageError('--variant compares scenario files about a file: name that file.');
  const from = workspace.nameOf(base);
  const read = (path: string): FileVariant | string => {
    const file = load(workspace, path);
    const { document, jobs, findings } = workspace.engine.analyse(file, {}, []);
    const own = jobs.find((one) => fileOf(one.job) === base && partOf(one.job) === partOf(job))?.job;
    if (document?.kind !== 'scenario') return `${path} is no scenario file.`;
    if (!own) return whyOther(document, path, from, base);
    return {
      name: scenarioName(document),
      file: path,
      changes: variantOf(document)?.changes ?? null,
      job: complete(own),
      errors: findings.filter(({ severity }) => severity === 'error'),
    };
  };
  const others = (folder: string, wanted?: string) =>
    inFolder(folder, { from, read, wanted, except: job.id });
  const found = words.flatMap((word) => {
    if (isFolder(word)) return others(word);
    return isPath(word) ? known(read(word)) : named(word, others(dirname(from), word), from);
  });
  return found.filter(({ file }, i) => found.findIndex((one) => resolve(one.file) === resolve(file)) === i);
}

/** Why a scenario file describes no variant of the job of a file. */
function whyOther(document: ReadDocument, path: string, from: string, base: string): string {
  const about = namedJob(document, plainPath);
  if (about === null) return `${path} names no job: a variant of ${from} names it as its job.`;
  return about.isAt(base)
    ? `${path} is about another job of ${from}: --job picks it.`
    : `${path} is about ${about.path}, not about ${from}.`;
}

/** The file that a job is read from, whatever scenario file is about it. */
const fileOf = ({ launch, model }: Job): string | undefined => (launch ?? model)?.file;

/** Which of a file's jobs it is: what its id has behind the file. */
const partOf = ({ id, scenarioFile, launch, model }: Job): string =>
  id.slice((scenarioFile ?? launch ?? model)?.file.length ?? 0);

const isFolder = (word: string): boolean => statSync(word, { throwIfNoEntry: false })?.isDirectory() ?? false;

const isPath = (word: string): boolean =>
  /[\\/]/.test(word) ||
  isScenarioName(word) ||
  (statSync(word, { throwIfNoEntry: false })?.isFile() ?? false);

function known(read: FileVariant | string): FileVariant {
  if (typeof read === 'string') throw new UsageError(read);
  return read;
}

interface Search {
  readonly from: string;
  readonly read: (path: string) => FileVariant | string;
  /** The name that is looked for, if one is. */
  readonly wanted: string | undefined;
  /** The job itself, which is no variant. */
  readonly except: string;
}

/** All scenario files of a folder that are about the job. @throws UsageError where there is none */
function inFolder(folder: string, { from, read, wanted, except }: Search): FileVariant[] {
  const files = reading(folder, () => readdirSync(folder))
    .filter(isScenarioName)
    .sort();
  const found = files
    .map((file) => read(join(folder, file)))
    .filter((one): one is FileVariant => typeof one !== 'string' && one.job.id !== except);
  if (found.length > 0) return found;
  const what = wanted === undefined ? 'No' : `There is no variant "${wanted}": no`;
  throw new UsageError(`${what} scenario file in ${folder} is about ${from}.`);
}

function named(word: string, variants: readonly FileVariant[], from: string): FileVariant[] {
  const wanted = word.trim().toLowerCase();
  const found = variants.filter(({ name }) => name.toLowerCase() === wanted);
  if (found.length > 1)
    throw new UsageError(
      `"${word}" is the name of ${found.map(({ file }) => file).join(' and ')}: name the file.`,
    );
  if (found.length === 1) return found;
  const names = variants.map(({ name }) => name);
  throw new UsageError(
    `There is no variant "${word}" of ${from}. Scenario files beside it are called ${names.map((name) => `"${name}"`).join(', ')}.${didYouMean(nearest(word, names))}`,
  );
}
