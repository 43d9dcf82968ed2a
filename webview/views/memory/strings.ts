import { count, plural } from '../../format';

/** Figures of a heading, all in GiB. */
interface Fit {
  readonly rank: number;
  readonly free: string;
  readonly capacity: string;
}

interface Overflow {
  readonly rank: number;
  readonly total: string;
  readonly over: string;
  readonly capacity: string;
  readonly device: string;
}

export const text = {
  title: 'Memory',
  group: 'Group',
  ranks: (n: number) => plural(n, 'rank', 'ranks'),
  nodes: (n: number) => plural(n, 'node', 'nodes'),
  byRanks: 'Ranks',
  byNodes: 'Nodes',
  order: 'Order',
  byRank: 'By rank',
  byTotal: 'By total',
  parts: {
    weights: 'Weights',
    gradients: 'Gradients',
    optimizer: 'Optimizer',
    kvCache: 'KV cache',
    activations: 'Activations',
    buffers: 'Dispatch buffers',
    runtime: 'Runtime',
  },
  headSkewed: ({ capacity, rank, free }: Fit, extra: string) =>
    `Every rank fits in ${capacity} GiB. Rank ${rank} keeps ${free} GiB free: its extra tokens cost ${extra} GiB of activations and buffers above the mean.`,
  headEven: ({ capacity, rank, free }: Fit) =>
    `Every rank fits in ${capacity} GiB. Rank ${rank} keeps ${free} GiB free, and the others about as much.`,
  headTight: 'That is not sure: published peaks were up to that much above predicted ones.',
  headOver: ({ rank, total, over, capacity, device }: Overflow) =>
    `Rank ${rank} needs ${total} GiB, ${over} GiB more than the ${capacity} GiB of one ${device}.`,
  headOverSome: ({ rank, total, over, capacity, device }: Overflow, n: number, all: number) =>
    `Rank ${rank} needs ${total} GiB, ${over} GiB more than the ${capacity} GiB of one ${device}; ${count(n)} of ${count(all)} ranks do not fit.`,
  headOverAll: ({ rank, total, over, capacity, device }: Overflow, all: number) =>
    `Rank ${rank} needs ${total} GiB, ${over} GiB more than the ${capacity} GiB of one ${device}; none of the ${count(all)} ranks fits.`,
  headNoSequence: (rank: number, missing: string, tokens: number) =>
    `The weights fit, but rank ${rank} lacks ${missing} GiB for the KV cache of a single sequence of ${count(tokens)} tokens.`,
  headCaches: (capacity: string, held: number, wanted: number, tokens: number) =>
    `Every rank fits in ${capacity} GiB, with KV cache for ${count(held)} of ${count(wanted)} sequences of ${count(tokens)} tokens at a time; the others wait.`,
  headAllCached: (wanted: number, tokens: number) =>
    `All ${count(wanted)} have room at up to ${count(tokens)} tokens each.`,
  fullest: 'The memory of the fullest rank',
  nowFits: 'Only the variant fits.',
  fitsNoMore: 'The variant does not fit.',
  neitherFits: 'Neither fits.',
  change: 'Change',
  changes: 'Memory of the selected rank in baseline and variant',
  picture: (n: number, capacity: string) =>
    `Memory per rank, stacked, ${count(n)} bars against ${capacity} GiB. Left and Right move, Enter selects, Escape returns to the fullest rank.`,
  axis: (capacity: string, device: string) => `GiB per rank, against the ${capacity} GiB of one ${device}`,
  aggregated: 'A bar is the fullest rank of its node; the tick is the emptiest.',
  tooMany: (n: number) => `${count(n)} ranks are more than fit side by side.`,
  fullestFirst: (n: number, what: 'ranks' | 'nodes') => `${count(n)} ${what}, fullest first`,
  unit: 'GiB',
  mean: 'Mean',
  total: 'Total',
  free: 'Free',
  over: 'Over',
  table: 'Memory per rank, GiB',
  columnRank: 'Rank',
  columnNode: 'Node',
  readout: 'Memory of the selected rank and of the mean rank',
};
