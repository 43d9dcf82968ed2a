/** What one scenario field may hold, how it is called on screen, and what it means. */
export interface Field {
  /** Dotted name, as in `--set` and in what-ifs. */
  readonly name: string;
  /** Short label in the field's own terms: `EP`, `Top-k`. */
  readonly label: string;
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text';
  /** Legal values of a `choice`. */
  readonly choices?: readonly string[];
  /** What a `text` may be, or list with commas or blanks between; any text without. */
  readonly words?: readonly string[];
  readonly unit?: string;
  /** Smallest legal value of a number. */
  readonly minimum?: number;
  /** Largest value of a number that is simulated; beyond it a figure is a typing mistake, not a cluster. */
  readonly maximum?: number;
  /** One sentence: what it is. Shown in hovers. */
  readonly meaning: string;
}

/** No count in a job comes near it, and products of a few such counts are still finite. */
const LARGEST_COUNT = 1e9;

export const integer = (
  name: string,
  label: string,
  meaning: string,
  minimum = 1,
  maximum = LARGEST_COUNT,
): Field => ({
  name,
  label,
  kind: 'integer',
  minimum,
  maximum,
  meaning,
});
export const choice = (name: string, label: string, choices: readonly string[], meaning: string): Field => ({
  name,
  label,
  kind: 'choice',
  choices,
  meaning,
});
export const flag = (name: string, label: string, meaning: string): Field => ({
  name,
  label,
  kind: 'boolean',
  meaning,
});
export const number = (
  name: string,
  label: string,
  unit: string,
  meaning: string,
  minimum = 0,
  maximum = LARGEST_COUNT,
): Field => ({
  name,
  label,
  kind: 'number',
  minimum,
  maximum,
  unit,
  meaning,
});

/** Every layer and every expert is counted one by one, and a matrix has EP × EP entries. */
export const LARGEST_LAYERS = 10_000;
export const LARGEST_RANK = 65_536;
export const LARGEST_EXPERTS = 16_384;
export const LARGEST_EP = 4096;
export const LARGEST_WORLD = 2 ** 20;
/** GB/s or GiB: a link without bandwidth has no time. */
export const SMALLEST_AMOUNT = 0.001;
/** Beyond it one expert takes everything, and the popularity of the others is no longer a number. */
export const LARGEST_SIGMA = 10;
