import { isMerged, type Journey, placeAt, pointAt, type Way } from '../../charts/journeys';
import { type RankBox, type Stage, slotX } from '../../charts/stage';
import type { DrawnToken, Subset } from '../../model/subset';
import { inkOn, resolveColour, type Theme } from '../../theme';
import { text as t } from './strings';

/** Everything that a frame needs, made once for a picture. */
export interface Scene {
  readonly stage: Stage;
  readonly subset: Subset;
  readonly tokens: readonly DrawnToken[];
  readonly journeys: readonly Journey[];
  /** [drawn tokens] */
  readonly homes: readonly { readonly x: number; readonly y: number }[];
  readonly palette: Palette;
  /** Sides of squares whose area is the bytes of a hidden state at home, of a dispatched row, of a combined one. */
  readonly sides: { readonly home: number; readonly out: number; readonly back: number };
  /** What stands under an expert's column. */
  readonly expertName: (slot: number) => string;
  readonly scaleUpName: string;
}

export interface Palette {
  readonly font: string;
  readonly background: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly axis: string;
  /** Of tokens, by `colourOf`, with what is written on them. */
  readonly fills: readonly { readonly fill: string; readonly ink: string }[];
  /** [drawn tokens] */
  readonly colourOf: readonly number[];
}

const SOFT = (name: string) => `color-mix(in srgb, var(${name}) 48%, var(--bg))`;
/** One for each rank that tokens come from, or, where ranks are more, for each node. */
const SOURCE_COLOURS = [
  'var(--blue)',
  'var(--green)',
  'var(--yellow)',
  'var(--purple)',
  SOFT('--blue'),
  SOFT('--green'),
  SOFT('--yellow'),
  SOFT('--purple'),
];

/** Whether each rank has a colour of its own, and which colour a rank's tokens have. */
function sourceColour(subset: Subset, rank: number): number {
  const place = isColouredByRank(subset)
    ? subset.ranks.indexOf(rank)
    : subset.nodes.findIndex(({ ranks }) => ranks.includes(rank));
  return place % SOURCE_COLOURS.length;
}

export const isColouredByRank = ({ ranks }: Subset): boolean => ranks.length <= SOURCE_COLOURS.length;

/** The page's colours for a theme; a canvas knows no variables. */
export function paletteOf(_theme: Theme, subset: Subset, tokens: readonly DrawnToken[]): Palette {
  return {
    font: getComputedStyle(document.body).fontFamily,
    background: resolveColour('var(--bg)'),
    ink: resolveColour('var(--fg)'),
    quiet: resolveColour('var(--muted)'),
    line: resolveColour('var(--line)'),
    axis: resolveColour('var(--axis)'),
    fills: SOURCE_COLOURS.map((colour) => ({ fill: resolveColour(colour), ink: inkOn(colour) })),
    colourOf: tokens.map(({ rank }) => sourceColour(subset, rank)),
  };
}

/** What does not move: boxes, lanes, experts, and where tokens are at home. */
export function drawStage(context: CanvasRenderingContext2D, scene: Scene): void {
  const { stage, palette, subset, tokens } = scene;
  const { levels, isNumbered } = stage;
  context.lineWidth = 1;
  context.textBaseline = 'alphabetic';
  const write = (text: string, x: number, y: number, font: string, colour: string) => {
    context.font = `${font} ${palette.font}`;
    context.fillStyle = colour;
    context.fillText(text, x, y);
  };
  context.textAlign = 'left';
  for (const { node, x, y } of stage.nodes) write(t.node(node), x, y - 7, '600 11px', palette.ink);
  drawLanes(context, scene);
  for (const box of stage.boxes.values()) {
    context.strokeStyle = palette.line;
    context.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, levels.bottom - 1);
    const fill = palette.fills[sourceColour(subset, box.rank)]!.fill;
    const isCentre = box.rank === subset.centre;
    context.textAlign = 'left';
    const name = box.width >= 84 ? t.rank(box.rank) : String(box.rank);
    const font = `${isCentre ? '600 ' : ''}${isNumbered ? 11 : 10}px`;
    write(name, box.x + 5, box.y + 14, font, isCentre ? palette.ink : palette.quiet);
    context.fillStyle = fill;
    if (isNumbered && isColouredByRank(subset)) context.fillRect(box.x + box.width - 14, box.y + 5, 9, 9);
    drawExperts(context, scene, box);
  }
  context.textAlign = 'center';
  scene.homes.forEach(({ x, y }, index) => {
    const { drawn, rows, number } = tokens[index]!;
    const side = scene.sides.home;
    context.globalAlpha = 0.6;
    context.strokeStyle = palette.fills[palette.colourOf[index]!]!.fill;
    context.strokeRect(x - side / 2 + 0.5, y - side / 2 + 0.5, side - 1, side - 1);
    context.globalAlpha = 1;
    if (!isNumbered) return;
    write(String(number), x, y + 4, `${numberSize(side, number)}px`, palette.quiet);
    const elsewhere = rows.length - drawn.length;
    if (elsewhere > 0 && stage.pitch >= ROOM_FOR_COUNT)
      write(`+${elsewhere}`, x, y + side / 2 + 11, '9px', palette.quiet);
  });
}

