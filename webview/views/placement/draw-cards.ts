import { type CardLayout, slotCorner } from '../../charts/gpu-cards';
import type { Blocks } from '../../charts/rank-blocks';
import { fixed } from '../../format';
import { positionOn } from '../../model/load-scale';
import type { LoadRange, PlacedLayer } from '../../model/placement';
import { css, ink } from '../../ramp';
import { resolveColour, type Theme } from '../../theme';
import { text as t } from './strings';

/** Colours of what is not load, as the page's theme has them; a canvas knows no variables. */
interface Palette {
  readonly font: string;
  readonly line: string;
  readonly ink: string;
  readonly quiet: string;
  readonly shared: string;
  readonly dense: string;
  readonly bar: string;
  /** Around cells in high contrast, where the low end of the ramp is the background. */
  readonly edge: string | null;
}

function paletteOf(theme: Theme): Palette {
  const isHighContrast = theme.kind.startsWith('high-contrast');
  return {
    font: getComputedStyle(document.body).fontFamily,
    line: resolveColour('var(--line)'),
    ink: resolveColour('var(--fg)'),
    quiet: resolveColour('var(--muted)'),
    shared: resolveColour('var(--n3)'),
    dense: resolveColour(isHighContrast ? 'var(--n3)' : 'var(--n2)'),
    bar: resolveColour('var(--n3)'),
    edge: isHighContrast ? resolveColour('var(--n2)') : null,
  };
}

const NUMBER_ROOM = 22;

/** Paints all that does not change while the cursor moves. */
export function drawCards(
  context: CanvasRenderingContext2D,
  layout: CardLayout,
  placed: PlacedLayer,
  loads: LoadRange,
  theme: Theme,
): void {
  const palette = paletteOf(theme);
  const { blocks, cells } = layout;
  const at = positionOn(cells ? loads.slots : loads.ranks);
  const colour = (load: number) => theme.ramp[Math.round(at(load) * 255)]!;
  context.lineWidth = 1;
  context.textBaseline = 'alphabetic';
  drawLabels(context, layout, palette);
  for (let rank = 0; rank < placed.slotsOfRank.length; rank++) {
    const { x, y } = blocks.place(rank);
    if (!cells) {
      context.fillStyle = css(colour(placed.loadOfRank[rank]!));
      context.fillRect(x, y, blocks.gpu.width, blocks.gpu.height);
      if (palette.edge && blocks.gap > 0) outline(context, palette.edge, x, y, blocks.gpu);
      continue;
    }
    outline(context, palette.line, x, y, blocks.gpu);
    if (blocks.detail === 'cards') drawHeader(context, layout, placed, palette, rank);
    placed.slotsOfRank[rank]!.forEach((slot, index) => {
      const corner = slotCorner(cells, index);
      const [left, top] = [x + corner.x, y + corner.y];
      const fill = colour(placed.loadOfSlot[slot]!);
      context.fillStyle = css(fill);
      context.fillRect(left, top, cells.width, cells.height);
      if (palette.edge) outline(context, palette.edge, left, top, cells);
      if (cells.width >= NUMBER_ROOM) {
        context.fillStyle = ink(fill);
        context.font = `10px ${palette.font}`;
        context.textAlign = 'center';
        context.fillText(String(placed.expertOfSlot[slot]), left + cells.width / 2, top + cells.height - 4);
      }
      if (placed.copies[placed.expertOfSlot[slot]!]! > 1) markCopies(context, ink(fill), left, top, cells);
    });
    if (cells.shared) {
      const { left, width, height } = cells.shared;
      outline(context, palette.shared, x + left, y + cells.top, { width, height });
    }
    context.fillStyle = palette.dense;
    const { left, top, width, height } = cells.dense;
    context.fillRect(x + left, y + top, width, height);
  }
}

function outline(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  { width, height }: { width: number; height: number },
) {
  context.strokeStyle = colour;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
}

