import { readArtefactInSteps, summarise } from '../config/artefacts';
import { bytesOf } from '../config/artefacts/utf8';
import { fileNameOf } from '../config/paths';
import { fixAll } from '../lint/fix-all';
import type { Scenario } from '../scenario/scenario';
import type { LayerTraffic } from '../sim/layer-traffic';
import type { Matrix, SimulationResult } from '../sim/result';
import type { ArtefactSource, FileAnalysis, Simulated, WhatIfAnalysis } from './analysis';
import type { ArtefactBytes } from './artefact-store';
import { Engine } from './engine';
import type { CallName, Port, ToWorker } from './rpc';
import { sizeProposals } from './sizes';

/** Longest stretch of work between two looks at the messages that wait, in milliseconds. */
const SLICE_MILLISECONDS = 8;

type Call = Exclude<ToWorker, { cancel: number }>;
/** Steps tell the fraction done, or also what was found so far. */
type Step = number | { readonly fraction: number; readonly soFar: () => unknown };
type Steps = Generator<Step, unknown>;

/** Opens a file by its path, where the host has files. Never throws. */
export type OpenFile = (path: string) => ArtefactBytes;

interface Room {
  readonly engine: Engine;
  readonly read: (source: ArtefactSource) => ArtefactBytes;
}

/** Calls that may take as long as their files are: the others go before them. */
const BACKGROUND: ReadonlySet<CallName> = new Set(['readArtefact', 'describeArtefact']);

/** How each call runs: as steps, so that it can be cancelled between them. */
const handlers: { [K in CallName]: (room: Room, args: Extract<Call, { call: K }>['args']) => Steps } = {
  *setDocument({ engine }, { file, text }) {
    yield 0;
    return engine.setDocument(file, text);
  },
  *analyse({ engine }, { file, settings, disabled, severities }) {
    yield 0;
    return withoutTables(engine.analyse(file, settings, disabled, severities));
  },
  *knobs({ engine }, { jobId, settings }) {
    yield 0;
    return engine.knobs(jobId, settings);
  },
  *knob({ engine }, { jobId, settings, name }) {
    yield 0;
    return engine.knob(jobId, settings, name);
  },
  *simulate({ engine }, args) {
    return packSimulated(yield* engine.simulateInSteps(args));
  },
  *whatIf({ engine }, args) {
    const whatIf = yield* engine.whatIfInSteps(args);
    const packed: WhatIfAnalysis = {
      ...whatIf,
      baseline: packSimulated(whatIf.baseline),
      variant: packSimulated(whatIf.variant),
    };
    return packed;
  },
  *variant({ engine }, args) {
    const beside = yield* engine.variantInSteps(args);
    return { ...beside, variant: packSimulated(beside.variant) };
  },
  *compareVariants({ engine }, args) {
    const compared = yield* engine.compareVariants(args);
    return compared.map((one) => ({
      ...one,
      errors: one.errors.map(({ rule, message }) => ({ rule, message })),
    }));
  },
  *layerTraffic({ engine }, { jobId, settings, layer, changes }) {
    return packLayer(yield* engine.layerTraffic(jobId, settings, layer, changes));
  },
  *plan({ engine }, args) {
    return yield* engine.planInSteps(args);
  },
  *placements({ engine }, args) {
    const { comparison, resolution } = yield* engine.placementsInSteps(args);
    const { scenario } = resolution;
    return { comparison, resolution: { ...resolution, scenario: scenario && tableless(scenario) } };
  },
  *foundPlacement({ engine }, { name }) {
    yield 0;
    return engine.found.slotsOf(name);
  },
  *keepPlacement({ engine }, { slots }) {
    yield 0;
    engine.found.keep(slots);
  },
  *placementFile({ engine }, args) {
    return yield* engine.placementFileInSteps(args);
  },
  *explore({ engine }, args) {
    return yield* engine.explore(args);
  },
  *growth({ engine }, { jobId, settings }) {
    return yield* engine.growth(jobId, settings);
  },
  *apply({ engine }, args) {
    yield 0;
    return engine.applyTo(args);
  },
  *locateArtefact({ engine }, { from, path, file }) {
    yield 0;
    engine.artefacts.locate(from, path, file);
  },
  *readArtefact({ engine, read }, { file, version, source }) {
    yield* engine.artefacts.read(file, version, read(source));
  },
  *describeArtefact({ read }, { file, named, source }) {
    const bytes = read(source);
    if ('refused' in bytes) return null;
    const artefact = yield* readArtefactInSteps({ file: fileNameOf(file), asked: named, ...bytes });
    return artefact && summarise(artefact);
  },
  *links({ engine }, { file }) {
    yield 0;
    return engine.links(file);
  },
  *fixAll({ engine }, trial) {
    yield 0;
    return fixAll(trial.file, trial.text, (text) => engine.analyseAs({ ...trial, text }).findings);
  },
  *sizes({ engine }, { offset, ...trial }) {
    const { settings, disabled } = trial;
    const request = { settings, disabled, overrides: {}, engine: 'expected', matrices: false } as const;
    return yield* sizeProposals(trial.text, offset, {
      analyse: (text) => engine.analyseAs({ ...trial, text }),
      simulate: ({ job }) => engine.figures(job, request, {}),
    });
  },
};

