import type { Run } from '../model/nodes';
import { type Blocks, blocksOf, cellBlocks, rankAt } from './rank-blocks';

/** How the experts of one GPU lie on its card, CSS pixels from the card's corner. */
export interface CardCells {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  /** Of the shared experts' outline; `null` without any. */
  readonly shared: { readonly left: number; readonly width: number; readonly height: number } | null;
  readonly dense: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

export interface CardLayout {
  readonly blocks: Blocks;
  /** `null` where a GPU is one cell. */
  readonly cells: CardCells | null;
  /** Room at the right for the nodes' means; 0 where nodes lie side by side. */
  readonly margin: number;
}

export interface CardOptions {
  readonly runs: readonly Run[];
  /** Slots of the GPU that has most. */
  readonly slots: number;
  readonly hasShared: boolean;
  readonly width: number;
}

const MOST_HEIGHT = 560;
const MOST_HEIGHT_OF_RANKS = 480;
const WIDE = 640;
const MARGIN = 84;
/** Room for `Node 12`, and for the number alone. */
const LABEL = 54;
const SHORT_LABEL = 34;
const GAP = 4;
const HEADER = 15;
const CELL_HEIGHT = 16;
const CARD = { padding: 3, shared: 5, dense: 3 };
const SMALL = { padding: 1, shared: 3, dense: 2 };
/** Cards wider than this say no more, unless they hold many experts. */
const LARGEST_CARD = 180;
const MANY_SLOTS = 16;
/** The header holds rank and load. */
const smallestCard = (ranks: number) => (ranks > 1000 ? 62 : ranks > 100 ? 54 : 47);
/** Widths of a cell to try: one line of all if they are not too narrow for it, then lines of ever smaller ones. */
const SMALLEST_IN_ONE_LINE = 9;
const CELL_TARGETS = [22, 16, 12, 9, 6, 4];
const SMALL_CELLS = [10, 8, 7, 6, 5, 4, 3];

type Measures = typeof CARD;

/** Lays slots out in rows of cells of about `target` pixels within a GPU of that width. */
function cellsWithin(
  { slots, hasShared }: CardOptions,
  gpuWidth: number,
  target: number,
  measures: Measures,
  top: number,
): CardCells {
  const { padding, shared } = measures;
  const room = gpuWidth - 2 * (padding + 1) - (hasShared ? shared + 2 : 0);
  const fitting = Math.max(1, Math.min(slots, Math.floor((room + 1) / (target + 1))));
  const rows = Math.ceil(slots / fitting);
  const columns = Math.ceil(slots / rows);
  const width = Math.max(1, Math.floor((room + 1) / columns) - 1);
  const height = rows === 1 && top > 1 ? CELL_HEIGHT : Math.min(CELL_HEIGHT, Math.max(width, 3));
  const left = padding + 1;
  const tall = rows * (height + 1) - 1;
  return {
    columns,
    width,
    height,
    left,
    top,
    shared: hasShared ? { left: gpuWidth - padding - 1 - shared, width: shared, height: tall } : null,
    dense: { left, top: top + tall + 2, width: gpuWidth - 2 * left, height: measures.dense },
  };
}

const heightOf = ({ dense }: CardCells, padding: number) => dense.top + dense.height + padding;

/** Cards with rank and load in their header, as wide as the panel allows; `null` where they are too many. */
function asCards(options: CardOptions): CardLayout | null {
  const { runs, width, slots } = options;
  const largest = Math.max(...runs.map((run) => run.count));
  const ranks = runs.reduce((sum, run) => sum + run.count, 0);
  const smallest = smallestCard(ranks);
  for (let perRow = 1; perRow <= runs.length; perRow++) {
    const margin = perRow === 1 && runs.length > 1 && width >= WIDE ? MARGIN : 0;
    const label = perRow === 1 && width >= WIDE ? LABEL : SHORT_LABEL;
    const blockGap = 12;
    const room = (width - margin + blockGap) / perRow - blockGap - label;
    const fitting = Math.floor((room + GAP) / (smallest + GAP));
    if (fitting < 1) return null;
    const perLine = Math.ceil(largest / Math.ceil(largest / Math.min(fitting, largest)));
    const filled = Math.floor((room + GAP) / perLine) - GAP;
    const gpuWidth = Math.min(filled, slots > MANY_SLOTS ? filled : LARGEST_CARD);
    const inOneLine = cellsWithin(options, gpuWidth, 1, CARD, HEADER + 2).width >= SMALLEST_IN_ONE_LINE;
    for (const target of inOneLine ? [1] : CELL_TARGETS) {
      const cells = cellsWithin(options, gpuWidth, target, CARD, HEADER + 2);
      const gpu = { width: gpuWidth, height: heightOf(cells, CARD.padding) };
      const shape = { detail: 'cards' as const, gpu, gap: GAP, label, margin: 0, blockGap };
      const blocks = blocksOf(runs, width - margin, shape, perLine, perRow);
      if (blocks.height <= MOST_HEIGHT) return { blocks, cells, margin };
    }
  }
  return null;
}

/** GPUs without words, their experts as small cells; `null` where even these are too many. */
function asCells(options: CardOptions): CardLayout | null {
  const { runs, width, slots, hasShared } = options;
  const largest = Math.max(...runs.map((run) => run.count));
  const columns = slots <= 8 ? slots : Math.ceil(Math.sqrt(slots * 2));
  for (const size of SMALL_CELLS) {
    const { padding, shared } = SMALL;
    const gpuWidth = columns * (size + 1) - 1 + 2 * (padding + 1) + (hasShared ? shared + 2 : 0);
    const cells = cellsWithin(options, gpuWidth, size, SMALL, padding + 1);
    const gpu = { width: gpuWidth, height: heightOf(cells, padding) };
    const label = SHORT_LABEL;
    const fitting = Math.floor((width - label + 2) / (gpuWidth + 2));
    if (fitting < 1) continue;
    const perLine = Math.ceil(largest / Math.ceil(largest / Math.min(fitting, largest)));
    const shape = { detail: 'cells' as const, gpu, gap: 2, label, margin: 0, blockGap: 12 };
    const blocks = blocksOf(runs, width, shape, perLine);
    if (blocks.height <= MOST_HEIGHT) return { blocks, cells, margin: 0 };
  }
  return null;
}

/** The most detailed picture of the GPUs that is not too tall to be seen at once. */
export function layOutCards(options: CardOptions): CardLayout {
  const { runs, width } = options;
  return (
    asCards(options) ??
    asCells(options) ?? {
      blocks: cellBlocks(runs, width, MOST_HEIGHT_OF_RANKS),
      cells: null,
      margin: 0,
    }
  );
}

/** Corner of the i-th slot of a GPU, from the GPU's corner. */
export function slotCorner({ columns, width, height, left, top }: CardCells, index: number) {
  return {
    x: left + (index % columns) * (width + 1),
    y: top + Math.floor(index / columns) * (height + 1),
  };
}

/** GPU under a point, and which of its slots is there or nearest. */
export function slotAt(
  { blocks, cells }: CardLayout,
  x: number,
  y: number,
): { readonly rank: number; readonly index: number } {
  const rank = rankAt(blocks, x, y);
  if (!cells) return { rank, index: 0 };
  const corner = blocks.place(rank);
  const column = Math.floor((x - corner.x - cells.left) / (cells.width + 1));
  const row = Math.floor((y - corner.y - cells.top) / (cells.height + 1));
  return {
    rank,
    index: Math.max(0, row) * cells.columns + Math.max(0, Math.min(cells.columns - 1, column)),
  };
}