/** The mark of an expert that has copies elsewhere: a filled corner, which no colour of the ramp can hide. */
function markCopies(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  { width, height }: { width: number; height: number },
) {
  const size = Math.max(2, Math.min(5, width - 1, height - 1));
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x + width - size, y);
  context.lineTo(x + width, y);
  context.lineTo(x + width, y + size);
  context.fill();
}

function drawHeader(
  context: CanvasRenderingContext2D,
  { blocks }: CardLayout,
  placed: PlacedLayer,
  palette: Palette,
  rank: number,
) {
  const { x, y } = blocks.place(rank);
  const load = fixed(placed.loadOfRank[rank]!, 2);
  const isBusiest = rank === placed.busiestRank && placed.loadOfRank[rank]! > 1;
  context.font = `${isBusiest ? '600 ' : ''}11px ${palette.font}`;
  // Where the two would touch, smaller type keeps them apart.
  if (context.measureText(`${rank} ${load}`).width > blocks.gpu.width - 8)
    context.font = `10px ${palette.font}`;
  context.fillStyle = isBusiest ? palette.ink : palette.quiet;
  context.textAlign = 'left';
  context.fillText(String(rank), x + 4, y + 12);
  context.fillStyle = palette.ink;
  context.textAlign = 'right';
  context.fillText(load, x + blocks.gpu.width - 4, y + 12);
}

const ROOMY = 48;
const TWO_LINES = 26;
const LINE = 13;

/** The first node of each row, where there is no room for all; the others follow. */
export function drawRowLabels(
  context: CanvasRenderingContext2D,
  blocks: Blocks,
  font: string,
  colour: string,
): void {
  const { runs, perRow, block } = blocks;
  const rows = Math.ceil(runs.length / perRow);
  const pitch = rows > 1 ? blocks.blockAt(perRow).y : LINE;
  const every = Math.ceil(LINE / pitch);
  context.font = `11px ${font}`;
  context.fillStyle = colour;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let row = 0; row < rows; row += every) {
    const node = String(runs[row * perRow]!.id);
    const middle = blocks.blockAt(row * perRow).y + block.height / 2;
    context.fillText(node, blocks.margin - 7, Math.max(LINE / 2, middle));
  }
}

function drawLabels(context: CanvasRenderingContext2D, { blocks }: CardLayout, palette: Palette) {
  if (blocks.margin > 0) return drawRowLabels(context, blocks, palette.font, palette.quiet);
  const isRoomy = blocks.label >= ROOMY;
  context.textAlign = isRoomy ? 'left' : 'right';
  blocks.runs.forEach((run, index) => {
    const { x, y } = blocks.blockAt(index);
    const middle = y + blocks.block.height / 2 + 4;
    context.font = `${isRoomy ? 12 : 11}px ${palette.font}`;
    context.fillStyle = isRoomy ? palette.ink : palette.quiet;
    const right = x + blocks.label - 5;
    if (isRoomy) context.fillText(t.node(run.id), x, middle);
    else if (blocks.block.height >= TWO_LINES) {
      context.fillText(t.nodeWord, right, middle - 7);
      context.fillText(String(run.id), right, middle + 6);
    } else context.fillText(String(run.id), right, middle);
  });
}

/** The nodes' means at the right of their lines. */
export function drawNodeLoads(
  context: CanvasRenderingContext2D,
  { blocks, margin }: CardLayout,
  { loadOfNode }: PlacedLayer,
  width: number,
  theme: Theme,
): void {
  if (margin === 0) return;
  const palette = paletteOf(theme);
  const most = Math.max(...loadOfNode);
  const start = blocks.width + 8;
  const room = width - start - 36;
  context.font = `12px ${palette.font}`;
  context.textAlign = 'right';
  loadOfNode.forEach((load, index) => {
    const middle = blocks.blockAt(index).y + blocks.block.height / 2;
    context.fillStyle = palette.bar;
    context.fillRect(start, middle - 4, (room * load) / most, 8);
    context.fillStyle = palette.ink;
    context.fillText(fixed(load, 2), width, middle + 4);
  });
}
