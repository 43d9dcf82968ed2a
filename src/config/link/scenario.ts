import type { Answers } from '../answers';
import type { Fact, ModelReference, ReadDocument } from '../fact';
import type { Job, JobGap } from '../job';
import { type JobPart, jobParts, partSuffix } from '../parts';
import { folderOf, isAbsolutePath, partsOf, plainPath } from '../paths';
import {
  answersOf,
  modelEntry,
  type ScenarioEntry,
  type ScenarioFile,
  scenarioEntry,
} from '../scenario-file';
import { launchJob } from './launch';
import { linkModel, modelJob, referencedConfigPaths } from './models';
import type { Workspace } from './workspace';

/** What linking a scenario file needs beside the file. */
export interface ScenarioSurroundings {
  /** Documents among which its job and its model are looked for. */
  readonly documents: readonly ReadDocument[];
  readonly workspace: Workspace;
  /** Reads a file once more with answers for what it takes from outside; `null` when its text is not there. */
  readonly read?: ((file: string, answers: Answers) => ReadDocument | null) | undefined;
}

/** What a scenario file says; an empty one for every other document. */
const scenarioOf = (document: ReadDocument): ScenarioFile => document.scenario ?? { entries: [] };

/** The file that a scenario file names as its job. */
export interface NamedJob {
  /** As written, with forward slashes: relative to the scenario file, or absolute. */
  readonly path: string;
  isAt(file: string): boolean;
  /** A path that is meant from the job's file, as one that is meant from the scenario file. */
  besideJob(path: string): string;
}

export function namedJob(document: ReadDocument, pathOf: Workspace['pathOf']): NamedJob | null {
  const entry = scenarioEntry(scenarioOf(document), 'job');
  if (entry === undefined) return null;
  const path = entry.text.replaceAll('\\', '/');
  const whole = isAbsolutePath(path) ? path : `${folderOf(pathOf(document.file))}/${path}`;
  const meant = partsOf(whole).join('/');
  const folder = folderOf(path);
  return {
    path,
    isAt: (file) => partsOf(pathOf(file)).join('/') === meant,
    besideJob: (other) => (isAbsolutePath(other) || folder === '' ? other : `${folder}/${other}`),
  };
}

/** Model configs that the jobs of a scenario file run and that are not there yet, as paths relative to it. */
export function wantedModels(document: ReadDocument, jobs: readonly Job[]): string[] {
  const entry = modelEntry(scenarioOf(document));
  const named =
    entry && jobs.some((job) => !job.model) ? referencedConfigPaths({ models: [reference(entry)] }) : [];
  const job = namedJob(document, plainPath);
  const beside = jobs.flatMap(({ launch, model }) =>
    launch === null || model !== null || job === null ? [] : referencedConfigPaths(launch).map(job.besideJob),
  );
  return [...new Set([...named, ...beside])];
}

function reference({
  text,
  range,
}: {
  readonly text: string;
  readonly range: ModelReference['range'];
}): ModelReference {
  return { value: text, range, describesModel: true };
}

interface NamedModel {
  readonly facts: readonly Fact[];
  readonly document: ReadDocument | null;
  readonly preset: string | null;
  readonly reference: ModelReference | null;
  readonly gaps: readonly JobGap[];
}

function namedModel(document: ReadDocument, around: ScenarioSurroundings): NamedModel | null {
  const entry = modelEntry(scenarioOf(document));
  if (entry === undefined) return null;
  const models = around.documents.filter((one) => one.kind === 'model');
  const { pathOf } = around.workspace;
  const linked = linkModel(reference(entry), pathOf(document.file), models, around.workspace);
  if (linked !== null) return { ...linked, gaps: [] };
  const gap: JobGap = { what: 'model', written: entry.text, range: entry.range, choices: [] };
  return { facts: [], document: null, preset: null, reference: null, gaps: [gap] };
}

