import { readArtefactInSteps, summarise } from '../config/artefacts';
import { fileNameOf } from '../config/paths';
import { fixAll } from '../lint/fix-all';
import type { ArtefactBytes } from './artefact-store';
import type { ArtefactSource } from './calls';
import type { Engine } from './engine';
import { packAnalysis, packLayer, packSimulated, tableless } from './packing';
import type { CallName, ToWorker } from './rpc';
import { sizeProposals } from './sizes';

export type Call = Exclude<ToWorker, { cancel: number }>;

/** Steps tell the fraction done, or also what was found so far. */
export type Step = number | { readonly fraction: number; readonly soFar: () => unknown };
export type Steps = Generator<Step, unknown>;

/** What calls are answered with. */
export interface Room {
  readonly engine: Engine;
  readonly read: (source: ArtefactSource) => ArtefactBytes;
}

/** Calls that may take as long as their files are: the others go before them. */
export const BACKGROUND: ReadonlySet<CallName> = new Set(['readArtefact', 'describeArtefact']);

/** How each call runs: as steps, so that it can be cancelled between them. */
export const handlers: { [K in CallName]: (room: Room, args: Extract<Call, { call: K }>['args']) => Steps } =
  {
    *setDocument({ engine }, { file, text }) {
      yield 0;
      return engine.setDocument(file, text);
    },
    *analyse({ engine }, { file, settings, disabled, severities }) {
      yield 0;
      return packAnalysis(engine.analyse(file, settings, disabled, severities));
    },
    *knobs({ engine }, { jobId, settings }) {
      yield 0;
      return engine.knobs(engine.job(jobId), settings);
    },
    *knob({ engine }, { jobId, settings, name }) {
      yield 0;
      return engine.knob(engine.job(jobId), settings, name);
    },
    *simulate({ engine }, args) {
      return packSimulated(yield* engine.simulate(engine.job(args.jobId), args));
    },
    *whatIf({ engine }, args) {
      const whatIf = yield* engine.whatIf(engine.job(args.jobId), args);
      return {
        ...whatIf,
        baseline: packSimulated(whatIf.baseline),
        variant: packSimulated(whatIf.variant),
      };
    },
    *variant({ engine }, args) {
      const beside = yield* engine.variant(engine.job(args.jobId), args);
      return { ...beside, variant: packSimulated(beside.variant) };
    },
    *compareVariants({ engine }, args) {
      const compared = yield* engine.compareVariants(engine.job(args.jobId), args);
      return compared.map((one) => ({
        ...one,
        errors: one.errors.map(({ rule, message }) => ({ rule, message })),
      }));
    },
    *layerTraffic({ engine }, { jobId, settings, layer, changes }) {
      return packLayer(yield* engine.layerTraffic(engine.job(jobId), settings, layer, changes));
    },
    *plan({ engine }, args) {
      return yield* engine.plan(engine.job(args.jobId), args);
    },
    *placements({ engine }, args) {
      const { comparison, resolution } = yield* engine.placements(engine.job(args.jobId), args);
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
      return yield* engine.placementFile(engine.job(args.jobId), args);
    },
    *explore({ engine }, args) {
      return yield* engine.explore(engine.job(args.jobId), args);
    },
    *growth({ engine }, { jobId, settings }) {
      return yield* engine.growth(engine.job(jobId), settings);
    },
    *apply({ engine }, args) {
      yield 0;
      return engine.apply(engine.job(args.jobId), args);
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
