import type { PlanEntry, PlanReport } from '../../../src/worker/plan';
import { GIB } from '../../format';
import { niceTicks } from '../../model/axis';

export const HEIGHT = 240;
export const INSET = { left: 56, right: 16, top: 24, bottom: 36 } as const;

interface Scale {
  readonly of: (value: number) => number;
  readonly ticks: readonly number[];
}

function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || Math.max(1, Math.abs(high));
  const [least, most] = [low - 0.05 * span, high + 0.05 * span];
  return {
    of: (value) => from + ((value - least) / (most - least)) * (to - from),
    ticks: niceTicks(least, most),
  };
}

/** Whether there is more to draw than the job as it is. */
export const hasPicture = ({ pareto, best }: PlanReport): boolean => pareto.length + best.length > 0;

/**
 * Where the layouts of a plan stand in a picture, throughput over free memory; `null` where there is none to show.
 *
 * @param width of the whole picture, CSS pixels
 */
export function scatterOf({ pareto, best, present }: PlanReport, width: number) {
  if (pareto.length + best.length === 0) return null;
  const all = [...pareto, ...best, ...(present ? [present] : [])];
  const free = (entry: PlanEntry): number => entry.freeBytes / GIB;
  const speed = (entry: PlanEntry): number => entry.tokensPerSecondPerGpu;
  const x = scale(all.map(free), INSET.left, width - INSET.right);
  const y = scale(all.map(speed), HEIGHT - INSET.bottom, INSET.top);
  // Where something is out for want of memory, the edge of it is in sight.
  const edge = Math.min(...all.map(free)) < 0 ? x.of(0) : null;
  return { x, y, edge, at: (entry: PlanEntry) => ({ cx: x.of(free(entry)), cy: y.of(speed(entry)) }) };
}
