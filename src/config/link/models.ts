import { findPreset } from '../../catalog/models';
import type { Fact, ModelReference, ReadDocument } from '../fact';
import type { Job } from '../job';
import { commonEnd, commonStart, folderOf, partsOf, withoutEndSlashes } from '../paths';
import { presetFacts } from '../preset';
import { withQuantisation } from './quantisation';
import type { Workspace } from './workspace';

/** Sections of a model config that describe something beside the language model. */
const OTHER_SECTIONS: ReadonlySet<string> = new Set(['vision_config']);

/** What a model config says about its language model. */
function modelFacts(facts: readonly Fact[]): Fact[] {
  return facts.filter((fact) => fact.role === undefined || !OTHER_SECTIONS.has(fact.role));
}

/** Files that would describe the models of a launch script: relative to it or to the workspace, or absolute. */
export function referencedConfigPaths({ models }: Pick<ReadDocument, 'models'>): string[] {
  const paths = models
    .filter((reference) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(reference.value) && reference.value !== '')
    .map((reference) => configPath(reference.value.replaceAll('\\', '/')));
  return [...new Set(paths)];
}

function configPath(value: string): string {
  const path = withoutEndSlashes(value).replace(/^\.\//, '');
  return path.endsWith('.json') ? path : `${path}/config.json`;
}

/** The model that a reference leads to. */
export interface Linked {
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
  const parts = models
    .map((model) => ({ model, path: pathOf(model.file) }))
    .filter(({ path }) => path.endsWith(written.at(-1) ?? ''))
    .map(({ model, path }) => ({ model, parts: partsOf(path) }));
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

/** The model that a launch names: a config of the workspace, else a preset of the catalog. */
export function linkModel(
  reference: ModelReference,
  script: string,
  models: readonly ReadDocument[],
  workspace: Workspace,
): Linked | null {
  const document = findDocument(reference, script, models, workspace.pathOf);
  if (document !== null) {
    const { facts } = withQuantisation(document, modelFacts(document.facts), workspace);
    return { document, preset: null, reference, facts };
  }
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
export function mayComplete(own: readonly Fact[], linked: Linked): boolean {
  const experts = stated(own, 'model.routedExperts');
  const complete = ['model.hiddenSize', 'model.layers'].every((name) => stated(own, name) !== undefined);
  if (experts === undefined || complete) return false;
  return IDENTITY.every((name) => {
    const mine = stated(own, name);
    const theirs = stated(linked.facts, name) ?? linked.facts.find((fact) => fact.name === name);
    return mine === undefined || (theirs !== undefined && mine.value === theirs.value);
  });
}

/** A model file on its own. */
export function modelJob(model: ReadDocument, workspace: Workspace): Job {
  const { facts, files, missing } = withQuantisation(model, modelFacts(model.facts), workspace);
  return {
    id: model.file,
    framework: model.framework,
    launch: null,
    command: null,
    role: null,
    model,
    preset: null,
    reference: null,
    files,
    missingFiles: missing,
    facts,
  };
}
