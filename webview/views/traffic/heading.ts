import type { SimulationResult } from '../../../src/sim/result';
import { significant, times } from '../../format';
import { argmax, type Heat, heaviestPair } from '../../model/traffic';
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

/** Of the mean layer, in which no rank sets the pace: layers wait one by one. */
export function headingOfMean(heat: Heat, layers: number): string {
  const receiver = argmax(heat.columnSums);
  const received = heat.columnSums[receiver]!;
  return t.headMean(layers, receiver, significant(received), times(received / heat.mean));
}

export function headingOfNodes(heat: Heat, ids: readonly number[]): string {
  const pair = heaviestPair(heat);
  if (pair.overMean < EVEN) return t.headNodesEven(significant(pair.rows));
  const [rows, ratio] = [significant(pair.rows), times(pair.overMean)];
  if (pair.sameForAll === 'sources' && heat.size > 2) return t.headNodeReceives(ids[pair.to]!, rows, ratio);
  if (pair.sameForAll === 'destinations' && heat.size > 2)
    return t.headNodeReturns(ids[pair.from]!, rows, ratio);
  return t.headNodes(ids[pair.from]!, ids[pair.to]!, rows, ratio);
}
