import type { PanelSide } from '../../src/panel/protocol';
import type { SimulationResult } from '../../src/sim/result';
import { type CardLayout, layOutCards, slotCorner } from '../charts/gpu-cards';
import { count, fixed, gibCapacity, gibShort } from '../format';
import { products } from '../model/grids';
import { scaleOf } from '../model/load-scale';
import { runsOf } from '../model/nodes';
import { type PlacedLayer, placedLayer } from '../model/placement';
import { deviceName, text as shared } from '../strings';
import { headingOf } from '../views/placement/heading';
import { PARTS, rowsOf, sum } from '../views/placement/spread-rows';
import { text as t } from '../views/placement/strings';
import { rankTable } from '../views/placement/tables';
import { type Drawing, paragraph, pictureHtml, sectionHtml, tableHtml } from './html';
import { text } from './strings';
import { LEVELS } from './style';
import { bar, label, legend, lines, mark, n, piece, QUIET, QUIET_END, rule, swatch, WIDTHS } from './svg';

/** A cell this wide holds the number of its expert. */
const NUMBER_ROOM = 20;

/** Little and much. */
const SCALE = `<rect class="q1" width="5" height="10"/><rect class="q${LEVELS - 2}" x="5" width="5" height="10"/>`;

/** Where the experts are, how all GPUs multiply out, and why one would not do. */
export function placementSection({ result, detail }: PanelSide): string {
  const placed = placedLayer(result, detail, result.placement.layer);
  return sectionHtml('placement', t.title, headingOf(result, placed), [
    cardsPicture(result, placed),
    tableHtml(rankTable(result, placed)),
    ...worldParts(result, detail.grids),
    spreadPicture(result, detail),
  ]);
}

const levelAt = (position: number) => Math.max(0, Math.min(LEVELS - 1, Math.round(position * (LEVELS - 1))));

/** A card for each GPU of the group, as detailed as the panel's in as much room. */
function cardsPicture(result: SimulationResult, placed: PlacedLayer): string {
  const { placement, scenario } = result;
  const caption = text.cards(placed.slotsOfRank.length, placed.layer);
  const layoutIn = (width: number) =>
    layOutCards({
      runs: runsOf(placement.nodeOfRank),
      slots: placed.mostSlots,
      hasShared: scenario.model.sharedExperts > 0,
      width,
    });
  const picture = pictureHtml(caption, caption, (width) => drawCards(placed, layoutIn(width), width));
  return picture + cardsLegend(result, placed, layoutIn(WIDTHS.wide));
}

function drawCards(placed: PlacedLayer, layout: CardLayout, width: number): Drawing {
  const { blocks, cells, margin } = layout;
  const { at } = scaleOf(cells ? placed.loadOfSlot : placed.loadOfRank);
  const fills = Array.from({ length: LEVELS }, (): string[] => []);
  const [outlines, sharedParts, denseParts, words]: string[][] = [[], [], [], []];
  placed.slotsOfRank.forEach((slots, rank) => {
    const { x, y } = blocks.place(rank);
    if (!cells) {
      fills[levelAt(at(placed.loadOfRank[rank]!))]!.push(piece(x, y, blocks.gpu.width, blocks.gpu.height));
      return;
    }
    outlines!.push(piece(x + 0.5, y + 0.5, blocks.gpu.width - 1, blocks.gpu.height - 1));
    if (blocks.detail === 'cards') words!.push(...headerOf(layout, placed, rank));
    slots.forEach((slot, index) => {
      const corner = slotCorner(cells, index);
      const [left, top] = [x + corner.x, y + corner.y];
      const level = levelAt(at(placed.loadOfSlot[slot]!));
      fills[level]!.push(piece(left, top, cells.width, cells.height));
      const expert = placed.expertOfSlot[slot]!;
      const kind = `class="i${level} small" text-anchor="middle"`;
      if (cells.width >= NUMBER_ROOM)
        words!.push(label(left + cells.width / 2, top + cells.height - 4, String(expert), kind));
      if (placed.copies[expert]! > 1) {
        const size = Math.max(2, Math.min(5, cells.width - 1, cells.height - 1));
        const corners = `M${n(left + cells.width - size)} ${n(top)}h${n(size)}v${n(size)}z`;
        words!.push(`<path class="i${level}" d="${corners}"/>`);
      }
    });
    if (cells.shared) {
      const { left, width, height } = cells.shared;
      sharedParts!.push(piece(x + left + 0.5, y + cells.top + 0.5, width - 1, height - 1));
    }
    const { left, top, width, height } = cells.dense;
    denseParts!.push(piece(x + left, y + top, width, height));
  });
  const path = (parts: readonly string[], kind: string) =>
    parts.length > 0 ? `<path ${kind} d="${parts.join('')}"/>` : '';
  const content = [
    path(outlines!, 'class="outline"'),
    ...fills.map((parts, level) => path(parts, `class="q${level}"`)),
    path(sharedParts!, 'class="shared"'),
    path(denseParts!, 'fill="var(--n2)"'),
    ...words!,
    ...nodeWords(layout),
    ...(margin > 0 ? nodeLoads(layout, placed, width) : []),
  ];
  return {
    height: Math.ceil(blocks.height + 2),
    content: content.filter((part) => part !== '').join('\n'),
  };
}

