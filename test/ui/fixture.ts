import { findPreset } from '../../src/catalog/models';
import type { Fact, FactValue, FrameworkId } from '../../src/config/fact';
import { presetFacts } from '../../src/config/preset';
import { chips, type PlaceOf } from '../../src/panel/chips';
import type {
  PanelRefusal,
  PanelSide,
  PanelVariant,
  PanelVariants,
  ToWebview,
} from '../../src/panel/protocol';
import { PROTOCOL_VERSION } from '../../src/panel/protocol';
import { panelRefusals } from '../../src/panel/refusals';
import { sensitivity, sweep, type Variants } from '../../src/plan/explore';
import { type Growth, growthOf } from '../../src/plan/growth';
import { changesText, type IsLegal, type Knob, knobs, withOptions } from '../../src/plan/knobs';
import { figuresOfScenario } from '../../src/plan/search/evaluate';
import { NO_LIMITS } from '../../src/plan/search/objective';
import { variantFigures } from '../../src/plan/variants';
import { describeScenario, verdict } from '../../src/plan/verdict';
import { asOverrides, type Change, compare } from '../../src/plan/whatif';
import { resolveScenario } from '../../src/scenario/resolve';
import { simulationDetail } from '../../src/sim/detail';
import { runToEnd, simulate, simulateInSteps } from '../../src/sim/simulate';
import type { Exploration } from '../../src/worker/analysis';
import { type Plan, planJob } from '../../src/worker/plan';

export type Show = Extract<ToWebview, { type: 'show' }>;
export type Values = Readonly<Record<string, FactValue>>;

/** DeepSeek-V3 as its config.json describes it. */
const model: Values = {
  'model.name': 'DeepSeek-V3',
  'model.family': 'deepseek_v3',
  'model.hiddenSize': 7168,
  'model.layers': 61,
  'model.vocabSize': 129280,
  'model.intermediateSize': 18432,
  'model.attentionHeads': 128,
  'model.kvHeads': 128,
  'model.mla.qLoraRank': 1536,
  'model.mla.kvLoraRank': 512,
  'model.mla.qkNopeHeadDim': 128,
  'model.mla.qkRopeHeadDim': 64,
  'model.mla.vHeadDim': 128,
  'model.routedExperts': 256,
  'model.topK': 8,
  'model.expertIntermediateSize': 2048,
  'model.sharedExperts': 1,
  'model.sharedExpertIntermediateSize': 2048,
  'model.firstDenseLayers': 3,
  'model.router.groups': 8,
  'model.router.topkGroups': 4,
  'model.router.scoreFunction': 'sigmoid',
  'model.router.correctionBias': true,
};

/** The published training layout, as a launch script would set it: EP 64 over 8 nodes of 8 H800. */
const launch: Values = {
  'layout.ep': 64,
  'layout.pp': 16,
  'layout.vpp': 2,
  'layout.worldSize': 2048,
  'cluster.accelerator': 'h800-sxm',
  'cluster.gpusPerNode': 8,
  'workload.mode': 'train',
  'workload.sequenceLength': 4096,
  'workload.microBatchSize': 1,
  'workload.globalBatchSize': 15360,
  'workload.recompute': 'full',
  'workload.sharding': 'optimizer',
  'communication.backend': 'deepep-high-throughput',
  'communication.dispatchDtype': 'fp8',
};

export interface Job {
  readonly framework?: FrameworkId;
  /** On top of the launch script's values; `null` leaves one out. */
  readonly values?: Values;
  readonly changes?: readonly Change[];
  readonly engine?: 'expected' | 'sampled';
}

/** Each fact on a line of its own, so that the origins differ. */
function facts(values: Values): Fact[] {
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value], index) => ({
      name,
      value,
      key: name,
      file: name.startsWith('model.') ? 'config.json' : 'train.sh',
      range: { start: index + 1, end: index + 2 },
      keyRange: { start: index + 1, end: index + 2 },
      state: 'literal',
    }));
}

function resolve(job: Job, changes: readonly Change[]) {
  return resolveScenario({
    framework: job.framework ?? 'megatron-lm',
    facts: facts({ ...model, ...launch, ...job.values }),
    overrides: asOverrides(changes),
  });
}

const placeOf: PlaceOf = (fact) => `${fact.file}:${fact.range.start}`;

function side(job: Job, changes: readonly Change[]): PanelSide {
  const { scenario, provenance, refusals } = resolve(job, changes);
  if (!scenario) throw new Error(refusals.map(({ message }) => message).join(' '));
  const result = simulate(scenario, job.engine ?? 'expected');
  return {
    title: scenario.model.name,
    subtitle: describeScenario(scenario, result.placement, provenance),
    sentence: verdict(result),
    chips: chips(scenario, provenance, placeOf),
    // A picture must not depend on how fast this machine is.
    result: { ...result, milliseconds: 38 },
    detail: runToEnd(simulationDetail(result)),
  };
}

