import { findPreset } from '../catalog/models';
import type { Fact, ModelReference, ReadDocument } from './fact';
import type { Job } from './job';
import { withLinkedFiles } from './link/linked-files';
import type { Workspace } from './link/workspace';
import { lookalikeFacts } from './lookalike';
import { concerns, factsOfPart, type JobPart, jobParts, partSuffix } from './parts';
import { commonEnd, commonStart, folderOf, partsOf, plainPath } from './paths';
import { presetFacts } from './preset';
import type { SourceText } from './read';

export interface LinkOptions {
  /** Every text at hand, for files that only another file makes part of a job. */
  readonly sources?: Iterable<SourceText>;
  /** Path of a document's file, for files that are named in another way than by path or URI. */
  readonly pathOf?: (file: string) => string;
}

/** Sections of a model config that describe something beside the language model. */
const OTHER_SECTIONS: ReadonlySet<string> = new Set(['vision_config']);

/** One job per launch command or role (prefill and decode of one recipe), and one per model file of its own. */
export function linkJobs(documents: readonly ReadDocument[], options: LinkOptions = {}): Job[] {
  const workspace = { sources: options.sources ?? [], pathOf: options.pathOf ?? plainPath };
  const models = documents.filter((document) => document.kind === 'model');
  return documents.flatMap((document) =>
    document.kind === 'model'
      ? [modelJob(document)]
      : jobParts(document).map((part) => launchJob(document, part, models, workspace)),
  );
}

/** Files that would describe the models of a launch script: relative to it or to the workspace, or absolute. */
export function referencedConfigPaths(document: ReadDocument): string[] {
  const paths = document.models
    .filter((reference) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(reference.value) && reference.value !== '')
    .map((reference) => configPath(reference.value.replaceAll('\\', '/')));
  return [...new Set(paths)];
}

