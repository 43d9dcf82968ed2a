import type { Scenario, WireDtype } from '../../scenario/scenario';
import { expertInputSize } from '../parameters/moe';
import { partsSentTo } from '../placement/shards';
import type { ComparisonEntry, TrafficResult } from '../result';
import { because, type Chain, chainFrom, entry, formatBytes } from './chain';
import type { StepScope } from './scope';

const BF16_BYTES = 2;

/**
 * Expert parallel: the textbook's `2·B·S·H` (dispatch and combine of every token once) against the rows that the backend
 * sends to other ranks, mean over the ranks of the EP group, forward. Backward sends the same rows, as wide as combine's.
 */
export function expertParallel(
  scenario: Scenario,
  traffic: TrafficResult,
  scope: StepScope,
): ComparisonEntry {
  const { model, layout } = scenario;
  const tokens = traffic.tokensPerRank;
  const textbook = 2 * tokens * model.hiddenSize * BF16_BYTES;
  const rows = rowCounts(traffic);
  const chain = layout.ep === 1 ? alone(textbook) : reasons(scenario, traffic, textbook, rows);
  const backward = scope.isTraining ? 2 * traffic.combine.rowBytes : 0;
  const perLayer = rows.remote * (traffic.dispatch.rowBytes + traffic.combine.rowBytes + backward);
  return entry(
    { formula: '2·B·S·H', per: 'MoE layer, forward', note: note(scenario, traffic, rows) },
    textbook,
    chain,
    layout.ep === 1 ? 0 : perLayer * scope.moeLayers * scope.microbatches,
  );
}

const alone = (textbook: number): Chain => because(chainFrom(textbook), 'EP is 1: nothing to send', 0);

/** Rows per rank: all, and those that leave the rank. */
interface RowCounts {
  readonly all: number;
  readonly remote: number;
}

function rowCounts({ rows: { size, data } }: TrafficResult): RowCounts {
  let all = 0;
  let local = 0;
  for (let source = 0; source < size; source++) {
    for (let destination = 0; destination < size; destination++) {
      const count = data[source * size + destination]!;
      all += count;
      if (source === destination) local += count;
    }
  }
  return { all: all / size, remote: (all - local) / size };
}

function reasons(scenario: Scenario, traffic: TrafficResult, textbook: number, rows: RowCounts) {
  const { model, communication } = scenario;
  const { topK } = model;
  const ranks = traffic.rows.size;
  const parts = partsSentTo(scenario);
  const latent = expertInputSize(model);
  const kept = 1 - traffic.load.dropped;
  const padded = 1 / (1 - traffic.load.padding);
  const copies = rows.all / traffic.tokensPerRank;
  const width = traffic.dispatch.rowBytes + traffic.combine.rowBytes;
  const steps: readonly [label: string, factor: number][] = [
    [`top-${topK}, not top-1`, topK],
    [`rows in the experts' latent of ${latent}`, latent / model.hiddenSize],
    [widthLabel(communication), width / (2 * latent * BF16_BYTES)],
    [`${percent(traffic.load.dropped)} dropped by the capacity factor`, kept],
    ['experts padded to their capacity', padded],
    [`to the ${parts} ranks that split an expert (ETP)`, parts],
    [copiesLabel(copies, topK * kept * padded * parts, ranks), copies / (topK * kept * padded * parts)],
    [`1 of ${ranks} ranks is itself`, rows.remote / rows.all],
  ];
  return steps.reduce(
    (chain, [label, factor]) => because(chain, label, negligible(factor)),
    chainFrom(textbook),
  );
}

/** Rounding noise of summed rows is no reason. */
const negligible = (factor: number): number => (Math.abs(factor - 1) < 1e-9 ? 1 : factor);

const dtypeNames: Readonly<Record<WireDtype, string>> = {
  bf16: 'BF16',
  fp8: 'FP8 with scales',
  fp4: 'FP4 with scales',
};

function widthLabel({ dispatchDtype, combineDtype }: Scenario['communication']): string {
  if (combineDtype === 'bf16') return `dispatch in ${dtypeNames[dispatchDtype]}`;
  return `dispatch in ${dtypeNames[dispatchDtype]}, combine in ${dtypeNames[combineDtype]}`;
}

function copiesLabel(copies: number, assignments: number, ranks: number): string {
  const expected = Number(assignments.toPrecision(3));
  return copies > assignments
    ? `every token to all ${ranks} ranks, not ${expected}`
    : `one copy per rank: ${copies.toFixed(2)}, not ${expected}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function note({ layout, cluster }: Scenario, traffic: TrafficResult, rows: RowCounts): string {
  if (layout.ep === 1) return 'All experts are on every rank.';
  const ranks = traffic.rows.size;
  const width = traffic.dispatch.rowBytes + traffic.combine.rowBytes;
  const nic = (traffic.dispatch.scaleOutBytes + traffic.combine.scaleOutBytes) / ranks;
  const skew = traffic.load.maxOverMean;
  const load =
    skew > 1.005 ? ` The experts of rank ${traffic.load.fullestRank} get ${skew.toFixed(2)}× the mean.` : '';
  const link =
    nic === 0
      ? 'None of it crosses the NIC.'
      : `Of ${formatBytes(rows.remote * width)}, ${formatBytes(nic)} cross the NIC: ${traffic.perToken.remoteNodes.toFixed(2)} other ${cluster.scaleUpDomain > cluster.gpusPerNode ? 'scale-up domains' : 'nodes'} per token.`;
  return link + load;
}
