import { type AcceleratorId, accelerator } from '../catalog/accelerators';
import type { Fact, FrameworkId } from '../config/fact';
import { isAcceleratorId, outOfRange } from './fields';
import type { Provenance } from './provenance';
import { resolveLayout } from './resolve-layout';
import { resolveModel } from './resolve-model';
import { resolveCommunication, resolveWorkload } from './resolve-workload';
import {
  amount,
  assumed,
  count,
  derived,
  oneOf,
  positiveInteger,
  Resolver,
  type Sourced,
  truth,
  type Values,
} from './resolver';
import type { ModelScenario, RoutingScenario, Scenario, WorkloadMode } from './scenario';

/**
 * Standard deviation of ln(expert popularity) where nothing is said.
 * Serving: reproduces the spread of expert load of DeepSeek-R1 on one kind of text (TensorRT-LLM tech blog 4, table 1;
 * one number fitted, the imbalance of ranks then comes out 14 % low).
 * Training mixes texts and balances its router: the Gini coefficient 0.105 of DeepSeek-MoE-16B (arXiv 2605.20982),
 * which for a lognormal is erf(sigma / 2).
 */
const measuredSigma = {
  serving: { value: 1.009, why: 'fitted to DeepSeek-R1 serving (TensorRT-LLM tech blog 4)' },
  training: { value: 0.187, why: 'Gini 0.105 measured on DeepSeek-MoE-16B (arXiv 2605.20982)' },
} as const;

export interface ResolveInput {
  readonly framework: FrameworkId | null;
  /** Facts of one job; for one name the first known one counts. */
  readonly facts: readonly Fact[];
  /** User settings by field name; they come after what files say. */
  readonly settings?: Values;
  /** What-if changes and `--set` values by field name; they come before everything. */
  readonly overrides?: Values;
}

/** The scenario of a job, or why there is none. */
export interface Resolution {
  readonly scenario: Scenario | null;
  readonly provenance: Provenance;
  /** One sentence each; empty when there is a scenario. */
  readonly problems: readonly string[];
}

/** Turns what files, settings and overrides say into the complete input of the simulator, with an origin per field. */
export function resolveScenario(input: ResolveInput): Resolution {
  const { framework } = input;
  const r = new Resolver(input.facts, input.overrides ?? {}, input.settings ?? {});
  const acceleratorId = r.take<AcceleratorId>(
    'cluster.accelerator',
    (value) => (isAcceleratorId(value) ? value : undefined),
    assumed('h100-sxm', 'files do not name the GPU; the setting moeScope.accelerator does'),
  );
  const device = accelerator(acceleratorId);
  refuseUnknownFamily(r);
  const model = resolveModel(r);
  const { layout, nodes, gpusPerNode } = resolveLayout(r, framework, model, device);
  const workload = resolveWorkload(r, framework, layout);
  const scenario: Scenario = {
    framework,
    model,
    layout,
    cluster: {
      accelerator: acceleratorId,
      nodes,
      gpusPerNode,
      scaleUpDomain: r.take(
        'cluster.scaleUpDomain',
        positiveInteger,
        derived(Math.max(device.scaleUpDomain, gpusPerNode), `${device.name} in the accelerator catalog`),
      ),
      scaleUpGBps: r.take(
        'cluster.scaleUpGBps',
        amount,
        derived(device.scaleUpGBps, `${device.name} in the accelerator catalog`),
      ),
      scaleOutGBps: r.take(
        'cluster.scaleOutGBps',
        amount,
        derived(device.nicGBps, `${device.name} in the accelerator catalog`),
      ),
      memoryGiB: r.take(
        'cluster.memoryGiB',
        amount,
        derived(device.memoryGiB, `${device.name} in the accelerator catalog`),
      ),
    },
    workload,
    routing: resolveRouting(r, workload.mode),
    placement: {
      strategy: 'linear',
      redundantExperts: r.take('placement.redundantExperts', count, () => redundantBySlots(r, model)),
      eplb: r.take('placement.eplb', truth, derived(false, 'not set')),
    },
    communication: resolveCommunication(r, framework, workload.mode),
  };
  r.set('placement.strategy', derived('linear', 'the only placement that is simulated'));
  checkExperts(r, scenario);
  checkRouter(r, scenario);
  if (r.problems.length === 0) r.problems.push(...outOfRange(scenario));
  return {
    scenario: r.problems.length > 0 ? null : scenario,
    provenance: r.provenance,
    problems: r.problems,
  };
}