/** Why a job cannot be simulated, as the host posts it. */
export function refusalsOf(job: Job): readonly PanelRefusal[] {
  const { provenance, refusals } = resolve(job, job.changes ?? []);
  return panelRefusals(refusals, provenance, placeOf);
}

const known = new Map<string, Show>();

/** What the host posts for a job, computed by the real simulator; once for each job, since large ones take seconds. */
export function showOf(job: Job = {}): Show {
  const key = JSON.stringify(job);
  const show = known.get(key) ?? compute(job);
  known.set(key, show);
  return show;
}

/** What turning knobs makes of a job, as the host posts it: some of them alone, or one or two through all values. */
export function explorationOf(job: Job, names: readonly string[], x?: string, y?: string): Exploration {
  const { scenario } = resolve(job, []);
  const all = knobs(scenario!);
  const knob = (name: string) => completeKnob(job, all.find((one) => one.name === name)!);
  const variants: Variants = (changes) => resolve(job, changes).scenario;
  return {
    present: figuresOfScenario(scenario!),
    sensitivities: runToEnd(sensitivity(names.map(knob), variants)),
    sweep: x ? runToEnd(sweep(knob(x), y ? knob(y) : null, variants)) : null,
  };
}

/** A variant of a job, as the host posts it. */
export function variantOf(
  job: Job,
  name: string | null,
  changes: readonly Change[],
  rest: Partial<PanelVariant> = {},
): PanelVariant {
  const { scenario, refusals } = resolve(job, changes);
  return {
    name,
    changes,
    changed: changesText(changes),
    file: null,
    figures: scenario && variantFigures(simulate(scenario, 'expected')),
    reasons: refusals.map(({ message }) => message),
    isBaseline: false,
    ...rest,
  };
}

/** A job and its variants beside each other, as the host posts them. */
export function variantsOf(job: Job, variants: readonly PanelVariant[]): PanelVariants {
  return { baseline: variantFigures(simulate(resolve(job, []).scenario!, 'expected')), variants };
}

/** How a job's volumes grow, as the host posts it. */
export function growthFor(job: Job = {}): Growth[] {
  const variant = (change: Change) => resolve(job, [change]).scenario;
  return runToEnd(
    growthOf(resolve(job, []).scenario!, variant, (scaled) => simulateInSteps(scaled, 'expected')),
  );
}

/** A knob of a job with its values, as the host posts it. */
export function completeKnob(job: Job, knob: Knob): Knob {
  const isLegal: IsLegal = (changes) => resolve(job, changes).scenario !== null;
  return withOptions(knob, resolve(job, []).scenario!, isLegal);
}

function compute(job: Job): Show {
  const baseline = side(job, []);
  const changes = job.changes ?? [];
  const variant = changes.length > 0 ? side(job, changes) : null;
  return {
    type: 'show',
    version: PROTOCOL_VERSION,
    job: { file: 'file:///train.sh', id: 'train' },
    fileName: 'train.sh',
    baseline,
    findings: [
      {
        rule: 'MG014',
        severity: 'warning',
        message: 'Combine stays in BF16 while dispatch is FP8: combine takes twice as long as dispatch.',
        origin: 'train.sh:57',
      },
      {
        rule: 'SM003',
        severity: 'info',
        message: 'The NIC bounds dispatch: a hierarchical placement would cut its bytes.',
        origin: 'train.sh:41',
      },
    ],
    knobs: knobs(baseline.result.scenario).map((one) => (one.primary ? completeKnob(job, one) : one)),
    whatIf: variant && { changes, variant, delta: compare(baseline.result, variant.result), errors: [] },
  };
}

/** What a search of the layouts of Mixtral on so many GPUs finds. */
export function planOf(gpus: number): Plan {
  const facts = presetFacts(findPreset('mistralai/Mixtral-8x7B-v0.1')!);
  const overrides = { 'workload.mode': 'train', 'workload.globalBatchSize': 64, 'layout.ep': 8 };
  const steps = planJob(
    {
      overrides,
      resolve: (changed) => ({
        ...resolveScenario({ framework: 'huggingface', facts, overrides: changed }),
        faults: [],
      }),
      simulate: (scenario) => simulateInSteps(scenario, 'expected'),
    },
    { gpus: [{ from: gpus, to: gpus }], objective: null, limits: NO_LIMITS, top: 5, pricePerGpuHour: null },
  );
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value.plan!;
}
