import type { SimulationResult } from '../../src/sim/result';
import { count, GIB, timeText } from '../format';
import { niceStep } from '../model/axis';
import { type Heat, heatAt, normalise } from '../model/heat';
import { barsOf, PART_COLOURS, partsOf } from '../model/memory';
import { PART_FILLS, partsOfSteps } from '../model/step';
import { text as shared } from '../strings';
import { text as memory } from '../views/memory/strings';
import { pictureHtml } from './html';
import { text as t } from './strings';
import { LEVELS } from './style';
import { bar, label, legend, n, rule, swatch, WIDTH } from './svg';

const MOST_CELLS = 64;
const MOST_BARS = 128;

/** Cells of a square picture: as many as there are, or the largest of each block of `pooled` by `pooled`. */
export function pooledCells(
  heat: Heat,
  most: number,
): { side: number; pooled: number; values: Float64Array } {
  const pooled = Math.ceil(heat.size / most);
  const side = Math.ceil(heat.size / pooled);
  const values = new Float64Array(side * side);
  for (let i = 0; i < heat.size; i++)
    for (let k = 0; k < heat.size; k++) {
      const at = Math.floor(i / pooled) * side + Math.floor(k / pooled);
      values[at] = Math.max(values[at]!, heatAt(heat, i, k));
    }
  return { side, pooled, values };
}

/** A matrix as squares in the steps of the colour scale: one path for each step, so that it stays small. */
export function heatPicture(heat: Heat, of: string, ids: readonly number[] | null): string {
  const { side, pooled, values } = pooledCells(heat, MOST_CELLS);
  const position = normalise(heat, 'linear');
  const size = 640;
  const cell = size / side;
  const [left, top] = [48, 20];
  const level = (row: number, column: number) =>
    Math.max(0, Math.min(LEVELS - 1, Math.round(position(values[row * side + column]!) * (LEVELS - 1))));
  const paths = Array.from({ length: LEVELS }, (): string[] => []);
  for (let column = 0; column < side; column++)
    for (let row = 0; row < side; ) {
      const from = row;
      const shown = level(row, column);
      while (row < side && level(row, column) === shown) row += 1;
      // A hair wider than a cell, or the page shows between neighbours.
      paths[shown]!.push(
        `M${n(left + column * cell)} ${n(top + from * cell)}h${n(cell + 0.2)}v${n((row - from) * cell + 0.2)}h${n(-cell - 0.2)}z`,
      );
    }
  const every = Math.max(1, Math.ceil(side / 8));
  const marks = Array.from({ length: Math.ceil(side / every) }, (_, at) => at * every).flatMap((at) => {
    const name = String(ids?.[at * pooled] ?? at * pooled);
    return [
      label(left + at * cell + 1, top - 6, name, 'class="quiet"'),
      label(left - 6, top + at * cell + Math.min(cell, 12), name, 'class="quiet" text-anchor="end"'),
    ];
  });
  const content = [
    ...paths.map((path, at) => (path.length > 0 ? `<path class="q${at}" d="${path.join('')}"/>` : '')),
    ...marks,
  ].filter((part) => part !== '');
  const caption = `${t.heat(of, pooled)} ${t.scale(count(heat.low), count(heat.high))}`;
  return `<div class="heat">${pictureHtml(t.heat(of, pooled), left + size + 8, top + size + 4, content.join('\n'), caption)}</div>`;
}

/** What each rank holds, stacked, against what it has; by node where ranks are many. */
export function memoryPicture(result: SimulationResult): string {
  const { perRank } = result.memory;
  const group = perRank.length > MOST_BARS ? 'nodes' : 'ranks';
  const bars = barsOf(result.memory, result.placement.nodeOfRank, group, 'rank');
  const parts = partsOf(result.memory);
  const [left, height] = [48, 220];
  const top = bars.reduce((most, { rank }) => Math.max(most, rank.total, rank.capacity), 0) * 1.04;
  const y = (bytes: number) => 8 + height * (1 - bytes / top);
  const wide = (WIDTH - left) / bars.length;
  const stacks = bars.flatMap(({ rank }, at) => {
    let below = 0;
    return parts.flatMap((part) => {
      const from = below;
      below += rank[part];
      if (rank[part] === 0) return [];
      const x = left + at * wide;
      return [bar(x, y(below), Math.max(0.5, wide * 0.86), y(from) - y(below), PART_COLOURS[part])];
    });
  });
  const step = niceStep(top / GIB);
  const ticks = Array.from({ length: Math.floor(top / GIB / step) + 1 }, (_, at) => at * step);
  const capacity = perRank[0]!.capacity;
  const content = [
    ...ticks.map((tick) => rule(left, y(tick * GIB), WIDTH, y(tick * GIB))),
    ...ticks.map((tick) =>
      label(left - 6, y(tick * GIB) + 4, count(tick), 'class="quiet" text-anchor="end"'),
    ),
    ...stacks,
    rule(left, y(capacity), WIDTH, y(capacity), 'capacity'),
  ];
  const caption = t.memory(group === 'ranks' ? t.rank : t.fullestOfNode);
  const picture = pictureHtml(caption, WIDTH, height + 16, content.join('\n'), caption);
  return picture + legend(parts.map((part) => swatch(PART_COLOURS[part], memory.parts[part])));
}

/** A hatch means waiting on screen; here, where nothing overlaps it, a plain tone says the same. */
const fillOf = (name: keyof typeof PART_FILLS) => (name === 'waiting' ? 'var(--n3)' : PART_FILLS[name]);

/** The step on one bar. */
export function stepPicture({ step }: SimulationResult): string {
  const parts = partsOfSteps([step]);
  let x = 0;
  const content = parts.flatMap(({ name, seconds }) => {
    const from = x;
    const wide = (seconds[0]! / step.seconds) * WIDTH;
    x += wide;
    const shown = bar(from, 0, Math.max(0.5, wide - 1), 28, fillOf(name));
    return wide < 56 ? [shown] : [shown, label(from, 44, timeText(seconds[0]!), 'class="quiet"')];
  });
  const said = parts.map(({ name, seconds }) => `${shared.stepParts[name]} ${timeText(seconds[0]!)}`);
  const picture = pictureHtml(said.join(', '), WIDTH, 48, content.join('\n'), t.step);
  return picture + legend(parts.map(({ name }) => swatch(fillOf(name), shared.stepParts[name])));
}
