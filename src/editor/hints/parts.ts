import { boundName, outermost } from '../../plan/fabric';
import { backendName } from '../../plan/knobs';
import { expertsPerRank } from '../../plan/sizes';
import { describeBasis } from '../../plan/verdict';
import { assumptions } from '../../scenario/assumptions';
import { field } from '../../scenario/fields';
import type { Origin, Provenance } from '../../scenario/provenance';
import type { Scenario } from '../../scenario/scenario';
import type { SimulationResult } from '../../sim/result';
import { count, format, time } from '../format';
import { code, plain } from '../markdown';
import { worldSize } from '../meaning';
import type { HintKind } from './kinds';

/** What a hint is made of. */
export interface HintInput {
  readonly scenario: Scenario;
  readonly provenance: Provenance;
  /** `null` until the figures are there. */
  readonly result: SimulationResult | null;
}

/** One figure behind a value: `4 experts/rank`, and in Markdown how it comes about and what it rests on. */
export interface HintPart {
  readonly label: string;
  readonly tooltip: string;
}

/** Each kind's figure; `null` where there is none, or it would rest on a guess about its own operands. */
export const hintParts: Readonly<Record<HintKind, (input: HintInput) => HintPart | null>> = {
  expertsPerRank({ scenario, provenance }) {
    if (isAssumed(provenance, 'layout.ep', 'model.routedExperts')) return null;
    const { model, placement, layout } = scenario;
    const { fewest, most } = expertsPerRank(scenario);
    const redundant = placement.redundantExperts;
    const experts =
      redundant > 0 ? `(${model.routedExperts} + ${redundant} redundant)` : `${model.routedExperts}`;
    return {
      label: `${fewest === most ? count(most, 'expert') : `${fewest} or ${most} experts`}/rank`,
      tooltip: `Routed experts on one rank: ${experts} ÷ EP ${layout.ep} = ${format((model.routedExperts + redundant) / layout.ep)}. Exact.`,
    };
  },

  remoteNodes({ scenario, provenance, result }) {
    if (!result || scenario.layout.ep === 1 || isAssumed(provenance, 'layout.ep', 'model.routedExperts'))
      return null;
    const unit = outermost(scenario);
    const { domains } = result.traffic;
    const { topK, routedExperts, router } = scenario.model;
    const limit = router.groups > 1 ? `, at most ${router.topkGroups} of ${router.groups} groups` : '';
    if (domains === 1) {
      return {
        label: `within ${unit === 'node' ? 'a' : 'an'} ${unit}`,
        tooltip: `All ${scenario.layout.ep} ranks of an EP group are in one ${unit}: no token leaves it.`,
      };
    }
    const mean = result.traffic.perToken.remoteNodes;
    return {
      label: `${mean.toFixed(1)} remote ${unit === 'node' ? 'nodes' : 'domains'}/token`,
      tooltip: lines(
        `Of the ${count(domains, unit)} of its EP group, a token goes to ${mean.toFixed(2)} besides its own on average: top-${topK} of ${routedExperts} experts${limit}.`,
        `${result.traffic.note}${assumed(scenario, provenance, ['routing.distribution', 'routing.sigma', 'cluster.gpusPerNode'])}`,
      ),
    };
  },

  gpus({ scenario, provenance }) {
    const origin = provenance['layout.worldSize'];
    const atLeast = origin?.kind === 'assumed';
    return {
      label: `${atLeast ? 'at least ' : ''}${count(scenario.layout.worldSize, 'GPU')}`,
      tooltip: lines(worldSize(scenario), `From ${originText(origin)}.`),
    };
  },

  layerTime({ scenario, provenance, result }) {
    if (!result || scenario.layout.ep === 1 || isAssumed(provenance, 'layout.ep', 'model.routedExperts'))
      return null;
    const { dispatch, combine, basis } = result.time;
    return {
      label: `${time(dispatch.microseconds + combine.microseconds)}/layer`,
      tooltip: lines(
        `One MoE layer, forward: dispatch ${time(dispatch.microseconds)} (bound by ${boundName(dispatch.boundBy, scenario)}) + combine ${time(combine.microseconds)}, ${backendName(scenario.communication.backend)}, ${format(scenario.workload.tokensPerRank)} tokens per rank.`,
        'T = α + (NIC⁶ + NVLink⁶ + SM⁶)^(1/6), each over the busiest rank or NIC.',
        `Basis: ${describeBasis(basis)}.${assumed(scenario, provenance, TIME_INPUTS)}`,
      ),
    };
  },
};

/** What a layer's time hangs on most. */
const TIME_INPUTS = [
  'cluster.accelerator',
  'workload.tokensPerRank',
  'routing.distribution',
  'routing.sigma',
  'communication.backend',
  'communication.dispatchDtype',
];

const lines = (...all: string[]): string => all.join('\n\n');

const isAssumed = (provenance: Provenance, ...names: string[]): boolean =>
  names.some((name) => provenance[name]?.kind === 'assumed');

function assumed(scenario: Scenario, provenance: Provenance, names: readonly string[]): string {
  const found = assumptions(scenario, provenance).filter(({ name }) => names.includes(name));
  const shown = found.map(({ name, value }) => `${field(name)?.label ?? name} ${String(value)}`);
  return shown.length > 0 ? ` Assumed: ${shown.join(', ')}.` : '';
}

function originText(origin: Origin | undefined): string {
  if (origin?.kind === 'derived') return plain(origin.rule);
  if (origin?.kind === 'assumed') return plain(origin.why);
  return origin?.kind === 'fact' ? code(origin.fact.key) : 'the layout';
}
