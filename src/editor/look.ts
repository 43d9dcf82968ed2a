import type * as vscode from 'vscode';
import type { RuleFailure } from '../lint/failures';
import type { Finding } from '../lint/finding';
import type { FileAnalysis, Simulated } from '../worker/analysis';
import { Cancelled, type CancelSignal, type EngineClient } from '../worker/client';
import type { Args } from '../worker/rpc';
import type { ArtefactFiles } from './artefacts/artefact-files';
import { Positions } from './convert';
import { configText } from './documents';
import type { EngineTexts } from './engine-texts';
import type { FileState } from './file-state';
import type { Gate } from './gate';
import { ruleChoices, scenarioSettings } from './settings';

/** Findings wait this long for the figures, so that what the simulation found does not blink at every pause. Milliseconds. */
const FIGURES_WITHIN_MILLISECONDS = 300;

/** A script that starts a script that names a file that names a file. */
const MAX_ROUNDS = 4;

/** What a promise gives, if it does so in time. */
function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What a look at a file needs of what is around it. */
export interface Surroundings {
  readonly engine: EngineClient;
  readonly texts: EngineTexts;
  readonly artefacts: ArtefactFiles;
  readonly told: {
    /** Rules that threw. */
    failures(failures: readonly RuleFailure[]): void;
    /** What the simulator died of. */
    error(file: string, error: unknown): void;
    /** Files of numbers are still read; tells in the end whether the engine knows something new. */
    late(uri: vscode.Uri, reading: Promise<boolean>, signal: CancelSignal): void;
  };
}

/** What was read of a file's newest text, before its figures. */
export interface Reading {
  readonly uri: vscode.Uri;
  readonly text: string;
  readonly given: Args<'analyse'>;
  readonly analysis: FileAnalysis;
}

/**
 * Has a file's newest text analysed with what it refers to; `undefined` for a file that is gone or none of ours.
 *
 * @throws Cancelled
 */
export async function readFile(
  uri: vscode.Uri,
  { engine, texts, told }: Surroundings,
  signal: CancelSignal,
): Promise<Reading | undefined> {
  const text = await configText(uri);
  orCancelled(signal);
  if (text === undefined) return undefined;
  const given = { file: uri.toString(), settings: scenarioSettings(uri), ...ruleChoices(uri) };
  await texts.give(given.file, text);
  let analysis = await engine.call('analyse', given, signal);
  for (let round = 0; round < MAX_ROUNDS && (await texts.giveWanted(uri, analysis)); round++) {
    analysis = await engine.call('analyse', given, signal);
  }
  orCancelled(signal);
  told.failures(analysis.failures);
  return analysis.document ? { uri, text, given, analysis } : undefined;
}

/**
 * The states of a file that was read, in their order: without its figures where they take a while, and with them once their
 * turn has come.
 *
 * @throws Cancelled
 */
export async function complete(
  reading: Reading,
  before: FileState | undefined,
  turn: Gate,
  around: Surroundings,
  signal: CancelSignal,
  publish: (state: FileState) => void,
): Promise<void> {
  const base = { uri: reading.uri, text: reading.text, positions: new Positions(reading.text) };
  const shown = before?.simulated ?? new Map();
  const withoutFigures = () => publish({ ...base, ...judged(reading.analysis, shown, false) });
  // What has no findings yet need not wait.
  const isFirst = before === undefined && !turn.isOpen;
  if (isFirst) withoutFigures();
  const early = isFirst ? undefined : setTimeout(withoutFigures, FIGURES_WITHIN_MILLISECONDS);
  try {
    await turn.opened;
    orCancelled(signal);
    const analysis = await withArtefacts(reading, around, signal);
    const figures = await figuresOf(reading.given, analysis, around, signal);
    publish({ ...base, ...judged(analysis, figures, true) });
  } finally {
    clearTimeout(early);
  }
}

type Judged = Pick<FileState, 'analysis' | 'simulated' | 'isSimulated' | 'findings' | 'elsewhere'>;

/** What is said about a file, and by its jobs about others. */
function judged(
  analysis: FileAnalysis,
  simulated: ReadonlyMap<string, Simulated>,
  isSimulated: boolean,
): Judged {
  const figures = isSimulated ? [...simulated.values()] : [];
  const findings = [analysis, ...figures].flatMap((one) => one.findings);
  const isOwn = ({ file }: Finding) => file === analysis.file;
  return {
    analysis,
    simulated,
    isSimulated,
    findings: findings.filter(isOwn),
    elsewhere: findings.filter((finding) => !isOwn(finding)),
  };
}

/** The analysis with the files of numbers that the jobs name, as far as they come in time. */
async function withArtefacts(
  { uri, given, analysis }: Reading,
  { engine, artefacts, told }: Surroundings,
  signal: CancelSignal,
): Promise<FileAnalysis> {
  const reading = artefacts.follow(uri, analysis.artefacts);
  const isNew = await within(FIGURES_WITHIN_MILLISECONDS, reading);
  orCancelled(signal);
  if (isNew === undefined) told.late(uri, reading, signal);
  return isNew ? engine.call('analyse', given, signal) : analysis;
}

/** The figures of every job that can be simulated, by job id; a job on which the simulator fails keeps its other findings. */
async function figuresOf(
  { file, ...given }: Args<'analyse'>,
  { jobs }: FileAnalysis,
  { engine, told }: Surroundings,
  signal: CancelSignal,
): Promise<Map<string, Simulated>> {
  const simulated = new Map<string, Simulated>();
  const request = { ...given, overrides: {}, engine: 'expected', matrices: false } as const;
  for (const { job, scenario } of jobs) {
    if (!scenario) continue;
    try {
      const figures = await engine.call('simulate', { ...request, jobId: job.id }, signal);
      told.failures(figures.failures);
      simulated.set(job.id, figures);
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      told.error(file, error);
    }
  }
  return simulated;
}

function orCancelled({ isCancelled }: CancelSignal): void {
  if (isCancelled) throw new Cancelled();
}
