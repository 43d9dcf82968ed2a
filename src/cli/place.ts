import { type Crossing, drawnCrossing, recordedCrossing } from '../plan/placement-search/crossing';
import { searchPlacement } from '../plan/placement-search/search';
import type { LayerTable } from '../scenario/scenario';
import { gpuLoads, linearGpuLoads } from '../sim/placement/eplb/gpu-loads';
import {
  type EplbPlacement,
  type EplbShape,
  eplbProblems,
  isHierarchical,
  rebalanceExperts,
} from '../sim/placement/eplb/rebalance';
import type { TokenChoice } from '../sim/placement/remote-nodes';
import type { Call, CountOption } from './args';
import type { Outcome } from './commands';
import { placeJob } from './place-job';
import { tellingProgress } from './progress';
import { type RecordedTokens, readLoads, readTrace } from './tables';
import { table } from './text';
import { UsageError } from './usage';

/**
 * The placements of a job beside each other; or, without one, EPLB's placement for loads in a file, or for those of a trace, with the reference's names and shapes; or what a search makes
 * of it.
 */
export function placeExperts(call: Call): Outcome {
  if (call.paths.length > 0 || call.preset !== null) return placeJob(call);
  const { save, artefacts, set } = call;
  if (save !== null || artefacts.placement !== null || Object.keys(set).length > 0)
    throw new UsageError('--save, --placement, --set and --accelerator are for a job: name its file.');
  const shape: EplbShape = {
    replicas: required(call, 'replicas'),
    groups: call.counts.groups ?? 1,
    nodes: call.counts.nodes ?? 1,
    gpus: required(call, 'gpus'),
  };
  const { loads, recorded } = recordedLoads(call);
  const experts = loads[0]?.length ?? 0;
  const problems = eplbProblems(experts, shape);
  if (problems.length > 0) throw new UsageError(problems.join(' '));
  const eplb = rebalanceExperts(loads, shape);
  const crossing = crossingOf(call, loads, recorded, shape);
  const placement = call.policy === 'search' ? searched(loads, eplb, shape, crossing) : eplb;
  const policy = isHierarchical(shape) ? 'hierarchical' : 'global';
  const perLayer = gpuLoads(loads, placement, shape.gpus).map(maxOverMean);
  const worst = perLayer.reduce((at, value, layer) => (value > perLayer[at]! ? layer : at), 0);
  const load = {
    maxOverMean: perLayer[worst]!,
    worstLayer: worst,
    meanOfLayers: mean(perLayer),
    perLayer,
  };
  const remote = crossing && remoteNodes(crossing, placement.phy2log);
  const before = call.policy === 'search' ? eplbFigures(loads, eplb, shape, crossing) : null;
  if (call.format === 'json') {
    const nodes = remote === null ? {} : { remoteNodesPerToken: remote };
    return {
      output: `${JSON.stringify({ ...placement, policy, load, ...nodes, ...(before ? { eplb: before } : {}) })}\n`,
      exitCode: 0,
    };
  }
  const inOrder = experts % shape.gpus === 0 ? linearGpuLoads(loads, shape.gpus).map(maxOverMean) : null;
  const figures = (values: readonly number[]) => [mean(values).toFixed(3), Math.max(...values).toFixed(3)];
  const summary = table([
    ['fullest GPU over mean', 'mean of layers', 'worst layer'],
    ...(inOrder ? [['one replica each, in order', ...figures(inOrder)]] : []),
    [`EPLB, ${policy}`, ...figures(before?.perLayer ?? perLayer)],
    ...(before ? [['search, from there', ...figures(perLayer)]] : []),
  ]);
  const slots = placement.phy2log.map((row, layer) => `layer ${layer}: ${gpuRows(row, shape.gpus)}`);
  const title = `${loads.length} ${loads.length === 1 ? 'layer' : 'layers'}, ${experts} experts, ${shape.replicas} replicas on ${shape.gpus} GPUs`;
  const farther =
    remote === null
      ? []
      : [
          '',
          `other nodes per token: ${remote.toFixed(3)} of ${shape.nodes - 1}${before?.remoteNodesPerToken === undefined ? '' : `, EPLB ${before.remoteNodesPerToken.toFixed(3)}`}`,
        ];
  return { output: `${[title, '', summary, ...farther, '', ...slots].join('\n')}\n`, exitCode: 0 };
}

