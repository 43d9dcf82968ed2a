import type { SimulationResult } from '../../src/sim/result';
import { count, GIB, timeText } from '../format';
import { niceStep } from '../model/axis';
import { type Heat, heatAt, normalise } from '../model/heat';
import { barsOf, PART_COLOURS, partsOf } from '../model/memory';
import { PART_FILLS, partsOfSteps } from '../model/step';
import { text as shared } from '../strings';
import { text as memory } from '../views/memory/strings';
import { type Drawing, pictureHtml } from './html';
import { text as t } from './strings';
import { LEVELS } from './style';
import { bar, label, legend, n, rule, swatch } from './svg';

const MOST_CELLS = 64;
const MOST_BARS = 128;
const HEAT_LEFT = 48;

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
  const cells = pooledCells(heat, MOST_CELLS);
  const { low, high } = heat;
  const caption = `${t.heat(of, cells.pooled)} ${t.scale(count(low), count(high))}`;
  const picture = pictureHtml(t.heat(of, cells.pooled), caption, (width) =>
    drawHeat(heat, cells, ids, width),
  );
  return `<div class="heat">${picture}</div>`;
}

function drawHeat(
  heat: Heat,
  { side, pooled, values }: ReturnType<typeof pooledCells>,
  ids: readonly number[] | null,
  width: number,
): Drawing {
  const position = normalise(heat, 'linear');
  const size = width - HEAT_LEFT - 8;
  const cell = size / side;
  const [left, top] = [HEAT_LEFT, 20];
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
  return { height: top + size + 4, content: content.join('\n') };
}

/** What each rank holds, stacked, against what it has; by node where ranks are many. */
export function memoryPicture(result: SimulationResult): string {
  const { perRank } = result.memory;
  const group = perRank.length > MOST_BARS ? 'nodes' : 'ranks';
  const bars = barsOf(result.memory, result.placement.nodeOfRank, group, 'rank');
  const parts = partsOf(result.memory);
  const caption = t.memory(group === 'ranks' ? t.rank : t.fullestOfNode);
  const picture = pictureHtml(caption, caption, (width) => drawMemory(result, bars, parts, width));
  return picture + legend(parts.map((part) => swatch(PART_COLOURS[part], memory.parts[part])));
}

function drawMemory(
  { memory: { perRank } }: SimulationResult,
  bars: ReturnType<typeof barsOf>,
  parts: ReturnType<typeof partsOf>,
  width: number,
): Drawing {
  const [left, height] = [48, 220];
  const top = bars.reduce((most, { rank }) => Math.max(most, rank.total, rank.capacity), 0) * 1.04;
  const y = (bytes: number) => 8 + height * (1 - bytes / top);
  const wide = (width - left) / bars.length;
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
    ...ticks.map((tick) => rule(left, y(tick * GIB), width, y(tick * GIB))),
    ...ticks.map((tick) =>
      label(left - 6, y(tick * GIB) + 4, count(tick), 'class="quiet" text-anchor="end"'),
    ),
    ...stacks,
    rule(left, y(capacity), width, y(capacity), 'capacity'),
  ];
  return { height: height + 16, content: content.join('\n') };
}

/** A hatch means waiting on screen; here, where nothing overlaps it, a plain tone says the same. */
const fillOf = (name: keyof typeof PART_FILLS) => (name === 'waiting' ? 'var(--n3)' : PART_FILLS[name]);

/** The step on one bar. */
export function stepPicture({ step }: SimulationResult): string {
  const parts = partsOfSteps([step]);
  const said = parts.map(({ name, seconds }) => `${shared.stepParts[name]} ${timeText(seconds[0]!)}`);
  const picture = pictureHtml(said.join(', '), t.step, (width) => {
    let x = 0;
    const content = parts.flatMap(({ name, seconds }) => {
      const from = x;
      const wide = (seconds[0]! / step.seconds) * width;
      x += wide;
      const shown = bar(from, 0, Math.max(0.5, wide - 1), 28, fillOf(name));
      return wide < 56 ? [shown] : [shown, label(from, 44, timeText(seconds[0]!), 'class="quiet"')];
    });
    return { height: 48, content: content.join('\n') };
  });
  return picture + legend(parts.map(({ name }) => swatch(fillOf(name), shared.stepParts[name])));
}