const told = (step: Step): { readonly fraction: number; readonly soFar?: unknown } =>
  typeof step === 'number' ? { fraction: step } : { fraction: step.fraction, soFar: step.soFar() };

const NOT_HERE: OpenFile = () => ({ refused: 'this window cannot read files by their path' });

function bytesFrom(source: ArtefactSource, open: OpenFile): ArtefactBytes {
  if ('refused' in source) return source;
  if ('path' in source) return open(source.path);
  const whole = 'bytes' in source ? source.bytes : bytesOf(source.text);
  return { chunks: pieces(whole), size: whole.length };
}

/** Bytes that are read between two looks at the messages that wait: a few milliseconds of work. */
const PIECE = 2 ** 20;

function* pieces(whole: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < whole.length; start += PIECE) yield whole.subarray(start, start + PIECE);
}

/**
 * Answers calls on `port` in the order in which they come, until the worker is terminated. One at a time, but that calls
 * which read large files make way for the others between two steps.
 */
export function serve(port: Port, open: OpenFile = NOT_HERE): void {
  const room: Room = { engine: new Engine(), read: (source) => bytesFrom(source, open) };
  const cancelled = new Set<number>();
  const waiting: Call[] = [];
  const later: Call[] = [];
  const current = new Set<Call>();
  let isDraining = false;

  port.onMessage((message) => {
    if ('cancel' in message) {
      // The wish may cross the answer on the line; then there is nothing to remember it for.
      const known = [...current, ...waiting, ...later];
      if (known.some((call) => call.id === message.cancel)) cancelled.add(message.cancel);
      return;
    }
    (BACKGROUND.has(message.call) ? later : waiting).push(message);
    if (!isDraining) void drain();
  });

  async function drain(): Promise<void> {
    isDraining = true;
    for (;;) {
      await answerWaiting();
      const call = later.shift();
      if (call === undefined) break;
      await answer(call);
    }
    isDraining = false;
  }

  async function answerWaiting(): Promise<void> {
    for (let call = waiting.shift(); call; call = waiting.shift()) await answer(call);
  }

  async function answer(call: Call): Promise<void> {
    current.add(call);
    await run(call);
    current.delete(call);
    cancelled.delete(call.id);
  }

  async function run(call: Call): Promise<void> {
    const { id } = call;
    try {
      // The handler table is keyed by the call's own name, which the compiler cannot relate to its arguments.
      const steps = (handlers[call.call] as (room: Room, args: unknown) => Steps)(room, call.args);
      let sliceEnd = Date.now() + SLICE_MILLISECONDS;
      for (;;) {
        if (cancelled.has(id)) {
          // Files that are open are closed.
          steps.return(undefined);
          return port.post({ id, kind: 'cancelled' }, []);
        }
        const step = steps.next();
        if (step.done) return port.post({ id, kind: 'done', value: step.value }, buffersOf(step.value));
        if (Date.now() >= sliceEnd) {
          port.post({ id, kind: 'progress', ...told(step.value) }, []);
          await port.breathe();
          if (BACKGROUND.has(call.call)) await answerWaiting();
          sliceEnd = Date.now() + SLICE_MILLISECONDS;
        }
      }
    } catch (error) {
      port.post({ id, kind: 'failed', message: error instanceof Error ? error.message : String(error) }, []);
    }
  }
}

/** Matrices as single-precision copies: half the bytes on the line, and the engine's cached ones stay whole. */
function packSimulated(simulated: Simulated): Simulated {
  const { result, scenario } = simulated;
  return {
    ...simulated,
    scenario: scenario && tableless(scenario),
    result: result && packResult(result),
  };
}

/** Tables of files stay where they were read: what is shown of them are the figures. */
function withoutTables(analysis: FileAnalysis): FileAnalysis {
  const jobs = analysis.jobs.map((job) => ({ ...job, scenario: job.scenario && tableless(job.scenario) }));
  return { ...analysis, jobs };
}

function tableless(scenario: Scenario): Scenario {
  const { routing, placement } = scenario;
  return {
    ...scenario,
    routing: { ...routing, loads: null, trace: null },
    placement: { ...placement, slots: null },
  };
}

const single = ({ size, data }: Matrix): Matrix => ({ size, data: Float32Array.from(data) });

const packLayer = (layer: LayerTraffic): LayerTraffic => ({
  ...layer,
  rows: single(layer.rows),
  nodeRows: single(layer.nodeRows),
});

function packResult(result: SimulationResult): SimulationResult {
  const { rows, nodeRows } = result.traffic;
  return {
    ...result,
    scenario: tableless(result.scenario),
    traffic: {
      ...result.traffic,
      rows: single(rows),
      nodeRows: single(nodeRows),
    },
  };
}

function buffersOf(value: unknown): ArrayBuffer[] {
  const reply = value as Partial<Simulated & WhatIfAnalysis> | null;
  return [reply?.result, reply?.baseline?.result, reply?.variant?.result].flatMap((result) =>
    result
      ? [result.traffic.rows.data.buffer as ArrayBuffer, result.traffic.nodeRows.data.buffer as ArrayBuffer]
      : [],
  );
}