function cardsLegend(
  { scenario }: SimulationResult,
  placed: PlacedLayer,
  { blocks, cells }: CardLayout,
): string {
  const { sharedExperts } = scenario.model;
  const { tp } = scenario.layout;
  const { low, high } = scaleOf(cells ? placed.loadOfSlot : placed.loadOfRank);
  const isReplicated = placed.expertOfSlot.length > placed.experts;
  const name = cells ? (isReplicated ? t.slotLoad : t.expertLoad) : t.rankLoad;
  return legend([
    mark(SCALE, text.cardScale(name, fixed(low, 2), fixed(high, 2))),
    ...(blocks.detail === 'cards' ? [mark('', t.loads)] : []),
    ...(cells && isReplicated ? [mark('<path d="M4 0H10V6z" fill="var(--fg)"/>', t.replicated)] : []),
    ...(cells && sharedExperts > 0
      ? [mark('<rect class="shared" x="2.5" y="0.5" width="5" height="9"/>', t.shared(sharedExperts))]
      : []),
    ...(cells
      ? [
          mark(
            '<rect y="4" width="10" height="3" fill="var(--n2)"/>',
            tp > 1 ? t.dense.split(tp) : t.dense.whole,
          ),
        ]
      : []),
  ]);
}

function headerOf({ blocks }: CardLayout, placed: PlacedLayer, rank: number): string[] {
  const { x, y } = blocks.place(rank);
  const load = fixed(placed.loadOfRank[rank]!, 2);
  const isBusiest = rank === placed.busiestRank && placed.loadOfRank[rank]! > 1;
  const isTight = `${rank} ${load}`.length * 6.5 + 8 > blocks.gpu.width;
  const small = isTight ? ' small' : '';
  const inset = isTight ? 2 : 4;
  return [
    label(x + inset, y + 12, String(rank), `class="${isBusiest ? 'strong' : 'quiet'}${small}"`),
    label(
      x + blocks.gpu.width - inset,
      y + 12,
      load,
      `class="${isBusiest ? 'strong' : ''}${small}" text-anchor="end"`,
    ),
  ];
}

/** A line of words is so tall. */
const LINE = 13;

/** Nodes beside their GPUs; where lines are closer than words, only as many as can be read. */
function nodeWords({ blocks }: CardLayout): string[] {
  const { runs, perRow, block, margin } = blocks;
  if (margin > 0) {
    const rows = Math.ceil(runs.length / perRow);
    const pitch = rows > 1 ? blocks.blockAt(perRow).y : LINE;
    const every = Math.ceil(LINE / pitch);
    return Array.from({ length: Math.ceil(rows / every) }, (_, at) => at * every * perRow).map((first) =>
      label(
        margin - 7,
        Math.max(LINE - 3, blocks.blockAt(first).y + block.height / 2 + 4),
        String(runs[first]!.id),
        QUIET_END,
      ),
    );
  }
  return runs.map((run, index) => {
    const { x, y } = blocks.blockAt(index);
    const isRoomy = blocks.label >= 48;
    const name = isRoomy ? shared.node(run.id) : String(run.id);
    return label(
      isRoomy ? x : x + blocks.label - 5,
      y + block.height / 2 + 4,
      name,
      isRoomy ? QUIET : QUIET_END,
    );
  });
}

