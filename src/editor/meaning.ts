import type { Fact } from '../config/fact';
import { outermost } from '../plan/fabric';
import { fitWords } from '../plan/fit';
import { expertsPerRank } from '../plan/sizes';
import { describeBasis } from '../plan/verdict';
import { field } from '../scenario/fields';
import type { Scenario } from '../scenario/scenario';
import type { SimulationResult } from '../sim/result';
import type { JobAnalysis, Simulated } from '../worker/analysis';
import { capital, count, format, time } from './format';
import { code, plain } from './markdown';

const GIB = 2 ** 30;

type Say = (scenario: Scenario, result: SimulationResult | null | undefined) => string | undefined;

/** What a parallel size or a model figure means in this very job, by field. */
const effects: Readonly<Record<string, Say>> = {
  'layout.ep': expertsAndTraffic,
  'layout.expertParallelEnabled': expertsAndTraffic,
  'model.routedExperts': expertsAndTraffic,
  'model.topK': expertsAndTraffic,
  'layout.tp': (scenario) =>
    `${format(scenario.model.attentionHeads / scenario.layout.tp)} of ${scenario.model.attentionHeads} attention heads per rank; ` +
    (scenario.layout.etp === 1
      ? 'experts are kept whole (ETP 1).'
      : `each expert is split over ${scenario.layout.etp} ranks (ETP ${scenario.layout.etp}).`),
  'layout.etp': (scenario) =>
    `Each expert is split over ${scenario.layout.etp} rank${scenario.layout.etp === 1 ? '' : 's'}: ` +
    `${format(scenario.model.expertIntermediateSize / scenario.layout.etp)} of ${scenario.model.expertIntermediateSize} columns per rank.`,
  'layout.pp': (scenario) =>
    `${format(scenario.model.layers / scenario.layout.pp)} of ${scenario.model.layers} layers per stage; ` +
    `${format((100 * (scenario.layout.pp - 1)) / (microbatches(scenario) * scenario.layout.vpp))}% pipeline bubble over the ideal step, (PP − 1) ÷ (${format(microbatches(scenario))} microbatches × VPP ${scenario.layout.vpp}).`,
  'layout.cp': (scenario) =>
    `${format(scenario.workload.sequenceLength / scenario.layout.cp)} tokens of each sequence per rank.`,
  'layout.dp': (scenario) =>
    `${scenario.layout.dp} data parallel replica${scenario.layout.dp === 1 ? '' : 's'} of the dense part; experts have ${format(scenario.layout.edp)}.`,
  'cluster.nodes': worldSize,
  'cluster.gpusPerNode': worldSize,
  'communication.backend': (_scenario, result) =>
    result
      ? `One MoE layer: dispatch ${time(result.time.dispatch.microseconds)}, combine ${time(result.time.combine.microseconds)} (${describeBasis(result.time.basis)}).`
      : undefined,
  'workload.microBatchSize': tokens,
  'workload.sequenceLength': tokens,
  'placement.redundantExperts': (scenario) =>
    `${scenario.model.routedExperts + scenario.placement.redundantExperts} physical experts, ${format((scenario.model.routedExperts + scenario.placement.redundantExperts) / scenario.layout.ep)} per rank.`,
};

/**
 * The hover on one fact as Markdown: its name and value, what it means here, what it is in general, and where the
 * value comes from.
 */
export function meaning(
  fact: Fact,
  job: JobAnalysis | undefined,
  simulated: Simulated | undefined,
): string | undefined {
  const known = field(fact.name);
  if (!known) return undefined;
  const effect = job?.scenario && effects[fact.name]?.(job.scenario, simulated?.result);
  const value =
    fact.state === 'unresolved'
      ? `${code(fact.expression ?? '?')}, not known from this file`
      : valueText(fact.value);
  const lines = [`**${known.label} ${value}**${effect ? `: ${effect}` : ''}`, known.meaning];
  if (fact.state === 'constant') {
    const variables = fact.via?.map(({ variable }) => code(variable)).join(' ← ');
    lines.push(`Followed through ${variables ?? 'a variable'}.`);
  }
  const memory = fact.name.startsWith('layout.') ? memoryLine(simulated) : undefined;
  if (memory) lines.push(memory);
  return lines.join('\n\n');
}

function valueText(value: Fact['value']): string {
  return typeof value === 'number' ? String(value) : plain(String(value));
}

function expertsAndTraffic(scenario: Scenario, result: SimulationResult | null | undefined): string {
  const { ep } = scenario.layout;
  const { fewest, most } = expertsPerRank(scenario);
  const experts = fewest === most ? count(most, 'expert') : `${fewest} or ${most} experts`;
  if (ep === 1 || !result) return `${experts} per rank.`;
  const { perToken, domains } = result.traffic;
  const unit = outermost(scenario);
  const ranks = `${perToken.distinctRanks.toFixed(1)} ranks per token`;
  return domains === 1
    ? `${experts} per rank, ${ranks}, none outside ${unit === 'node' ? 'the' : 'its'} ${unit}.`
    : `${experts} per rank, ${perToken.remoteNodes.toFixed(1)} remote ${unit}s and ${ranks}.`;
}

/** The world as the product of both grids' sizes. */
export function worldSize(scenario: Scenario): string {
  const { worldSize: world, tp, pp, cp, dp, ep, etp, edp } = scenario.layout;
  return `${format(world)} GPUs = TP ${tp} × CP ${cp} × DP ${format(dp)} × PP ${pp} = ETP ${etp} × EP ${ep} × EDP ${format(edp)} × PP ${pp}.`;
}

function tokens(scenario: Scenario): string {
  return `${format(scenario.workload.tokensPerRank)} tokens per rank and MoE layer.`;
}

function memoryLine(simulated: Simulated | undefined): string | undefined {
  const memory = simulated?.result?.memory;
  const rank = memory?.perRank[memory.fullestRank];
  if (!memory || !rank) return undefined;
  const used = `${(rank.total / GIB).toFixed(1)} of ${(rank.capacity / GIB).toFixed(1)} GiB on the fullest rank`;
  if (!memory.fits && simulated.isShortageOpen) return `By assumptions: ${used}.`;
  const words = capital(fitWords(memory));
  return `${memory.fits ? words : `**${words}**`}: ${used}.`;
}

function microbatches({ workload, layout }: Scenario): number {
  return Math.max(1, workload.globalBatchSize / (workload.microBatchSize * layout.dp));
}