function drawLanes(context: CanvasRenderingContext2D, { stage, palette, scaleUpName }: Scene): void {
  const { levels, gutter } = stage;
  const last = stage.nodes.reduce((end, { x, width }) => Math.max(end, x + width), 0);
  context.strokeStyle = palette.axis;
  const rule = (from: number, to: number, y: number, dash: readonly number[]) => {
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(from, y);
    context.lineTo(to, y);
    context.stroke();
    context.setLineDash([]);
  };
  for (const top of stage.rows) {
    if (levels.nic !== null) rule(stage.nodes[0]!.x, last, top + levels.nic, [4, 3]);
    if (gutter === 0) continue;
    context.font = `11px ${palette.font}`;
    context.fillStyle = palette.quiet;
    context.textAlign = 'left';
    const names: readonly (readonly [string, number | null])[] = [
      [t.lanes.home, levels.home],
      [t.lanes.nic, levels.nic],
      [t.lanes.local, stage.isNumbered ? levels.local : null],
      [scaleUpName, levels.scaleUp],
      [t.lanes.experts, levels.floor],
    ];
    for (const [name, y] of names) if (y !== null) context.fillText(name, 0, top + y + 4);
  }
  if (levels.scaleUp === null) return;
  for (const { x, y, width } of stage.nodes) rule(x, x + width, y + levels.scaleUp, []);
}

function drawExperts(context: CanvasRenderingContext2D, scene: Scene, box: RankBox): void {
  const { stage, palette } = scene;
  const y = box.y + stage.levels.floor;
  const half = Math.max(1, Math.min(scene.sides.out / 2 + 1, box.pitch / 2 - 1));
  context.strokeStyle = palette.ink;
  context.lineWidth = stage.isNumbered ? 2 : 1;
  for (const slot of box.slots) {
    const x = slotX(box, slot);
    context.beginPath();
    context.moveTo(x - half, y);
    context.lineTo(x + half, y);
    context.stroke();
  }
  context.lineWidth = 1;
  if (!stage.isNumbered) return;
  context.textAlign = 'center';
  context.fillStyle = palette.quiet;
  context.font = `${box.pitch >= 24 ? 11 : 9}px ${palette.font}`;
  const widest = Math.max(...box.slots.map((slot) => context.measureText(scene.expertName(slot)).width), 0);
  const every = Math.max(1, Math.ceil((widest + 3) / box.pitch));
  box.slots.forEach((slot, index) => {
    if (index % every === 0) context.fillText(scene.expertName(slot), slotX(box, slot), y + 14);
  });
}

const numberSize = (side: number, number: number) =>
  Math.max(8, Math.round(side * (number > 9 ? 0.6 : 0.68)));
/** Smallest square with a number on it. */
const SMALLEST_NUMBERED = 10.5;

/** Room that `×2` and `+6` need beside their like. */
const ROOM_FOR_COUNT = 18;
/** Moments around a stop in which squares at one spot say how many they are. */
const AT_STOP = 0.16;

const at = { x: 0, y: 0 };

/**
 * One frame of what moves.
 *
 * @param moment 0 before, 1 routed, 2 between the hops of dispatch, 3 at the experts, 4 between those of combine, 5 back
 * @param selected index of the token whose ways are drawn
 */
export function drawFrame(
  context: CanvasRenderingContext2D,
  scene: Scene,
  moment: number,
  selected: number,
): void {
  const { stage, journeys, palette, sides } = scene;
  context.clearRect(0, 0, stage.width, stage.height);
  context.textBaseline = 'alphabetic';
  context.textAlign = 'center';
  drawWays(context, scene, selected, Math.min(1, moment));
  if (moment < 3) drawGhosts(context, scene, Math.min(1, moment));
  if (moment <= 1 || moment >= 5) {
    drawHomes(context, scene, moment >= 5);
    return;
  }
  // The experts' results are as large as combine's rows.
  const grown = moment <= 3 ? 0 : Math.min(1, (moment - 3) / 0.3);
  const side = sides.out + (sides.back - sides.out) * grown;
  const isTogether = Math.abs(moment - 2) < AT_STOP || Math.abs(moment - 4) < AT_STOP;
  const areMerged = isMerged(moment);
  for (let i = 0; i < journeys.length; i++) {
    const journey = journeys[i]!;
    if (areMerged && !journey.isFirst) continue;
    placeAt(journey, moment, at);
    const fill = palette.fills[palette.colourOf[journey.token]!]!;
    if (journey.isUnused) context.globalAlpha = Math.min(1, Math.abs(moment - 3));
    const room = Math.abs(moment - 3) < 0.5 ? journey.pile : journey.room;
    square(context, scene, at.x, at.y, side, fill, room >= side - 4 ? journey.token : null);
    context.globalAlpha = 1;
    if (isTogether && journey.isFirst && journey.together > 1 && journey.room >= ROOM_FOR_COUNT) {
      context.font = `10px ${palette.font}`;
      context.fillStyle = palette.quiet;
      context.fillText(`\u00d7${journey.together}`, at.x, at.y - side / 2 - 3);
    }
  }
}

