import type { Run } from '../model/nodes';

/** Where the GPUs of nodes lie: each node a block of lines, blocks side by side where there is room. CSS pixels. */
export interface Blocks {
  /** What is drawn of a GPU: everything, its experts, or one cell for all of it. */
  readonly detail: 'cards' | 'cells' | 'ranks';
  readonly width: number;
  readonly height: number;
  /** Nodes side by side, GPUs side by side in a node. */
  readonly perRow: number;
  readonly perLine: number;
  /** Size of a GPU, and the room from one to the next. */
  readonly gpu: { readonly width: number; readonly height: number };
  readonly gap: number;
  /** Room for words: at the left of every node, and once at the left of all. */
  readonly label: number;
  readonly margin: number;
  readonly runs: readonly Run[];
  /** Top left corner of a GPU. */
  place(rank: number): { readonly x: number; readonly y: number };
  /** Top left corner of a node, its label included. */
  blockAt(index: number): { readonly x: number; readonly y: number };
  readonly block: { readonly width: number; readonly height: number };
}

interface Shape {
  readonly detail: Blocks['detail'];
  readonly gpu: { readonly width: number; readonly height: number };
  readonly gap: number;
  readonly label: number;
  readonly margin: number;
  readonly blockGap: number;
}

/** As many as fit side by side, or fewer in full rows: what repeats over nodes then stands in columns. */
function evenRow(blocks: number, fitting: number): number {
  if (blocks <= fitting) return blocks;
  for (let perRow = fitting; perRow > fitting / 2; perRow--) if (blocks % perRow === 0) return perRow;
  return fitting;
}

/** Lays out nodes in blocks of `perLine` GPUs, as many blocks side by side as fit (at most `mostPerRow`). */
export function blocksOf(
  runs: readonly Run[],
  width: number,
  shape: Shape,
  perLine: number,
  mostPerRow = Number.POSITIVE_INFINITY,
): Blocks {
  const { gpu, gap, label, margin, blockGap } = shape;
  const largest = Math.max(1, ...runs.map((run) => run.count));
  const lines = Math.ceil(largest / perLine);
  const block = {
    width: label + perLine * (gpu.width + gap) - gap,
    height: lines * (gpu.height + gap) - gap,
  };
  const fitting = Math.max(1, Math.floor((width - margin + blockGap) / (block.width + blockGap)));
  const perRow = evenRow(runs.length, Math.min(mostPerRow, fitting));
  const rowGap = lines > 1 ? Math.max(blockGap, 2 * gap) : gap;
  const blockAt = (index: number) => ({
    x: margin + (index % perRow) * (block.width + blockGap),
    y: Math.floor(index / perRow) * (block.height + rowGap),
  });
  const nodeOf = (rank: number) => nodeIndex(runs, rank);
  return {
    ...shape,
    width: margin + perRow * (block.width + blockGap) - blockGap,
    height: Math.ceil(runs.length / perRow) * (block.height + rowGap) - rowGap,
    perRow,
    perLine,
    runs,
    block,
    blockAt,
    place(rank) {
      const index = nodeOf(rank);
      const at = rank - runs[index]!.start;
      const corner = blockAt(index);
      return {
        x: corner.x + label + (at % perLine) * (gpu.width + gap),
        y: corner.y + Math.floor(at / perLine) * (gpu.height + gap),
      };
    },
  };
}

/** Index of the run that a rank is in. */
function nodeIndex(runs: readonly Run[], rank: number): number {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (runs[middle]!.start <= rank) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The GPU under a point, or the nearest one of the node there. */
export function rankAt(blocks: Blocks, x: number, y: number): number {
  const { runs, perRow, perLine, gpu, gap, label, margin, block } = blocks;
  const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));
  const second = blocks.blockAt(1);
  const pitchX = perRow > 1 ? second.x - margin : block.width;
  const pitchY = blocks.blockAt(perRow).y || block.height;
  const row = clamp(Math.floor(y / pitchY), Math.ceil(runs.length / perRow) - 1);
  const column = clamp(Math.floor((x - margin) / pitchX), perRow - 1);
  const index = Math.min(runs.length - 1, row * perRow + column);
  const corner = blocks.blockAt(index);
  const place = clamp(Math.floor((x - corner.x - label) / (gpu.width + gap)), perLine - 1);
  const line = Math.max(0, Math.floor((y - corner.y) / (gpu.height + gap)));
  const run = runs[index]!;
  return run.start + clamp(line * perLine + place, run.count - 1);
}

const LARGEST_CELL = 16;
const SMALLEST_CELL = 2;
const SMALLEST_WITH_GAP = 3;

/** One cell per GPU: as large as the height allows, on as much of the width as full rows can use. */
export function cellBlocks(runs: readonly Run[], width: number, mostHeight: number): Blocks {
  let best = blocksOfCells(runs, width, SMALLEST_CELL);
  for (let size = SMALLEST_CELL + 1; size <= LARGEST_CELL; size++) {
    const blocks = blocksOfCells(runs, width, size);
    if (blocks.height <= mostHeight && worth(blocks) >= worth(best)) best = blocks;
  }
  return best;
}

const worth = ({ gpu, width }: Blocks) => gpu.width * width;

function blocksOfCells(runs: readonly Run[], width: number, size: number): Blocks {
  const largest = Math.max(1, ...runs.map((run) => run.count));
  const isRoomy = size >= SMALLEST_WITH_GAP;
  const gap = isRoomy ? 1 : 0;
  const margin = 34;
  const fitting = Math.max(1, Math.floor((width - margin + gap) / (size + gap)));
  // A node of many GPUs takes several lines of equal length.
  const lines = Math.ceil(largest / Math.min(fitting, largest));
  const shape = {
    detail: 'ranks' as const,
    gpu: { width: size, height: size },
    gap,
    label: 0,
    margin,
    blockGap: isRoomy ? 8 : 3,
  };
  return blocksOf(runs, width, shape, Math.ceil(largest / lines));
}
