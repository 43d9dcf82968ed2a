import { isMerged, placeAt, pointAt, type Way } from '../../charts/journeys';
import { drawLanes } from './draw-stage';
import { numberSize, type Palette, ROOM_FOR_COUNT, type Scene } from './scene';

/** Smallest square with a number on it. */
const SMALLEST_NUMBERED = 10.5;

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
  drawLanes(context, scene, Math.min(1, moment));
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