/** The jobs of a scenario file: those of the file that it names, each with what it pins; without one, a job of its own. */
export function scenarioJobs(document: ReadDocument, around: ScenarioSurroundings): Job[] {
  const entry = scenarioEntry(scenarioOf(document), 'job');
  const named = namedJob(document, around.workspace.pathOf);
  const model = namedModel(document, around);
  const own: Job = {
    id: document.file,
    framework: 'moe-scope',
    launch: null,
    command: null,
    role: null,
    model: model?.document ?? null,
    preset: model?.preset ?? null,
    reference: model?.reference ?? null,
    files: [],
    missingFiles: [],
    facts: [...document.facts, ...(model?.facts ?? [])],
    scenarioFile: document,
    gaps: model?.gaps ?? [],
  };
  if (named === null || entry === undefined)
    return [{ ...own, gaps: [...partGaps(scenarioOf(document)), ...own.gaps!] }];
  const found = around.documents.find((one) => one.kind !== 'scenario' && named.isAt(one.file));
  if (found === undefined) {
    const gap: JobGap = { what: 'job', written: entry.text, range: entry.range, choices: [] };
    return [{ ...own, gaps: [gap, ...own.gaps!] }];
  }
  const answers = answersOf(scenarioOf(document), document.file);
  const base = (answers.size > 0 ? around.read?.(found.file, answers) : null) ?? found;
  const pinned = (job: Job): Job => withPins(job, document, model, named);
  const parts = chosenParts(scenarioOf(document), base);
  if (!Array.isArray(parts)) return [{ ...own, gaps: [parts, ...own.gaps!] }];
  if (base.kind === 'model') return [pinned(modelJob(base, around.workspace))];
  const models = around.documents.filter((one) => one.kind === 'model');
  return parts.map((part) => pinned(launchJob(base, part, models, around.workspace)));
}

/** The job of another file as this scenario file has it: pins first, then the model that it names. */
function withPins(job: Job, document: ReadDocument, model: NamedModel | null, named: NamedJob): Job {
  const isModel = (fact: Fact) => /^(model|huggingface)\./.test(fact.name);
  const own =
    model === null || model.facts.length === 0 ? job.facts : job.facts.filter((fact) => !isModel(fact));
  return {
    ...job,
    id: `${document.file}${partSuffix(job)}`,
    ...(model && model.facts.length > 0
      ? { model: model.document, preset: model.preset, reference: model.reference }
      : {}),
    missingFiles: job.missingFiles.map(named.besideJob),
    facts: [...document.facts, ...(model?.facts ?? []), ...own],
    scenarioFile: document,
    gaps: model?.gaps ?? [],
  };
}

/** What picks a part; a command that is no number is reported as such and picks none. */
function chosen(scenario: ScenarioFile, what: 'command' | 'role'): ScenarioEntry | undefined {
  const entry = scenarioEntry(scenario, what);
  return what === 'command' && typeof entry?.value !== 'number' ? undefined : entry;
}

/** A part of a job that is not named. */
function partGaps(scenario: ScenarioFile): JobGap[] {
  return (['command', 'role'] as const).flatMap((what): JobGap[] => {
    const entry = chosen(scenario, what);
    return entry === undefined ? [] : [{ what, written: entry.text, range: entry.range, choices: [] }];
  });
}

/** The parts that `command` and `role` pick, all of them without; or what is wrong with the choice. */
function chosenParts(scenario: ScenarioFile, base: ReadDocument): JobPart[] | JobGap {
  let parts = jobParts(base);
  for (const what of ['command', 'role'] as const) {
    const entry = chosen(scenario, what);
    if (entry === undefined) continue;
    const picked = parts.filter((part) => partNames(base, part, what).includes(entry.text));
    if (picked.length === 0) {
      const choices = [...new Set(parts.flatMap((part) => partNames(base, part, what)[0] ?? []))];
      return { what, written: entry.text, range: entry.range, choices };
    }
    parts = picked;
  }
  return parts;
}

/** How a part of a launch file is called by `command` (from 1) or `role`, the shortest first. */
export function partNames(document: ReadDocument, part: JobPart, what: 'command' | 'role'): string[] {
  if (what === 'command') return part.command === null ? [] : [String(part.command + 1)];
  const role = part.role ?? roleOfCommand(document, part.command);
  return role === undefined ? [] : [role.split('.').at(-1)!, role];
}

/** A table of layouts names its rows by role, though each is a command. */
function roleOfCommand(document: ReadDocument, command: number | null): string | undefined {
  if (command === null) return undefined;
  const roles = new Set(document.facts.filter((fact) => fact.command === command).map((fact) => fact.role));
  return roles.size === 1 ? [...roles][0] : undefined;
}