/** TensorRT-LLM's load balancer states all slots of a layer, redundant ones included. */
function redundantBySlots(r: Resolver, model: ModelScenario): Sourced<number> {
  const slots = r.given('trtllm.numSlots', positiveInteger)?.value;
  if (slots === undefined) return derived(0, 'none are set');
  if (slots < model.routedExperts) {
    r.problems.push(`${slots} slots cannot hold the ${model.routedExperts} experts of the model.`);
  }
  return derived(Math.max(0, slots - model.routedExperts), 'num_slots - experts');
}

function resolveRouting(r: Resolver, mode: WorkloadMode): RoutingScenario {
  const measured = measuredSigma[mode === 'train' ? 'training' : 'serving'];
  const sigma = r.take('routing.sigma', amount, assumed(measured.value as number, measured.why));
  const skewed = r.isOverridden('routing.sigma') && !r.isOverridden('routing.distribution');
  return {
    distribution: skewed
      ? r.set('routing.distribution', derived('lognormal', 'a skew is given'))
      : r.take(
          'routing.distribution',
          oneOf('balanced', 'lognormal'),
          assumed('lognormal', 'a measured preset; no trace is given'),
        ),
    sigma,
    seed: r.take('routing.seed', count, assumed(1, 'which experts are popular is not known')),
    capacityFactor: r.given('routing.capacityFactor', amount)?.value ?? null,
  };
}

/** A family whose layers are not known would be simulated as something that it is not. */
function refuseUnknownFamily(r: Resolver): void {
  const family = r.facts('huggingface.modelType')[0] ?? r.facts('maxtext.otherBlock')[0];
  if (family) r.problems.push(`The model family ${String(family.value)} is not simulated yet.`);
}

/** A layout that leaves ranks without experts, or that the framework refuses, has no meaningful traffic. */
function checkExperts(r: Resolver, scenario: Scenario): void {
  // Without the model's own figures, what the layout does to them is not known either.
  if (r.problems.length > 0) return;
  const { ep } = scenario.layout;
  const physical = scenario.model.routedExperts + scenario.placement.redundantExperts;
  if (physical < ep) {
    r.problems.push(
      `EP ${ep} leaves ranks without an expert: the model has ${scenario.model.routedExperts}.`,
    );
  } else if (physical % ep !== 0 && scenario.framework !== 'vllm') {
    r.problems.push(`${physical} experts do not divide over EP ${ep}.`);
  }
}

/** Group-limited routing that cannot give every token its experts, and pipelines with more stages than layers. */
function checkRouter(r: Resolver, { model, layout }: Scenario): void {
  const { routedExperts, topK } = model;
  const { groups, topkGroups } = model.router;
  if (groups > 1) {
    const reachable = (topkGroups * routedExperts) / groups;
    if (routedExperts % groups !== 0) {
      r.problems.push(`${routedExperts} experts do not divide into ${groups} expert groups.`);
    } else if (topkGroups > groups) {
      r.problems.push(`A token may use ${topkGroups} expert groups, but there are ${groups}.`);
    } else if (reachable < topK) {
      r.problems.push(
        `Top-k ${topK} exceeds the ${reachable} experts of the ${topkGroups} groups that a token may use.`,
      );
    }
  }
  if (layout.pp > model.layers) {
    r.problems.push(`PP ${layout.pp} leaves stages without a layer: the model has ${model.layers}.`);
  }
}
