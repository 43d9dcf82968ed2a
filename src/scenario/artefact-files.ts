import type { Artefact as ReadArtefact } from '../config/artefacts';
import type { Fact, FrameworkId } from '../config/fact';
import { type ArtefactName, isWrittenByJob, type NamedArtefact } from '../config/link/artefacts';
import { loadsTable, placementTable, rows, tracedLayer } from './artefact-tables';
import type { Artefacts } from './artefacts';
import { moeLayerCount } from './moe-layers';
import { resolveModel } from './resolve/model';
import { Resolver } from './resolve/resolver';
import type { ModelScenario } from './scenario';
import { loadsFault, slotsFault, traceFault } from './table-checks';
import type { Values } from './values';

/** What came of looking for a named file. */
export type ArtefactOutcome =
  | { readonly kind: 'artefact'; readonly artefact: ReadArtefact }
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** `other`: it was read and is nothing of ours. `pending`: it is not looked for yet, or still being read. */
  | { readonly kind: 'other' | 'missing' | 'pending' };

export interface ArtefactFile extends NamedArtefact {
  readonly outcome: ArtefactOutcome;
}

/** Something about a named file that its reader should know, said where it is named. */
export interface ArtefactFault {
  readonly fact: Fact;
  /** The file cannot be read, or it is about another model. */
  readonly kind: 'unread' | 'misfit';
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
}

/** What the files that a job names come to. */
export interface FromFiles {
  readonly artefacts: Artefacts;
  readonly faults: readonly ArtefactFault[];
  /** Why there is nothing to simulate: what a scenario file asks for is not there (yet). */
  readonly refused: readonly RefusedFile[];
}

/** A file without which what a scenario file asks for cannot be simulated. */
export interface RefusedFile {
  readonly file: ArtefactFile;
  readonly sentence: string;
}

export const NO_FILES: FromFiles = { artefacts: {}, faults: [], refused: [] };

/** The job that the files are for. */
export interface ArtefactContext {
  readonly framework: FrameworkId | null;
  readonly facts: readonly Fact[];
  readonly overrides: Values;
  /** Tables that somebody else gives: they go before those of the files. */
  readonly given?: Artefacts;
}

/** Reads the tables of a job's files and holds them against its model. */
export function fromFiles(files: readonly ArtefactFile[], context: ArtefactContext): FromFiles {
  const model = modelOf(context);
  const used = files.filter(({ name }) => !isReplaced(name, context.given));
  const uses = used.map((file) => ({ file, use: useOf(file, model, context) }));
  const of = (name: ArtefactName) => uses.find(({ file }) => file.name === name)?.use.artefacts ?? {};
  const [routing, placement] = [of('routing.file'), of('placement.file')];
  const loads =
    routing.loads && placement.loads
      ? { ...routing.loads, placesBy: placement.loads.placesBy! }
      : (routing.loads ?? placement.loads);
  const artefacts = {
    ...(placement.placement ? { placement: placement.placement } : {}),
    ...(loads ? { loads } : {}),
    ...(routing.trace ? { trace: routing.trace } : {}),
    ...context.given,
  };
  const refused = uses.flatMap(({ file, use }) => {
    if (!file.fact.pin) return [];
    const waits = file.outcome.kind === 'pending' ? [`${file.path} is being read.`] : [];
    const wrong = use.faults.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    return [...waits, ...wrong].map((sentence) => ({ file, sentence }));
  });
  return { artefacts, faults: uses.flatMap(({ use }) => use.faults), refused };
}

const isReplaced = (name: ArtefactName, given: Artefacts = {}): boolean =>
  name === 'placement.file'
    ? given.placement !== undefined
    : given.loads !== undefined || given.trace !== undefined;

function modelOf({ facts, overrides }: ArtefactContext): ModelScenario | null {
  const r = new Resolver(facts, overrides, {});
  const model = resolveModel(r);
  return r.refusals.length > 0 ? null : model;
}

/** What one file gives, or what is wrong with it. */
interface Use {
  readonly artefacts: Artefacts;
  readonly faults: readonly ArtefactFault[];
}

const NOTHING: Use = { artefacts: {}, faults: [] };

const WANTED: Readonly<Record<ArtefactName, string>> = {
  'routing.file': 'expert loads or a trace',
  'placement.file': 'a placement or expert loads',
};

function useOf(file: ArtefactFile, model: ModelScenario | null, context: ArtefactContext): Use {
  const { outcome, path, fact, name } = file;
  switch (outcome.kind) {
    case 'pending':
      return NOTHING;
    case 'missing': {
      const remedy = fact.pin
        ? `name a file with ${WANTED[name]}, relative to this file`
        : `a copy can be named as ${name} in a scenario file`;
      return fault(file, 'unread', 'info', `${path} is not there: ${remedy}.`);
    }
    case 'unreadable':
      return fault(file, 'unread', 'info', `${path} is not read: ${outcome.reason}.`);
    case 'other':
      return fault(file, 'unread', 'warning', `${path} holds nothing that is known as ${WANTED[name]}.`);
    case 'artefact':
      return useOfArtefact(file, outcome.artefact, { model, context });
  }
}

