import { type AcceleratorId, accelerator } from '../catalog/accelerators';
import type { Fact, FrameworkId } from '../config/fact';
import type { Artefacts } from './artefacts';
import { fieldValue, isAcceleratorId, outOfRange } from './fields';
import type { Provenance } from './provenance';
import { resolveLayout } from './resolve-layout';
import { resolveModel } from './resolve-model';
import { resolvePlacement } from './resolve-placement';
import { resolveRouting } from './resolve-routing';
import { resolveCommunication, resolveWorkload } from './resolve-workload';
import { amount, assumed, derived, positiveInteger, Resolver, type Values } from './resolver';
import type { Scenario } from './scenario';

export interface ResolveInput {
  readonly framework: FrameworkId | null;
  /** Facts of one job; for one name the first known one counts. */
  readonly facts: readonly Fact[];
  /** User settings by field name; they come after what files say. */
  readonly settings?: Values;
  /** What-if changes and `--set` values by field name; they come before everything. */
  readonly overrides?: Values;
  /** Tables that were read from files beside the configs. */
  readonly artefacts?: Artefacts;
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
  const { framework, artefacts = {} } = input;
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
  const workload = resolveWorkload(r, framework, layout, model.weightDtype);
  const scaleUpDomain = r.take(
    'cluster.scaleUpDomain',
    positiveInteger,
    derived(Math.max(device.scaleUpDomain, gpusPerNode), `${device.name} in the accelerator catalog`),
  );
  const routing = resolveRouting(r, workload.mode, model, artefacts);
  const scenario: Scenario = {
    framework,
    model,
    layout,
    cluster: {
      accelerator: acceleratorId,
      nodes,
      gpusPerNode,
      scaleUpDomain,
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
    routing,
    placement: resolvePlacement(r, framework, model, layout, artefacts, routing.distribution),
    communication: resolveCommunication(r, { framework, model, layout, mode: workload.mode, scaleUpDomain }),
  };
  // Without the model's own figures, what the layout does to them is not known either.
  if (r.problems.length === 0) {
    checkExperts(r, scenario);
    checkRouter(r, scenario);
  }
  checkReach(r, scenario);
  if (r.problems.length === 0) r.problems.push(...outOfRange(scenario));
  if (r.problems.length === 0) r.problems.push(...contradictions(scenario, input.overrides ?? {}));
  return {
    scenario: r.problems.length > 0 ? null : scenario,
    provenance: r.provenance,
    problems: r.problems,
  };
}

/** Changes that other fields leave no room for, one sentence each: what is asked for is what is simulated. */
function contradictions(scenario: Scenario, overrides: Values): readonly string[] {
  return Object.entries(overrides).flatMap(([name, wanted]) => {
    const value = fieldValue(scenario, name);
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    return isPlain && value !== wanted
      ? [`${name} cannot be ${String(wanted)}: the other fields make it ${String(value)}.`]
      : [];
  });
}

/** A family whose layers are not known would be simulated as something that it is not. */
function refuseUnknownFamily(r: Resolver): void {
  const family = r.facts('huggingface.modelType')[0] ?? r.facts('maxtext.otherBlock')[0];
  if (family) r.problems.push(`The model family ${String(family.value)} is not simulated yet.`);
  for (const variant of r.facts('huggingface.notSimulated')) r.problems.push(String(variant.value));
}

/** A layout that leaves ranks without experts, or that the framework refuses, has no meaningful traffic. */
function checkExperts(r: Resolver, scenario: Scenario): void {
  const { ep } = scenario.layout;
  const physical = scenario.model.routedExperts + scenario.placement.redundantExperts;
  const { strategy } = scenario.placement;
  const mayBeUneven = scenario.framework === 'vllm' && strategy !== 'eplb' && strategy !== 'explicit';
  if (physical < ep) {
    r.problems.push(
      `EP ${ep} leaves ranks without an expert: the model has ${scenario.model.routedExperts}.`,
    );
  } else if (physical % ep !== 0 && !mayBeUneven) {
    r.problems.push(`${physical} experts do not divide over EP ${ep}.`);
  }
}

/** One-sided NVLink stores into the memory of its peers: it has no way over a NIC. */
function checkReach(r: Resolver, { layout, cluster, communication }: Scenario): void {
  if (communication.backend !== 'nvlink-one-sided') return;
  const ranks = layout.ep * layout.etp;
  if (ranks <= cluster.scaleUpDomain) return;
  const { name } = accelerator(cluster.accelerator);
  const assumedGpu = r.provenance['cluster.accelerator']?.kind === 'assumed' ? ' (assumed)' : '';
  r.problems.push(
    `One-sided NVLink cannot join the ${ranks} ranks of EP ${layout.ep}: ${name}${assumedGpu} has NVLink domains of ${cluster.scaleUpDomain}. Set cluster.accelerator, or another communication.backend.`,
  );
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
