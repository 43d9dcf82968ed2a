/** Where ranks, lanes and experts of the all-to-all picture are, CSS pixels. */

export interface StageOptions {
  readonly nodes: readonly { readonly node: number; readonly ranks: readonly number[] }[];
  /** [drawn ranks] experts to make room for: all slots of the rank, and those that drawn tokens use. */
  readonly slotsOf: ReadonlyMap<
    number,
    { readonly all: readonly number[]; readonly used: readonly number[] }
  >;
  /** Tokens of one rank, and copies at the expert that gets most. */
  readonly tokens: number;
  readonly deepest: number;
  readonly hasNic: boolean;
  readonly hasScaleUp: boolean;
  readonly width: number;
}

export interface RankBox {
  readonly rank: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly slots: readonly number[];
  /** Distance between experts. */
  readonly pitch: number;
}

/** Heights of what is in a box, from its top. */
export interface Levels {
  readonly home: number;
  readonly nic: number | null;
  readonly local: number;
  readonly scaleUp: number | null;
  /** Where tokens wait at their experts. */
  readonly floor: number;
  readonly bottom: number;
}

export interface Stage {
  readonly width: number;
  readonly height: number;
  /** Room for the names of the lanes at the left; 0 where they stand in the picture. */
  readonly gutter: number;
  /** Tokens and experts have numbers; otherwise there are too many of them. */
  readonly isNumbered: boolean;
  readonly nodes: readonly {
    readonly node: number;
    readonly x: number;
    readonly y: number;
    readonly width: number;
  }[];
  readonly boxes: ReadonlyMap<number, RankBox>;
  /** y of each line of nodes. */
  readonly rows: readonly number[];
  readonly levels: Levels;
  /** Side of the square of the largest row, and distance between tokens at home. */
  readonly side: number;
  readonly pitch: number;
}

const GUTTER = 48;
const WIDE = 560;
const NODE_LABEL = 20;
const INSET = 4;
const MOST_HEIGHT = 700;
const MOST_NUMBERED_ROWS = 4;
const NODE_GAP = { wide: 36, narrow: 18, plain: 12 };
const BOX_GAP = { wide: 10, narrow: 5, plain: 3 };
const SMALLEST_BOX = { numbered: 58, plain: 30, least: 1 };
/** Heights above the lanes, of the lanes, of the lanes where nothing crosses a NIC, and below the experts. */
const NUMBERED = { home: 40, lanes: 132, lanesWithoutNic: 92, below: 22 };
const LOW = { home: 36, lanes: 92, lanesWithoutNic: 56, below: 20 };
const PLAIN = { home: 22, lanes: 48, lanesWithoutNic: 32, below: 6 };
/** Room for piles of copies, and what one of them takes if there is enough. */
const PILES = {
  numbered: { least: 72, most: 176 },
  low: { least: 64, most: 104 },
  plain: { least: 44, most: 72 },
};
const PILE_STEP = { numbered: 17, plain: 8 };
const SIDE = { numbered: 20, plain: 8 };
const TOKEN_PITCH = 30;
const EXPERT_PITCH = { most: 30, numbered: 13, plain: 4 };

/** Nodes in as few lines as leave each rank its room: with numbers if that is not too tall. */
export function layOutStage(options: StageOptions): Stage {
  const count = options.nodes.length;
  for (let rows = 1; rows <= count && rows <= MOST_NUMBERED_ROWS; rows++) {
    const stage = stageOf(options, rows, true);
    if (boxWidth(stage) >= SMALLEST_BOX.numbered && stage.height <= MOST_HEIGHT) return stage;
  }
  for (const smallest of [SMALLEST_BOX.plain, SMALLEST_BOX.least]) {
    for (let rows = 1; rows <= count; rows++) {
      const stage = stageOf(options, rows, false);
      const isLast = rows === count && smallest === SMALLEST_BOX.least;
      if (boxWidth(stage) >= smallest || isLast) return stage;
    }
  }
  return stageOf(options, count, false);
}

const boxWidth = (stage: Stage) => stage.boxes.values().next().value?.width ?? 0;