/** What was counted, and the tokens that it was counted of where they were recorded. */
function recordedLoads({ artefacts, counts }: Call): {
  readonly loads: LayerTable;
  readonly recorded: RecordedTokens | null;
} {
  const { loads, trace } = artefacts;
  if (loads !== null && trace !== null)
    throw new UsageError('--loads and --trace are both given: a trace has its own loads.');
  if (trace !== null) {
    if (counts['top-k'] !== undefined || counts['topk-groups'] !== undefined)
      throw new UsageError('--top-k and --topk-groups are for --loads: a trace says what its tokens chose.');
    const recorded = readTrace(trace, counts.experts);
    return { loads: recorded.loads, recorded };
  }
  if (loads === null)
    throw new UsageError(
      'place needs a job, --loads FILE ([layers][experts] tokens as JSON) or --trace FILE (recorded tokens).',
    );
  if (counts.experts !== undefined)
    throw new UsageError('--experts is for --trace: loads name every expert.');
  return { loads: readLoads(loads), recorded: null };
}

/** How tokens choose: as they were recorded, or by the loads where the call says how many experts a token takes. */
function crossingOf(
  { counts }: Call,
  loads: LayerTable,
  recorded: RecordedTokens | null,
  { groups, nodes, gpus }: EplbShape,
): Crossing | null {
  const topK = counts['top-k'];
  if (topK === undefined && recorded === null) return null;
  if (gpus % nodes !== 0) throw new UsageError(`${gpus} GPUs do not divide over ${nodes} nodes.`);
  if (recorded) return recordedCrossing(recorded.tokens, nodes, recorded.topK);
  const experts = loads[0]?.length ?? 0;
  const choice: TokenChoice = { topK: topK!, groups, topkGroups: counts['topk-groups'] ?? groups };
  if (choice.topK > experts)
    throw new UsageError(`--top-k ${choice.topK} is more than the ${experts} experts.`);
  if (choice.topkGroups > groups)
    throw new UsageError(`--topk-groups ${choice.topkGroups} is more than the ${groups} groups.`);
  return drawnCrossing(loads, nodes, choice);
}

const remoteNodes = (crossing: Crossing, slots: LayerTable): number =>
  mean(slots.map((row, layer) => crossing.remoteNodes(layer, row)));

/** Exchanges that a search looks at in each layer. */
const LOOKS = 20_000;

/** What a local search makes of EPLB's placement. */
function searched(
  loads: LayerTable,
  eplb: EplbPlacement,
  { gpus, nodes }: EplbShape,
  crossing: Crossing | null,
): EplbPlacement {
  if (gpus % nodes !== 0) throw new UsageError(`${gpus} GPUs do not divide over ${nodes} nodes.`);
  const steps = searchPlacement({ loads, start: eplb.phy2log, gpus, nodes, crossing, looks: LOOKS });
  const { slots } = tellingProgress('place', steps);
  const phy2log = slots.map((row) => [...row]);
  return {
    phy2log,
    log2phy: phy2log.map((row, layer) => slotsOf(row, eplb.logcnt[layer]!)),
    logcnt: eplb.logcnt,
  };
}

/** [experts][most replicas of any expert] slots of each expert, then -1. */
function slotsOf(row: readonly number[], counts: readonly number[]): number[][] {
  const most = Math.max(...counts);
  const slots = counts.map((): number[] => []);
  row.forEach((expert, slot) => {
    slots[expert]!.push(slot);
  });
  return slots.map((own) => [...own, ...new Array<number>(most - own.length).fill(-1)]);
}

/** What the search starts from. */
function eplbFigures(loads: LayerTable, eplb: EplbPlacement, { gpus }: EplbShape, crossing: Crossing | null) {
  const perLayer = gpuLoads(loads, eplb, gpus).map(maxOverMean);
  return {
    maxOverMean: Math.max(...perLayer),
    meanOfLayers: mean(perLayer),
    perLayer,
    ...(crossing ? { remoteNodesPerToken: remoteNodes(crossing, eplb.phy2log) } : {}),
  };
}

function required(call: Call, option: CountOption): number {
  const value = call.counts[option];
  if (value === undefined) throw new UsageError(`place needs --${option}.`);
  return value;
}

/** `5 6 | 5 7 | …`: the experts of each GPU. */
function gpuRows(slots: readonly number[], gpus: number): string {
  const each = slots.length / gpus;
  return Array.from({ length: gpus }, (_, gpu) => slots.slice(gpu * each, (gpu + 1) * each).join(' ')).join(
    ' | ',
  );
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** 1 where nothing is loaded: as even as it gets. */
function maxOverMean(loads: readonly number[]): number {
  const average = mean(loads);
  return average === 0 ? 1 : loads.reduce((a, b) => Math.max(a, b), 0) / average;
}
