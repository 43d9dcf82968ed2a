import type { Journey } from '../../charts/journeys';
import type { Stage } from '../../charts/stage';
import type { DrawnToken, Subset } from '../../model/subset';
import { inkOn, resolveColour } from '../../theme';

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
export function sourceColour(subset: Subset, rank: number): number {
  const place = isColouredByRank(subset)
    ? subset.ranks.indexOf(rank)
    : subset.nodes.findIndex(({ ranks }) => ranks.includes(rank));
  return place % SOURCE_COLOURS.length;
}

export const isColouredByRank = ({ ranks }: Subset): boolean => ranks.length <= SOURCE_COLOURS.length;

/** The colours of the page's present theme; a canvas knows no variables. */
export function paletteOf(subset: Subset, tokens: readonly DrawnToken[]): Palette {
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

/** Size of a token's number on its square. */
export const numberSize = (side: number, number: number) =>
  Math.max(8, Math.round(side * (number > 9 ? 0.6 : 0.68)));

/** Room that `×2` and `+6` need beside their like. */
export const ROOM_FOR_COUNT = 18;
