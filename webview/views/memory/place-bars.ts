import type { Bar } from '../../model/memory';
import { runsOf } from '../../model/nodes';

/** Room for the axis at the left, pixels. */
export const LEFT = 36;
export const SMALLEST_BAR = 3;
const LARGEST_BAR = 48;

/** Where the bars stand: grouped by node in rank order, evenly otherwise. */
export function placeBars(
  bars: readonly Bar[],
  width: number,
  group: 'ranks' | 'nodes',
  order: 'rank' | 'total',
) {
  const room = width - LEFT;
  const runs = group === 'ranks' && order === 'rank' ? runsOf(bars.map((bar) => bar.node)) : [];
  const gaps = Math.max(0, runs.length - 1);
  const widest = group === 'ranks' ? room / bars.length : Math.min(LARGEST_BAR / 0.6, room / bars.length);
  const fitted = gaps > 0 ? Math.floor((room - gaps * 3) / bars.length) : widest;
  const unit = Math.max(gaps > 0 ? SMALLEST_BAR : 1, Math.min(LARGEST_BAR, gaps > 0 ? fitted : widest));
  // Half of one at either end.
  const nodeGap = gaps > 0 ? Math.min(12, (room - bars.length * unit) / (gaps + 1)) : 0;
  // Few bars stand apart rather than all at the left.
  const pitch =
    group === 'nodes' ? room / bars.length : Math.max(unit, (room - (gaps + 1) * nodeGap) / bars.length);
  const bar = unit > 10 ? Math.round(unit * (group === 'nodes' ? 0.6 : 0.78)) : unit >= 3 ? unit - 1 : unit;
  let node = -1;
  let before = 0;
  const starts = bars.map((entry, index) => {
    if (index > 0 && gaps > 0 && entry.node !== node) before += 1;
    node = entry.node;
    const offset = unit === LARGEST_BAR || group === 'nodes' ? (pitch - bar) / 2 : nodeGap / 2;
    return LEFT + offset + index * pitch + before * nodeGap;
  });
  return { starts, bar, runs };
}
