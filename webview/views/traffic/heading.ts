import type { SimulationResult } from '../../../src/sim/result';
import { bytes, significant, times, timeText } from '../../format';
import { difference, reasonsOf } from '../../model/difference';
import { argmax, type Heat, type Phase, phasesOf } from '../../model/heat';
import { heaviestPair } from '../../model/traffic';
import { text } from '../../strings';
import type { Drawn, Shown } from './drawn';
import { text as t } from './strings';

/** A largest value this close to the mean stands out from nothing. */
const EVEN = 1.02;

export function headingOfRanks(result: SimulationResult, heat: Heat, phase: 'dispatch' | 'combine'): string {
  const { traffic, scenario } = result;
  const [sender, receiver] = [argmax(heat.rowSums), argmax(heat.columnSums)];
  const [sent, received] = [heat.rowSums[sender]!, heat.columnSums[receiver]!];
  if (phase === 'combine') {
    const dtype = t.dtypeShort[scenario.communication.combineDtype];
    const size = times(traffic.combine.rowBytes / traffic.dispatch.rowBytes);
    if (sent < heat.mean * EVEN) return t.headCombineEven(dtype, size);
    return t.headCombine(sender, times(sent / heat.mean), dtype, size);
  }
  if (traffic.backend === 'allgather-reducescatter') return t.headGather(significant(heat.high));
  const [sendsEvenly, receivesEvenly] = [sent < heat.mean * EVEN, received < heat.mean * EVEN];
  if (sendsEvenly && receivesEvenly) return t.headEven(significant(heat.mean));
  if (sendsEvenly) return t.headDispatch(significant(heat.mean), receiver, significant(received));
  return t.headUneven(sender, significant(sent), receiver, significant(received));
}

/** What the picture proves, in the unit on show. */
export function headingOf(drawn: Drawn, shown: Shown): string {
  const { result, heat, ids, chosen } = drawn;
  const { phase, level, unit } = shown;
  if (unit === 'time') return headingOfTime(drawn, shown);
  if (phase === 'both' || unit === 'bytes') return headingOfAmounts(drawn, shown);
  if (level === 'nodes') return headingOfNodes(heat, ids);
  return chosen === 'mean' && phase === 'dispatch'
    ? headingOfMean(heat, result.placement.layers.maxOverMean.length)
    : headingOfRanks(result, heat, phase);
}

const largestOf = (totals: Float64Array) => ({ at: argmax(totals), total: totals[argmax(totals)]! });

/** Who sends and who receives most, in bytes, or in copies of both directions. */
function headingOfAmounts({ heat, ids }: Drawn, { phase, level, quantity, unit }: Shown): string {
  const name = (index: number) => t.one(level === 'ranks' ? index : ids[index]!, level);
  const amount = (value: number) =>
    unit === 'copies' ? t.amountCopies(quantity.text(value)) : quantity.text(value);
  const [sender, receiver] = [largestOf(heat.rowSums), largestOf(heat.columnSums)];
  const what = t.phaseName[phase];
  if (sender.total < heat.mean * EVEN && receiver.total < heat.mean * EVEN)
    return t.headAmountsEven(what, level, amount(heat.mean));
  return t.headAmounts(
    what,
    name(sender.at),
    amount(sender.total),
    name(receiver.at),
    amount(receiver.total),
  );
}

/** Whose links are busy longest, against what the phase takes. */
function headingOfTime({ result, heat, ids }: Drawn, { phase, level, quantity }: Shown): string {
  const [sender, receiver] = [largestOf(heat.rowSums), largestOf(heat.columnSums)];
  const most = sender.total > receiver.total ? sender : receiver;
  const all = phasesOf(phase).reduce((sum, one) => sum + result.time[one].microseconds, 0);
  const name = t.one(level === 'ranks' ? most.at : ids[most.at]!, level);
  return t.time.head(name, quantity.text(most.total), timeText(all * 1e-6), t.phaseName[phase]);
}

/** How what the busiest rank puts on the wire differs between two layouts, or how long that takes. */
export function differenceOf(before: Drawn, after: Drawn, { phase, unit }: Shown): string {
  const phases = phasesOf(phase);
  const sum = (of: (phase: Phase) => number) => phases.reduce((total, one) => total + of(one), 0);
  const reasons = reasonsOf('traffic', before.result, after.result);
  const name = t.phaseName[phase];
  if (unit === 'time') {
    const seconds = ({ result }: Drawn) => sum((one) => result.time[one].microseconds) * 1e-6;
    return difference({
      what: t.takes(name),
      before: seconds(before),
      after: seconds(after),
      as: timeText,
      reasons,
    });
  }
  const isFar = before.result.traffic.domains > 1 || after.result.traffic.domains > 1;
  const busiest = ({ result: { traffic } }: Drawn) =>
    sum((one) => traffic[one].busiest[isFar ? 'scaleOutBytes' : 'scaleUpBytes']);
  const link = isFar ? text.link.nic : text.link.scaleUp(after.result.scenario.cluster.accelerator);
  return difference({
    what: t.busiest(link, name),
    before: busiest(before),
    after: busiest(after),
    as: bytes,
    reasons,
  });
}

/** Of the mean layer, in which no rank sets the pace: layers wait one by one. */
function headingOfMean(heat: Heat, layers: number): string {
  const receiver = argmax(heat.columnSums);
  const received = heat.columnSums[receiver]!;
  return t.headMean(layers, receiver, significant(received), times(received / heat.mean));
}

function headingOfNodes(heat: Heat, ids: readonly number[]): string {
  const pair = heaviestPair(heat);
  if (pair.overMean < EVEN) return t.headNodesEven(significant(pair.rows));
  const [rows, ratio] = [significant(pair.rows), times(pair.overMean)];
  if (pair.sameForAll === 'sources' && heat.size > 2) return t.headNodeReceives(ids[pair.to]!, rows, ratio);
  if (pair.sameForAll === 'destinations' && heat.size > 2)
    return t.headNodeReturns(ids[pair.from]!, rows, ratio);
  return t.headNodes(ids[pair.from]!, ids[pair.to]!, rows, ratio);
}
