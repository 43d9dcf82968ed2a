import type { PhaseTime } from '../../../src/sim/result';
import type { Sending } from '../../../src/sim/traffic/sending';
import { count, plural } from '../../format';
import { text as shared } from '../../strings';

/** What the text of a step is about. */
export interface Means {
  readonly sending: Sending;
  /** Rows cross the NIC. */
  readonly hasNic: boolean;
  /** Scale-up domains are nodes. */
  readonly isByNode: boolean;
  readonly scaleUp: string;
}

const domain = ({ isByNode, scaleUp }: Means) => (isByNode ? shared.nodeWord : shared.domain(scaleUp));
const domains = (means: Means) => `${domain(means)}s`;

export const text = {
  title: 'All-to-all',
  shortTitle: 'All-to-all',
  nothing: 'EP is 1: nothing is sent.',
  nothingDetail: 'Every rank holds all experts, and each token stays where it is.',
  nothingNext: 'See what that costs in memory',
  noTokens: 'No rank has a token in this layer: there is nothing to send.',

  heading: {
    'per-rank': (means: Means, topK: number, ranks: string, straight: string, nic: string) =>
      `Each token’s ${topK} experts are on ${ranks} ranks. The NIC carries one copy per ${domain(means)}: ${nic} of a token instead of ${straight}.`,
    'per-rank-inside': (means: Means, topK: number, ranks: string, copies: string) =>
      `Each token’s ${topK} experts are on ${ranks} ranks. ${means.scaleUp} carries one copy per rank: ${copies} of a token.`,
    'per-choice': (_: Means, copies: string, nic: string) =>
      `Each token sends ${copies} copies, one for each of its experts; ${nic} of them cross the NIC.`,
    'per-choice-inside': (means: Means, copies: string, travelling: string) =>
      `Each token has ${copies} copies, one for each of its experts; ${travelling} of them travel over ${means.scaleUp}.`,
    'to-all': (_: Means, ranks: number, used: string) =>
      `Each token is sent to all ${count(ranks)} ranks, though its experts are on ${used} of them.`,
  },
  caption: (ranks: number, all: number, nodes: number, tokens: number, sizes: string) =>
    ranks === all
      ? `All ${plural(ranks, 'rank', 'ranks')} on ${plural(nodes, 'node', 'nodes')}, ${plural(tokens, 'token', 'tokens')} of each. A square is a copy${sizes}.`
      : `${count(ranks)} of ${count(all)} ranks on ${plural(nodes, 'node', 'nodes')}, ${plural(tokens, 'token', 'tokens')} of each: those that use these ranks most. A square is a copy${sizes}. +n: copies to ranks that are not drawn.`,
  areaIsBytes: ', its area is its bytes',
  coloured: {
    rank: 'Coloured by the rank that a token is from.',
    node: 'Coloured by the node that a token is from.',
  },
  node: (node: number) => `Node ${node}`,
  rank: (rank: number) => `rank ${rank}`,
  lanes: { home: 'Home', nic: 'NIC', local: 'Local', experts: 'Experts' },
  picture: (ranks: number, tokens: number, step: string) =>
    `${plural(tokens, 'token', 'tokens')} on ${plural(ranks, 'rank', 'ranks')}, ${step}`,
  keys: 'Left, Right: step. Up, Down: token. Space: play',

  size: 'Ranks',
  around: 'Around',
  aroundRank: (rank: number, node: number, isBusiest: boolean) =>
    `rank ${rank}, node ${node}${isBusiest ? ' (busiest)' : ''}`,
  previous: 'Previous',
  next: 'Next',
  play: 'Play',
  pause: 'Pause',
  slider: 'Moment, from before the router to the summed results',
  steps: ['Before', 'Route', 'Dispatch', 'Compute', 'Combine'] as const,
  stepButton: (at: number, name: string) => `${at + 1} ${name}`,
  stepHead: (at: number, name: string) => `${at + 1} of 5: ${name}`,
  atStop: (at: number, name: string) => `Step ${at + 1} of 5, ${name}`,

  before:
    'Attention is done. Each token’s hidden state is on the rank that computed it, and nothing has moved.',
  route: (topK: number, experts: number, limit: string, dropped: string) =>
    `The router picks ${topK} of ${count(experts)} experts for every token${limit}. Outlines show where its copies will go.${dropped}`,
  limit: (groups: number, of: number) => `, from at most ${groups} of ${of} groups`,
  dropped: (share: string) => ` The capacity factor drops ${share} of the choices.`,
  dispatch: {
    'per-rank': (m: Means) =>
      m.hasNic
        ? `One copy per ${domain(m)} crosses the NIC, to the GPU at the same place there; ${m.scaleUp} hands it on to the ranks that need it. ×n marks a copy for n of the drawn experts. A token for its own rank uses no wire.`
        : `One copy per rank goes straight over ${m.scaleUp}. ×n marks copies of one token that leave together. A token for its own rank uses no wire.`,
    'per-choice': (m: Means) =>
      `One copy per expert goes straight to its rank: ${m.hasNic ? `over the NIC to other ${domains(m)}, over ${m.scaleUp} within the ${domain(m)}` : `over ${m.scaleUp}`}. ×n marks n copies of one token. A token for its own rank uses no wire.`,
    'to-all': (m: Means) =>
      `An all-gather brings every token to every rank${m.hasNic ? `, over the NIC once per ${domain(m)} and on over ${m.scaleUp}` : ` over ${m.scaleUp}`}. Copies that no expert of a rank wants fade.`,
  },
  compute: (fullest: number) =>
    `The copies are at their experts and the GEMMs run. The layer lasts as long as the longest queue, that of rank ${fullest}.`,
  combine: {
    'per-rank': (m: Means) =>
      m.hasNic
        ? `Results go back the way that the copies came. They are summed within the ${domain(m)} before one result crosses the NIC. Home again, a token is the weighted sum of its experts.`
        : `Each rank sends one result per token back over ${m.scaleUp}. Home again, a token is the weighted sum of its experts.`,
    'per-choice': (_: Means) =>
      'Each expert’s result goes straight back. Home again, a token is the weighted sum of its experts.',
    'to-all': (m: Means) =>
      `A reduce-scatter sums what all ranks have of a token on the way${m.hasNic ? `: first within the ${domain(m)}, then over the NIC` : ''}. Ranks without an expert for it add zeros.`,
  },

  tokensPerRank: 'tokens per rank',
  tokensOfGroup: 'tokens in the EP group',
  spread: 'ranks, nodes',
  ofRanksAndNodes: (ranks: number, nodes: number) => `${count(ranks)}, ${count(nodes)}`,
  domains,
  distinctRanks: 'distinct ranks per token',
  distinct: (m: Means) => `distinct ${domains(m)} per token`,
  fullestOverMean: 'fullest rank over mean',
  rowsMean: 'assignments per rank, mean',
  rowsOf: (rank: number) => `assignments of rank ${rank}`,
  expertGemms: 'expert GEMMs at the mean load',
  waiting: (rank: number) => `waiting for rank ${rank}`,
  hops: {
    caption: (layer: number, dtype: string, row: string) =>
      `MoE layer ${layer}, ${dtype}, ${row} a row. Bytes of all ranks, time of the busiest.`,
    hop: 'hop',
    bytes: 'bytes',
    time: 'time',
    nic: 'NIC',
    local: 'local',
    handedOn: { dispatch: 'of it handed on', combine: 'of it summed' },
    sm: 'SMs copying',
    latency: 'latency',
    all: 'together',
    none: '–',
  },
  bound: (phase: 'dispatch' | 'combine', boundBy: PhaseTime['boundBy'], scaleUp: string) => {
    const by = { nic: 'the NIC', nvlink: scaleUp, sm: 'the SMs', latency: 'latency' }[boundBy];
    return `Hops overlap. ${phase === 'dispatch' ? 'Dispatch' : 'Combine'} is bound by ${by}.`;
  },

  tokenHead: (number: number, rank: number) => `Token ${number} of rank ${rank}`,
  tokenColumns: { expert: 'Expert', rank: 'Rank', way: 'Way' },
  dropsAll: 'All its choices are dropped: the token skips the experts.',
  notDrawn: 'to ranks that are not drawn',
  ways: {
    local: 'local',
    nic: 'NIC',
    nicVia: (rank: number, scaleUp: string) => `NIC to ${rank}, ${scaleUp}`,
  },
  matrix: {
    out: (n: number) => `Copies of these ${count(n)} tokens, from rank (row) to rank (column)`,
    back: (n: number) => `Results of these ${count(n)} tokens, from rank (row) to rank (column)`,
  },
  table: {
    caption: (tokens: number) => `Where the copies of ${plural(tokens, 'token', 'tokens')} go`,
    token: 'Token',
    rank: 'Rank',
    node: 'Node',
    expert: 'Expert',
    experts: 'Experts',
    to: 'To rank',
    toNode: 'To node',
    way: 'Way',
    drawn: 'Drawn',
    yes: 'yes',
    no: 'no',
  },
};
