import type { SimulationResult } from '../../../src/sim/result';
import { GIB, gibCapacity, gibShort, significant } from '../../format';
import { difference, reasonsOf } from '../../model/difference';
import { meanMemory } from '../../model/memory';
import { deviceName } from '../../strings';
import { text as t } from './strings';

/** Extra memory of the fullest rank that is worth a word. */
const NOTICEABLE_BYTES = 0.05 * GIB;

/** How the fullest rank differs between two layouts. */
export function differenceOf(before: SimulationResult, after: SimulationResult): string {
  const fullest = ({ memory }: SimulationResult) => memory.perRank[memory.fullestRank]!;
  const [was, is] = [fullest(before), fullest(after)];
  const sentence = difference({
    what: t.fullest,
    before: was.total / GIB,
    after: is.total / GIB,
    as: (value, figures) => significant(value, figures),
    unit: ' GiB',
    reasons: reasonsOf('memory', before, after),
  });
  const fits = (rank: typeof was) => rank.total <= rank.capacity;
  const verdict =
    fits(was) === fits(is) ? (fits(is) ? '' : t.neitherFits) : fits(is) ? t.nowFits : t.fitsNoMore;
  return verdict === '' ? sentence : `${sentence} ${verdict}`;
}

/** What the picture proves. */
export function headingOf({ memory, scenario }: SimulationResult): string {
  const fullest = memory.perRank[memory.fullestRank]!;
  const capacity = gibCapacity(fullest.capacity);
  const { contextLength } = scenario.workload;
  if (memory.shortage === 'every-sequence')
    return t.headNoSequence(fullest.rank, gibShort(fullest.total - fullest.capacity), contextLength);
  if (memory.shortage === 'some-sequences') {
    const { held, wanted } = memory.kvSequences!;
    return [
      t.headCaches(capacity, held, wanted, contextLength),
      memory.largest.contextLength ? t.headAllCached(wanted, memory.largest.contextLength) : '',
    ]
      .filter(Boolean)
      .join(' ');
  }
  if (fullest.total > fullest.capacity) {
    const all = memory.perRank.length;
    const over = memory.perRank.filter((rank) => rank.total > rank.capacity).length;
    const figures = {
      rank: fullest.rank,
      total: gibShort(fullest.total),
      over: gibShort(fullest.total - fullest.capacity),
      capacity,
      device: deviceName(scenario.cluster.accelerator),
    };
    if (all === 1) return t.headOver(figures);
    return over === all ? t.headOverAll(figures, all) : t.headOverSome(figures, over, all);
  }
  const mean = meanMemory(memory);
  const extra = fullest.activations + fullest.buffers - mean.activations - mean.buffers;
  const figures = { rank: fullest.rank, free: gibShort(fullest.capacity - fullest.total), capacity };
  const free = extra > NOTICEABLE_BYTES ? t.headSkewed(figures, gibShort(extra)) : t.headEven(figures);
  return memory.isTight ? `${free} ${t.headTight}` : free;
}