function configPath(value: string): string {
  const path = value.replace(/\/+$/, '').replace(/^\.\//, '');
  return path.endsWith('.json') ? path : `${path}/config.json`;
}

function modelFacts(facts: readonly Fact[]): Fact[] {
  return facts.filter((fact) => fact.role === undefined || !OTHER_SECTIONS.has(fact.role));
}

function modelJob(model: ReadDocument): Job {
  return {
    id: model.file,
    framework: model.framework,
    launch: null,
    command: null,
    role: null,
    model,
    preset: null,
    reference: null,
    files: [],
    missingFiles: [],
    facts: modelFacts(model.facts),
  };
}

function sameValue(a: Fact, b: Fact): boolean {
  return (
    a.state !== 'unresolved' &&
    b.state !== 'unresolved' &&
    JSON.stringify(a.value) === JSON.stringify(b.value)
  );
}

/** What only some branches of the script say is not known of the job: one unresolved fact stands for it. */
function settleConditions(facts: readonly Fact[]): Fact[] {
  const settled: Fact[] = [];
  const open = new Set<string>();
  for (const fact of facts) {
    const all = facts.filter((other) => other.name === fact.name);
    const certain = all.find((other) => other.condition === undefined);
    if (all.every((other) => other.condition === undefined)) settled.push(fact);
    else if (certain !== undefined && all.every((other) => sameValue(other, certain))) {
      if (fact === certain) settled.push(fact);
    } else if (!open.has(fact.name)) {
      open.add(fact.name);
      const first = all.find((other) => other.condition !== undefined) ?? fact;
      const { condition, via: _, ...rest } = first;
      settled.push({ ...rest, value: null, state: 'unresolved', expression: condition ?? '' });
    }
  }
  return settled;
}

interface Linked {
  readonly document: ReadDocument | null;
  readonly preset: string | null;
  readonly reference: ModelReference;
  readonly facts: readonly Fact[];
}

/** The model document that a path in a script means, or `null`. */
function findDocument(
  reference: ModelReference,
  script: string,
  models: readonly ReadDocument[],
  pathOf: (file: string) => string,
): ReadDocument | null {
  const written = partsOf(configPath(reference.value.replaceAll('\\', '/')));
  const folder = partsOf(folderOf(script));
  const besideScript = partsOf(
    `${folderOf(script)}/${configPath(reference.value.replaceAll('\\', '/'))}`,
  ).join('/');
  const parts = models.map((model) => ({ model, parts: partsOf(pathOf(model.file)) }));
  const exact = parts.find((entry) => [besideScript, written.join('/')].includes(entry.parts.join('/')));
  if (exact !== undefined) return exact.model;
  // The model's folder is enough when the rest of the path is another machine's.
  const needed = Math.min(written.length, written.at(-1) === 'config.json' ? 2 : 1);
  const ranked = parts
    .map((entry) => ({
      ...entry,
      end: commonEnd(entry.parts, written),
      start: commonStart(entry.parts, folder),
    }))
    .filter((entry) => entry.end >= needed)
    .sort((a, b) => b.end - a.end || b.start - a.start);
  const [best, second] = ranked;
  if (best === undefined) return null;
  const tied = second !== undefined && second.end === best.end && second.start === best.start;
  return tied ? null : best.model;
}

function link(
  reference: ModelReference,
  script: string,
  models: readonly ReadDocument[],
  pathOf: (file: string) => string,
): Linked | null {
  const document = findDocument(reference, script, models, pathOf);
  if (document !== null) return { document, preset: null, reference, facts: modelFacts(document.facts) };
  const preset = findPreset(reference.value);
  if (preset === undefined) return null;
  return { document: null, preset: preset.id, reference, facts: presetFacts(preset) };
}

/** Facts that must not differ between a script's own options and a model that is taken to describe the same. */
const IDENTITY = [
  'model.routedExperts',
  'model.hiddenSize',
  'model.layers',
  'model.topK',
  'model.attentionHeads',
];

function stated(facts: readonly Fact[], name: string): Fact | undefined {
  return facts.find((fact) => fact.name === name && fact.value !== null && fact.state !== 'default');
}

/** A Megatron script describes its model itself; a checkpoint's name only fills in what it leaves out. */
function mayComplete(own: readonly Fact[], linked: Linked): boolean {
  const experts = stated(own, 'model.routedExperts');
  const complete = ['model.hiddenSize', 'model.layers'].every((name) => stated(own, name) !== undefined);
  if (experts === undefined || complete) return false;
  return IDENTITY.every((name) => {
    const mine = stated(own, name);
    const theirs = stated(linked.facts, name) ?? linked.facts.find((fact) => fact.name === name);
    return mine === undefined || (theirs !== undefined && mine.value === theirs.value);
  });
}

function launchJob(
  launch: ReadDocument,
  part: JobPart,
  models: readonly ReadDocument[],
  workspace: Workspace,
): Job {
  const ofPart = (item: Pick<ModelReference, 'command' | 'role'>) => concerns(part, item);
  const whole = withLinkedFiles(launch.framework, factsOfPart(launch, part), workspace);
  const own = settleConditions(whole.facts);
  const { pathOf } = workspace;
  const script = pathOf(launch.file);
  const linked = launch.models
    .filter(ofPart)
    .map((reference) => link(reference, script, models, pathOf))
    .find(
      (found) =>
        found !== null &&
        (launch.framework !== 'megatron-lm' ||
          found.reference.describesModel === true ||
          mayComplete(own, found)),
    );
  // What the linked model states is better than a default that the script did not write.
  const isDefault = (fact: Fact) => fact.state === 'default' && fact.name.startsWith('model.');
  const facts =
    linked === null || linked === undefined
      ? [...own, ...lookalikeFacts(own)]
      : [...own.filter((fact) => !isDefault(fact)), ...linked.facts, ...own.filter(isDefault)];
  return {
    id: `${launch.file}${partSuffix(part)}`,
    framework: launch.framework,
    launch,
    command: part.command,
    role: part.role,
    model: linked?.document ?? null,
    preset: linked?.preset ?? null,
    reference: linked?.reference ?? launch.models.find(ofPart) ?? null,
    files: whole.files,
    missingFiles: whole.missing,
    facts,
  };
}