function square(
  context: CanvasRenderingContext2D,
  { stage, palette, tokens }: Scene,
  x: number,
  y: number,
  side: number,
  { fill, ink }: Palette['fills'][number],
  numbered: number | null,
): void {
  context.fillStyle = fill;
  context.fillRect(x - side / 2, y - side / 2, side, side);
  if (stage.isNumbered) {
    context.strokeStyle = palette.background;
    context.strokeRect(x - side / 2, y - side / 2, side, side);
  }
  if (!stage.isNumbered || side < SMALLEST_NUMBERED || numbered === null) return;
  const { number } = tokens[numbered]!;
  const size = numberSize(side, number);
  context.font = `600 ${size}px ${palette.font}`;
  context.fillStyle = ink;
  context.fillText(String(number), x, y + size * 0.36);
}

/** Tokens at home; those that are back are framed. */
function drawHomes(context: CanvasRenderingContext2D, scene: Scene, areBack: boolean): void {
  const { homes, palette, sides } = scene;
  homes.forEach(({ x, y }, index) => {
    square(context, scene, x, y, sides.home, palette.fills[palette.colourOf[index]!]!, index);
    if (!areBack) return;
    context.strokeStyle = palette.ink;
    context.lineWidth = scene.stage.isNumbered ? 2 : 1;
    context.strokeRect(x - sides.home / 2, y - sides.home / 2, sides.home, sides.home);
    context.lineWidth = 1;
  });
}

/** Where the router wants copies: outlines at the experts, until they are filled. */
function drawGhosts(context: CanvasRenderingContext2D, scene: Scene, strength: number): void {
  const { journeys, palette, sides } = scene;
  if (strength === 0) return;
  context.globalAlpha = 0.55 * strength;
  for (const journey of journeys) {
    if (journey.isUnused) continue;
    pointAt(journey.on, 1, at);
    context.strokeStyle = palette.fills[palette.colourOf[journey.token]!]!.fill;
    const side = sides.out - 1;
    context.strokeRect(at.x - side / 2, at.y - side / 2, side, side);
  }
  context.globalAlpha = 1;
}

/** The ways of one token, once the router has chosen them. */
function drawWays(
  context: CanvasRenderingContext2D,
  { journeys, palette, stage, sides }: Scene,
  token: number,
  strength: number,
): void {
  context.lineWidth = stage.isNumbered ? 1.5 : 1;
  context.lineJoin = 'round';
  for (const journey of journeys) {
    if (journey.token !== token) continue;
    // Squares are too small there to tell the line's colour from theirs.
    context.strokeStyle = stage.isNumbered ? palette.fills[palette.colourOf[token]!]!.fill : palette.ink;
    context.globalAlpha = strength * (journey.isUnused ? 0.35 : 0.85);
    context.beginPath();
    trace(context, journey.out, sides.home / 2);
    trace(context, journey.on, 0);
    context.stroke();
  }
  context.globalAlpha = 1;
  context.lineWidth = 1;
}

function trace(context: CanvasRenderingContext2D, { points }: Way, below: number): void {
  context.moveTo(points[0]!, points[1]! + below);
  for (let i = 2; i < points.length; i += 2) context.lineTo(points[i]!, points[i + 1]!);
}

/** The token whose square is nearest to a point, at home or under way; `null` where none is near. */
export function tokenAt(scene: Scene, moment: number, x: number, y: number): number | null {
  const near = scene.sides.home / 2 + 5;
  let [found, nearest] = [-1, near * near];
  const look = (token: number, px: number, py: number) => {
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < nearest) [found, nearest] = [token, distance];
  };
  scene.homes.forEach((home, token) => {
    look(token, home.x, home.y);
  });
  for (const journey of moment > 0 && moment < 5 ? scene.journeys : []) {
    if (moment > 1) {
      placeAt(journey, moment, at);
      look(journey.token, at.x, at.y);
    }
    if (moment < 3) {
      pointAt(journey.on, 1, at);
      look(journey.token, at.x, at.y);
    }
  }
  return found < 0 ? null : found;
}
