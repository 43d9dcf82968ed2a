import type { GridAxisName } from '../../../src/sim/placement/rank-grids';
import { count, plural } from '../../format';

/** Slots of one GPU: `4 each`, `4 or 5 each`. */
const each = (fewest: number, most: number) =>
  fewest === most ? `${count(most)} each` : `${count(fewest)} or ${count(most)} each`;

/** Experts on ranks, for the headings. */
interface Placed {
  readonly experts: number;
  /** Physical experts, redundant ones included. */
  readonly slots: number;
  readonly ranks: number;
  readonly fewest: number;
  readonly most: number;
}

const spread = ({ experts, slots, ranks, fewest, most }: Placed) =>
  slots === experts
    ? `${count(experts)} experts on ${count(ranks)} ranks, ${each(fewest, most)}.`
    : `${count(experts)} experts in ${count(slots)} slots on ${count(ranks)} ranks, ${each(fewest, most)}.`;

export const text = {
  title: 'Placement',

  headUneven: (placed: Placed, rank: number, ratio: string) =>
    `${spread(placed)} Rank ${rank} gets ${ratio} the mean load, so the other ${count(placed.ranks - 1)} wait for it.`,
  headUnevenPair: (placed: Placed, rank: number, ratio: string) =>
    `${spread(placed)} Rank ${rank} gets ${ratio} the mean load, so the other one waits for it.`,
  headEven: (placed: Placed) => `${spread(placed)} All get about the same load: none waits for another.`,
  fullest: 'The load of the fullest rank',
  theMean: ' the mean',
  headOne: (experts: number) =>
    `EP is 1: every rank holds all ${count(experts)} experts, and no token leaves its rank.`,
  headOneSplit: (experts: number, etp: number) =>
    `EP is 1: all ${count(experts)} experts are on every rank, each expert split over ${count(etp)} ranks.`,

  picture: (ranks: number, nodes: number, slots: number) =>
    `${plural(ranks, 'GPU', 'GPUs')} on ${plural(nodes, 'node', 'nodes')} with ${plural(slots, 'expert', 'experts')} at most on each. Left and Right move between experts, Up and Down between rows, Shift and arrow jump a node, Enter selects the rank, Escape returns to the busiest rank.`,
  pictureOfRanks: (ranks: number, nodes: number) =>
    `${plural(ranks, 'GPU', 'GPUs')} on ${plural(nodes, 'node', 'nodes')}, a cell for each. Arrow keys move, Shift and arrow jump a node, Enter selects the rank, Escape returns to the busiest rank.`,
  node: (node: number) => `Node ${node}`,
  nodeWord: 'node',

  expert: (expert: number) => `Expert ${expert}`,
  copy: (copy: number, of: number, others: string) => `copy ${copy} of ${of}, others on rank ${others}`,
  slot: (slot: number) => `slot ${slot}`,
  rankNode: (rank: number, node: number) => `rank ${rank}, node ${node}`,
  domain: (name: string, domain: number) => `${name} ${domain}`,
  worldRank: (rank: number) => `rank ${rank} of the job`,
  assignments: (n: string) => `${n} assignments`,
  overMean: (ratio: string) => `${ratio} mean`,
  expectedHere: 'as this layer\u2019s popularity asks for',
  weights: (amount: string) => `${amount} GiB of weights in its stage`,
  total: (n: string, ratio: string) => `rank: ${n} assignments, ${ratio} mean`,
  holds: (experts: string) => `experts ${experts}`,
  andMore: (n: number) => `and ${count(n)} more`,

  expertLoad: 'Expert load, \u00d7 mean',
  slotLoad: 'Slot load, \u00d7 mean',
  rankLoad: 'Rank load, \u00d7 mean',
  loads: 'Beside a rank and a node: its load, \u00d7 mean',
  shared: (n: number) =>
    n === 1 ? 'Shared expert, on every rank' : `${count(n)} shared experts, on every rank`,
  replicated: 'Expert with copies on other slots',
  dense: {
    whole: 'Attention, router, norms: whole on every rank',
    split: (tp: number) => `Attention: split over TP ${count(tp)}; router and norms on every rank`,
  },

  columns: {
    rank: 'Rank',
    worldRank: 'World rank',
    node: 'Node',
    experts: 'Experts',
    slots: 'Slots',
    slot: 'Slot',
    expert: 'Expert',
    copy: 'Copy',
    copies: 'Copies',
    assignments: 'Assignments',
    load: 'Load, \u00d7 mean',
  },
  table: (layer: number) => `Experts of MoE layer ${layer}, by rank`,
  tableOfSlots: (layer: number) => `Slots of MoE layer ${layer}`,

  world: {
    heading: (gpus: string, device: string, nodes: string) => `${gpus} ${device} on ${nodes}, divided twice`,
    headingOnce: (gpus: string, device: string, nodes: string) => `${gpus} ${device} on ${nodes}`,
    nodes: (n: number) => plural(n, 'node', 'nodes'),
    dense: 'Dense part',
    expert: 'Experts',
    axis: {
      tp: 'TP',
      cp: 'CP',
      dp: 'DP',
      pp: 'PP',
      etp: 'ETP',
      ep: 'EP',
      edp: 'EDP',
    } satisfies Record<GridAxisName, string>,
    factor: (axis: string, size: string) => `${axis} ${size}`,
    choose: 'Group to show',
    group: (axis: string, rank: number) => `${axis} group of rank ${rank}`,
    members: (n: number, nodes: number) =>
      `${plural(n, 'rank', 'ranks')} on ${plural(nodes, 'node', 'nodes')}`,
    inDomains: (domains: number, name: string) => `in ${plural(domains, name, `${name}s`)}`,
    every: (first: number, last: number, stride: number) =>
      stride === 2
        ? `every second rank from ${first} to ${last}`
        : `ranks ${first} to ${last} in steps of ${count(stride)}`,
    ranks: (ranks: string) => `ranks ${ranks}`,
    place: (rank: number, node: number, dense: string, expert: string) =>
      `Rank ${rank}, node ${node}: ${dense} of the dense grid; ${expert} of the expert grid.`,
    coordinate: (axis: string, place: number) => `${axis} ${place}`,
    does: {
      tp: 'Each holds a part of every dense matrix; they sum or gather after each.',
      cp: 'Each holds a part of the sequence.',
      dp: {
        train: 'Each has other tokens and the same dense weights; their gradients are summed.',
        serve: 'Each serves other sequences.',
      },
      pp: 'Each holds other layers.',
      etp: 'Each holds a part of every expert of the group.',
      ep: 'Each holds other experts; dispatch and combine run among them.',
      edp: {
        train: 'Each holds the same experts; their gradients are summed.',
        serve: 'Each holds the same experts.',
      },
    },
    picture: (ranks: number) =>
      `All ${count(ranks)} GPUs in rank order, by node; the group is filled. Arrow keys move, Shift and arrow jump a node, Enter takes the rank, Escape returns.`,
    member: 'in the group',
    other: 'other ranks',
    tooMany: (ranks: number, most: number) =>
      `${count(ranks)} GPUs are not drawn: the picture ends at ${count(most)}.`,
  },

  balance: {
    heading: 'Is EPLB worth it?',
    about:
      'Compares experts in index order, by EPLB with more and more redundant experts, and searched from the best of those.',
    compare: 'Compare placements',
    stop: 'Stop',
    comparing: (percent: number) => `Comparing, ${percent}% done.`,
    stopped: 'The comparison was stopped.',
    kinds: {
      present: 'as configured',
      'in-order': 'in index order',
      eplb: 'EPLB',
      searched: 'searched',
    },
    now: 'now',
    opens: 'A placement opens as a what-if.',
    asWhatIf: (name: string, redundant: number) =>
      `${name} with ${plural(redundant, 'redundant expert', 'redundant experts')} as a what-if`,
    between: (low: string, high: string) => `The saving is then between ${low} and ${high}.`,
    withSkew: (sigma: string, saved: string) => `With \u03c3 ${sigma} it is ${saved}.`,
    save: 'Save the searched placement\u2026',
    notKept: (why: string) => `The searched placement cannot be saved. ${why}`,
    refused: (redundant: number, why: string) =>
      `Not with ${plural(redundant, 'redundant expert', 'redundant experts')}: ${why}`,
    columns: {
      placement: 'Placement',
      redundant: 'Redundant',
      dispatch: 'Dispatch',
      experts: 'Experts',
      combine: 'Combine',
      saved: 'Saved',
      one: (what: string) => `One ${what}`,
      spent: 'Costs GiB/GPU',
      free: 'Free GiB',
      load: 'Load, \u00d7 mean',
      nodes: 'Other nodes',
    },
    table: 'What each placement saves and costs',
    layerTable: 'One MoE layer, on its slowest rank',
  },

  spread: {
    heading: (format: string, device: string) =>
      `Why it is spread: weights in ${format} against one ${device}`,
    headingMtp: (format: string, device: string, n: number) =>
      `Why it is spread: weights in ${format}, with ${plural(n, 'MTP module', 'MTP modules')}, against one ${device}`,
    oneGpu: 'One GPU holds everything',
    job: (factors: string) => `${factors}: this job`,
    jobAlone: 'This job',
    sharded: 'fully sharded',
    parts: {
      attentionAndEmbeddings: 'attention, embeddings',
      otherDense: 'dense MLPs, shared experts, router, norms',
      routedExperts: 'routed experts',
      gathered: 'gathered while a layer runs',
    },
    /** The first share is of one GPU's memory, the others are of the weights. */
    doesNotFit: (share: string, device: string, attention: string, experts: string) =>
      `${share} of one ${device}: does not fit. Attention and embeddings ${attention}, routed experts ${experts}.`,
    fits: (share: string, device: string, attention: string, experts: string) =>
      `${share} of one ${device}. Attention and embeddings ${attention}, routed experts ${experts}.`,
    weightsFit: (share: string, device: string) => `${share} of one ${device}: the weights alone fit.`,
    weightsDoNotFit: (share: string, device: string) =>
      `${share} of one ${device}: not even the weights fit.`,
    leavesForTraining: (share: string, device: string, left: string) =>
      `${share} of one ${device}: ${left} GiB are left for gradients, optimizer and activations.`,
    leavesForServing: (share: string, device: string, left: string) =>
      `${share} of one ${device}: ${left} GiB are left for the KV cache and activations.`,
    memory: 'See Memory',
    capacity: (capacity: string) => `${capacity} GiB, one GPU`,
    unit: 'GiB, linear',
    amount: (amount: string) => `${amount} GiB`,
    picture: (row: string, amount: string) => `${row}: ${amount} GiB`,
  },
};