function useOfArtefact(file: ArtefactFile, artefact: ReadArtefact, around: UseContext): Use {
  const { path, fact } = file;
  const { model } = around;
  if (artefact.kind === 'unopened')
    return fault(file, 'unread', 'info', `${path}: ${artefact.problems[0]!.message}`);
  const problem = artefact.problems.find(({ severity }) => severity === 'error');
  const said = problem && `${path}, line ${problem.line}: ${problem.message}${times(problem.times)}`;
  // Of a trace only the lines are left out that are wrong.
  if (said && artefact.kind !== 'trace-summary') return fault(file, 'unread', 'warning', said);
  const artefacts = used(file, artefact, around);
  if (typeof artefacts === 'string') return fault(file, 'misfit', 'warning', artefacts);
  const other = model && misfitOf(artefacts, model);
  if (other) return fault(file, 'misfit', 'warning', other);
  if (isQuiet(file)) return { artefacts, faults: [] };
  const left: ArtefactFault[] = said ? [{ fact, kind: 'unread', severity: 'warning', message: said }] : [];
  return { artefacts, faults: [...left, ...(model ? layerRemarks(fact, artefacts, model) : [])] };
}

/**
 * A trace of an earlier run helps when it fits; one that does not, or none, says nothing about the next run. What stands in
 * the job's own files is judged by the rules of its framework.
 */
const isQuiet = (file: ArtefactFile): boolean => isWrittenByJob(file) || file.text !== undefined;

/** What a scenario file asks for must be there; a launch script runs where its files are. */
function fault(
  file: ArtefactFile,
  kind: ArtefactFault['kind'],
  ofScript: 'warning' | 'info',
  why: string,
): Use {
  const { fact } = file;
  if (isQuiet(file)) return NOTHING;
  const severity = fact.pin ? 'error' : ofScript;
  const message = fact.pin ? why : `${why} The job is simulated without it.`;
  return { artefacts: {}, faults: [{ fact, kind, severity, message }] };
}

const times = (count: number): string => (count > 1 ? ` (${count.toLocaleString('en-US')} times)` : '');

interface UseContext {
  readonly model: ModelScenario | null;
  readonly context: ArtefactContext;
}

/** The tables of a file that was read, or why it is none of those that its key asks for. */
function used(
  file: ArtefactFile,
  artefact: Exclude<ReadArtefact, { kind: 'unopened' }>,
  around: UseContext,
): Artefacts | string {
  const { path } = file;
  const source = { file: path, named: file.fact };
  if (file.name === 'placement.file') {
    if (artefact.kind === 'trace-summary') return `${path} is a trace: name it under routing.file.`;
    if (artefact.kind === 'loads' && !artefact.isBare) {
      const loads = loadsTable(artefact, around.model);
      return { loads: { ...source, ...loads, placesBy: path } };
    }
    const table = placementTable(artefact, around.model);
    if (table === null) return file.fact.pin ? `${path} has slots, and does not say what is in them.` : {};
    const holds = `${rows(table.length)} × ${table[0]?.length ?? 0} slots`;
    const isStart =
      !file.fact.pin &&
      (around.context.framework === 'sglang' ||
        (artefact.kind === 'placement' && (artefact.layerUpdatesPerIteration ?? 0) > 0));
    return { placement: { ...source, table, holds, ...(isStart ? { isStart } : {}) } };
  }
  if (artefact.kind === 'placement')
    return `${path} says where experts are, not how much they are used: name it under placement.file.`;
  const loads = { ...source, ...loadsTable(artefact, around.model) };
  if (chosen(around.context, 'routing.distribution') !== 'trace') return { loads };
  if (artefact.kind !== 'trace-summary')
    return `${path} has sums and no tokens, so that there is nothing to replay: leave routing.distribution out, or name a trace.`;
  const wanted = chosen(around.context, 'routing.layer');
  const trace = tracedLayer(artefact, wanted);
  if (trace === null) return `${path} has ${loads.holds}: there is no layer ${String(wanted)} among them.`;
  return { loads, trace: { ...source, ...trace } };
}

/** What a what-if or a scenario file says of a field. */
function chosen({ facts, overrides }: ArtefactContext, name: string): unknown {
  return overrides[name] ?? facts.find((fact) => fact.name === name && fact.pin)?.value;
}

function misfitOf({ loads, trace, placement }: Artefacts, model: ModelScenario): string | undefined {
  const fault =
    (loads && loadsFault(loads.table, model, loads.file)) ??
    (trace && traceFault(trace.table, model, trace.file)) ??
    (placement && slotsFault(placement.table, model, placement.file));
  return fault?.message;
}

/** Numbers of layers that are not those of the model. A table of one layer stands for all. */
function layerRemarks(fact: Fact, { loads, placement }: Artefacts, model: ModelScenario): ArtefactFault[] {
  const { layers, mtpLayers } = model;
  const moe = moeLayerCount(model);
  const has = `the model has ${moe} MoE layers of ${layers}`;
  const said = (severity: ArtefactFault['severity'], message: string): ArtefactFault[] => [
    { fact, kind: 'misfit', severity, message },
  ];
  if (loads && loads.table.length > moe + mtpLayers)
    return said(
      'warning',
      `${loads.file} has loads of ${rows(loads.table.length)}, and ${has}: is it of another model?`,
    );
  if (loads && fact.pin && loads.table.length > 1 && loads.table.length < moe)
    return said('info', `${loads.file} has loads of ${rows(loads.table.length)}, and ${has}.`);
  if (placement && ![1, moe, moe + mtpLayers, layers].includes(placement.table.length))
    return said(
      'warning',
      `${placement.file} places experts in ${rows(placement.table.length)}, and ${has}: is it of another model?`,
    );
  return [];
}
