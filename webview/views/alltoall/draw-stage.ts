import { namedSlots, type RankBox, slotX } from '../../charts/stage';
import { isColouredByRank, numberSize, ROOM_FOR_COUNT, type Scene, sourceColour } from './scene';
import { text as t } from './strings';

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
  if (stage.gutter > 0) {
    const names = [
      [t.lanes.home, levels.home],
      [t.lanes.experts, levels.floor],
    ] as const;
    for (const top of stage.rows) nameLanes(context, scene, top, names);
  }
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

/** The links that copies travel on. Before the router has chosen, nothing does, and nothing is drawn. */
export function drawLanes(context: CanvasRenderingContext2D, scene: Scene, strength: number): void {
  if (strength === 0) return;
  context.globalAlpha = strength;
  context.lineWidth = 1;
  const { stage, palette } = scene;
  const { levels, gutter, nodes } = stage;
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
    const inRow = nodes.filter(({ y }) => y === top);
    const last = inRow.reduce((end, { x, width }) => Math.max(end, x + width), 0);
    if (levels.nic !== null) rule(nodes[0]!.x, last, top + levels.nic, [4, 3]);
    if (gutter > 0)
      nameLanes(context, scene, top, [
        [t.lanes.nic, levels.nic],
        [t.lanes.local, stage.isNumbered ? levels.local : null],
        [scene.scaleUpName, levels.scaleUp],
      ]);
    else if (stage.isNumbered) nameLanesInside(context, scene, top);
  }
  if (levels.scaleUp !== null)
    for (const { x, y, width } of nodes) rule(x, x + width, y + levels.scaleUp, []);
  context.globalAlpha = 1;
}

/** Names of lanes at the left of the picture. */
function nameLanes(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  top: number,
  names: readonly (readonly [string, number | null])[],
): void {
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.quiet;
  context.textAlign = 'left';
  for (const [name, y] of names) if (y !== null) context.fillText(name, 0, top + y + 4);
}

/** Names of the two links in the first box, where there is no room beside it. */
function nameLanesInside(
  context: CanvasRenderingContext2D,
  { stage, palette, scaleUpName }: Scene,
  top: number,
): void {
  const { levels, nodes } = stage;
  context.font = `10px ${palette.font}`;
  context.fillStyle = palette.quiet;
  context.textAlign = 'left';
  const left = nodes[0]!.x + 3;
  if (levels.nic !== null) context.fillText(t.lanes.nic, left, top + levels.nic + 12);
  if (levels.scaleUp !== null) context.fillText(scaleUpName, left, top + levels.scaleUp + 12);
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
  const widthOf = (slot: number) => context.measureText(scene.expertName(slot)).width;
  for (const { slot, x } of namedSlots(box, widthOf)) context.fillText(scene.expertName(slot), x, y + 14);
}