/** The nodes' means at the right of their lines. */
function nodeLoads({ blocks }: CardLayout, { loadOfNode }: PlacedLayer, width: number): string[] {
  const most = Math.max(...loadOfNode);
  const start = blocks.width + 8;
  const room = width - start - 36;
  return loadOfNode.flatMap((load, index) => {
    const middle = blocks.blockAt(index).y + blocks.block.height / 2;
    return [
      bar(start, middle - 4, (room * load) / most, 8, 'var(--n3)'),
      label(width, middle + 4, fixed(load, 2), 'text-anchor="end"'),
    ];
  });
}

/** Both products of sizes, each as many as there are GPUs. */
function worldParts(
  { scenario }: SimulationResult,
  grids: PanelSide['detail']['grids'],
): readonly (string | null)[] {
  const { cluster, layout } = scenario;
  if (grids.worldSize === 1) return [];
  const { dense, expert } = products(grids);
  const isFolded = layout.etp !== layout.tp || layout.ep > 1;
  const nodes = t.world.nodes(Math.ceil(grids.worldSize / cluster.gpusPerNode));
  const heading = isFolded ? t.world.heading : t.world.headingOnce;
  const product = (title: string, factors: typeof dense) =>
    `${title}: ${factors
      .map(({ name, size }) => t.world.factor(t.world.axis[name], count(size)))
      .join(' \u00d7 ')} = ${count(grids.worldSize)}`;
  return [
    `<h3>${heading(count(grids.worldSize), deviceName(cluster.accelerator), nodes)}</h3>`,
    paragraph(product(t.world.dense, dense)),
    paragraph(product(t.world.expert, expert)),
  ];
}

/** The weights on one GPU, with the experts spread, and in this job, against what one GPU has. */
function spreadPicture(result: SimulationResult, detail: PanelSide['detail']): string {
  const { scenario, memory } = result;
  const { capacity } = memory.perRank[0]!;
  const { mtpModules } = detail.weights;
  const rows = rowsOf(result, detail);
  const longest = Math.max(capacity, ...rows.map(({ share }) => sum(share)));
  const format = (scenario.workload.mode === 'train' ? 'bf16' : scenario.model.weightDtype).toUpperCase();
  const device = deviceName(scenario.cluster.accelerator);
  const heading =
    mtpModules > 0 ? t.spread.headingMtp(format, device, mtpModules) : t.spread.heading(format, device);
  const draw = (width: number): Drawing => {
    const x = (bytes: number) => (bytes / longest) * width;
    let bottom = 0;
    const content = rows.flatMap(({ name, share, remark }) => {
      const y = bottom;
      const said = lines(remark, width);
      bottom += 40 + said.length * LINE;
      let before = 0;
      const parts = PARTS.flatMap(({ part, colour }) => {
        const from = before;
        before += share[part];
        return share[part] > 0 ? [bar(x(from), y + 16, Math.max(1, x(share[part])), 12, colour)] : [];
      });
      return [
        label(0, y + 11, name),
        label(width, y + 11, t.spread.amount(gibShort(sum(share))), 'class="strong" text-anchor="end"'),
        ...parts,
        rule(x(capacity), y + 13, x(capacity), y + 31, 'capacity'),
        ...said.map((words, line) => label(0, y + 42 + line * LINE, words, QUIET)),
      ];
    });
    return { height: bottom, content: content.join('\n') };
  };
  const shown = PARTS.filter(({ part }) => rows.some(({ share }) => share[part] > 0));
  return `<h3>${heading}</h3>
${pictureHtml(heading, t.spread.unit, draw)}${legend([
  ...shown.map(({ part, colour }) => swatch(colour, t.spread.parts[part])),
  swatch('var(--red)', t.spread.capacity(gibCapacity(capacity))),
])}`;
}