function stageOf(options: StageOptions, rows: number, isNumbered: boolean): Stage {
  const { nodes, width } = options;
  const isWide = width >= WIDE;
  const gutter = isWide ? GUTTER : 0;
  const kind = isNumbered ? (isWide ? 'wide' : 'narrow') : 'plain';
  const perRow = Math.ceil(nodes.length / rows);
  const inNode = Math.max(...nodes.map(({ ranks }) => ranks.length));
  const free = width - gutter - (perRow - 1) * NODE_GAP[kind] - perRow * (inNode - 1) * BOX_GAP[kind];
  const box = Math.min(Math.floor(free / (perRow * inNode)), isNumbered ? 200 : 90);
  const levels = levelsOf(options, rows, isNumbered);
  const rowHeight = NODE_LABEL + levels.bottom + 12;
  const nodeWidth = inNode * box + (inNode - 1) * BOX_GAP[kind];
  const boxes = new Map<number, RankBox>();
  const placed = nodes.map(({ node, ranks }, index) => {
    const x = gutter + (index % perRow) * (nodeWidth + NODE_GAP[kind]);
    const y = Math.floor(index / perRow) * rowHeight + NODE_LABEL;
    ranks.forEach((rank, at) => {
      const left = x + at * (box + BOX_GAP[kind]);
      boxes.set(rank, { rank, x: left, y, width: box, ...columns(options, rank, box, isNumbered) });
    });
    return { node, x, y, width: nodeWidth };
  });
  const lines = Math.ceil(nodes.length / perRow);
  const pitch = Math.min(TOKEN_PITCH, (box - 2 * INSET) / Math.max(1, options.tokens));
  return {
    width,
    height: lines * rowHeight - 10,
    gutter,
    isNumbered,
    nodes: placed,
    boxes,
    rows: Array.from({ length: lines }, (_, line) => line * rowHeight + NODE_LABEL),
    levels,
    side: Math.min(isNumbered ? SIDE.numbered : SIDE.plain, pitch - 1.5),
    pitch,
  };
}

function levelsOf({ hasNic, hasScaleUp, deepest }: StageOptions, rows: number, isNumbered: boolean): Levels {
  const kind = !isNumbered ? 'plain' : rows === 1 ? 'numbered' : 'low';
  const { home, lanes, lanesWithoutNic, below } = { numbered: NUMBERED, low: LOW, plain: PLAIN }[kind];
  const { least, most } = PILES[kind];
  const step = isNumbered ? PILE_STEP.numbered : PILE_STEP.plain;
  const above = home + (hasNic ? lanes : lanesWithoutNic);
  const floor = above + Math.max(least, Math.min(most, deepest * step + step));
  const at = (share: number) => Math.round(home + share * (above - home)) + 0.5;
  return {
    home,
    nic: hasNic ? at(0.48) : null,
    local: hasNic ? at(0.72) : at(0.6),
    scaleUp: hasScaleUp ? at(1) : null,
    floor,
    bottom: floor + below,
  };
}

/** All experts of a rank if they have room, else those that are used. */
function columns({ slotsOf }: StageOptions, rank: number, width: number, isNumbered: boolean) {
  const { all, used } = slotsOf.get(rank) ?? { all: [], used: [] };
  const room = width - 2 * INSET;
  const smallest = isNumbered ? EXPERT_PITCH.numbered : EXPERT_PITCH.plain;
  const slots = all.length * smallest <= room ? all : used;
  return { slots, pitch: Math.min(EXPERT_PITCH.most, room / Math.max(1, slots.length)) };
}

/** Pixels between two names of experts. */
const NAME_GAP = 4;

/** Which experts of a rank have room for their name, and the middle of it: none reaches into another or over the box. */
export function namedSlots(box: RankBox, widthOf: (slot: number) => number): { slot: number; x: number }[] {
  const [least, most] = [box.x + 2, box.x + box.width - 2];
  const widest = Math.max(0, ...box.slots.map(widthOf));
  const every = Math.max(1, Math.ceil((widest + NAME_GAP) / box.pitch));
  let end = least;
  return box.slots.flatMap((slot, index) => {
    if (index % every !== 0) return [];
    const half = widthOf(slot) / 2;
    const x = Math.max(slotX(box, slot), end + half);
    if (x + half > most) return [];
    end = x + half + NAME_GAP;
    return [{ slot, x }];
  });
}

/** x of a token of a rank at home. */
export function homeX({ pitch }: Stage, box: RankBox, token: number, tokens: number): number {
  return box.x + box.width / 2 + (token - (tokens - 1) / 2) * pitch;
}

/** x of an expert's column. */
export function slotX(box: RankBox, slot: number): number {
  const at = box.slots.indexOf(slot);
  return box.x + box.width / 2 + (at - (box.slots.length - 1) / 2) * box.pitch;
}

/** The rank whose box is at a point. */
export function boxAt({ boxes, levels }: Stage, x: number, y: number): RankBox | undefined {
  return [...boxes.values()].find(
    (box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + levels.bottom,
  );
}
