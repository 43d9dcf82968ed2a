import type { WireDtype } from '../../../src/scenario/scenario';
import type { Dialect } from '../../export/alltoallv-code';
import { count } from '../../format';
import type { HeatOptions } from '../../model/heat';
import type { Unit } from '../../model/measure';

export const text = {
  title: 'Traffic',
  layer: 'MoE layer',
  layerSimulated: (layer: number, ratio: string) => `${layer}, ${ratio}, simulated`,
  layerMean: (layers: number, ratio: string) => `Mean of all ${count(layers)}, ${ratio}`,
  layerOne: (layer: number, ratio: string) => `${layer}, ${ratio}`,
  layerComing: 'Simulating the layer\u2026',
  headMean: (layers: number, rank: number, rows: string, ratio: string) =>
    `Over all ${count(layers)} MoE layers rank ${rank} receives most: ${rows} copies per layer, ${ratio} the mean rank.`,
  phase: 'Direction',
  dispatch: 'Dispatch',
  combine: 'Combine',
  both: 'Both',
  bothBytes: 'bytes',
  phaseName: { dispatch: 'dispatch', combine: 'combine', both: 'dispatch and combine' } satisfies Record<
    HeatOptions['phase'],
    string
  >,
  unit: 'Counted in',
  units: { copies: 'Copies', bytes: 'Bytes', time: 'Time' } satisfies Record<Unit, string>,
  unitName: { copies: 'copies', bytes: 'bytes', time: 'time on links' } satisfies Record<Unit, string>,
  amountCopies: (n: string) => `${n} copies`,
  headAmounts: (what: string, sender: string, sent: string, receiver: string, received: string) =>
    sender === receiver
      ? `In ${what} ${sender} sends most, ${sent}, and receives most, ${received}.`
      : `In ${what} ${sender} sends most, ${sent}; ${receiver} receives most, ${received}.`,
  headAmountsEven: (what: string, level: 'ranks' | 'nodes', amount: string) =>
    `In ${what} every ${level === 'ranks' ? 'rank' : 'node'} sends and receives about ${amount}.`,
  takes: (what: string) => `The time of ${what} in one MoE layer`,
  busiest: (link: string, what: string) => `What the busiest ${link} carries in ${what} of one MoE layer`,
  oneDirection: 'Counts and displacements are of one direction: choose Dispatch or Combine.',
  time: {
    head: (name: string, busy: string, all: string, what: string) =>
      `The links of ${name} are busy longest: ${busy} of the ${all} of ${what}.`,
    means: (level: 'ranks' | 'nodes') =>
      level === 'ranks'
        ? 'A cell is the link between two ranks: how long its bytes keep it busy at the rate that the backend reaches on such a link.'
        : 'A cell is the links between two nodes: how long they are busy at the rate that the backend reaches on them, mean over the sending ranks.',
    hops: (domain: string) =>
      `Over the NIC one copy goes to each ${domain}, to the rank that hands it on: cells are hops, not pairs of a token\u2019s rank and its expert\u2019s.`,
    totals: (isBeside: boolean) =>
      isBeside
        ? 'NIC and scale-up links work beside each other: a total is about the longer of both, not the sum of its cells.'
        : 'NIC and scale-up links take turns: a total is the sum of both.',
    leftOut: (microseconds: string, copying: boolean) =>
      `Left out: ${microseconds} for launch and synchronisation${copying ? ', and copying by SMs where that takes longer' : ''}.`,
    rests: (basis: string) => `The rates: ${basis}.`,
    busy: 'link busy',
    carries: 'carries',
    share: (what: string) => `share of ${what}`,
    local: 'local: stays on the rank, uses no link',
    sends: (rank: number, level: 'ranks' | 'nodes', amount: string) =>
      `${level === 'ranks' ? 'Rank' : 'Node'} ${rank} sends for ${amount}`,
    tableRanks: (rank: number) => `Links from rank ${rank}`,
    tableNodes: 'Links from node to node, mean over the sending ranks',
  },
  level: 'Level',
  ranks: 'Ranks',
  nodes: 'Nodes',
  scale: 'Colour scale',
  linear: 'Linear',
  log: 'Log',
  nothing: 'EP is 1: nothing is sent.',
  nothingDetail:
    'Every rank holds all experts, so each token finds its experts where it is. Dispatch and combine take no time and no bytes; the price is memory, since nothing of the experts is shared out.',
  nothingNext: 'See what that costs in memory',
  headEven: (n: string) => `Every rank sends and receives about ${n} copies: no rank sets the pace.`,
  headGather: (n: string) =>
    `All-gather sends every token to every rank, wanted or not: ${n} copies from each rank to each other.`,
  headDispatch: (sent: string, rank: number, received: string) =>
    `Every rank sends about ${sent} copies; rank ${rank} receives ${received}. That column sets the pace of the layer.`,
  headUneven: (sender: number, sent: string, receiver: number, received: string) =>
    `Rank ${sender} sends most, ${sent} copies; rank ${receiver} receives most, ${received}. They set the pace of the layer.`,
  headCombine: (rank: number, ratio: string, dtype: string, size: string) =>
    `Combine is the transpose: rank ${rank} now sends ${ratio} the mean, in ${dtype}, ${size} the bytes of dispatch for each copy.`,
  headCombineEven: (dtype: string, size: string) =>
    `Combine is the transpose, and as even: in ${dtype}, ${size} the bytes of dispatch for each copy.`,
  headNodes: (from: number, to: number, rows: string, ratio: string) =>
    `Node ${from} to node ${to} is the heaviest pair: ${rows} copies per layer, ${ratio} the mean pair.`,
  headNodeReceives: (node: number, rows: string, ratio: string) =>
    `Node ${node} receives most: ${rows} copies from each other node, ${ratio} the mean pair.`,
  headNodeReturns: (node: number, rows: string, ratio: string) =>
    `Node ${node} returns most: ${rows} copies to each other node, ${ratio} the mean pair.`,
  headNodesEven: (rows: string) =>
    `Every pair of nodes exchanges about ${rows} copies per layer: no pair stands out.`,
  matrix: (n: number, level: 'ranks' | 'nodes', unit: string) =>
    `Traffic matrix in ${unit}, ${count(n)} by ${count(n)} ${level}. Arrow keys move, Shift and arrow jump a node, plus, minus and 0 zoom, Enter selects the rank, Escape returns to the busiest rank.`,
  from: (level: 'rank' | 'node', phase: HeatOptions['phase']) =>
    phase === 'combine'
      ? `back from ${level} (rows) to home ${level} (columns)`
      : `from ${level} (rows) to ${level} (columns)`,
  outlined: (axes: string, link: string) => `${axes}, outlined blocks stay on ${link}`,
  diagonal: (axes: string, link: string) => `${axes}, the diagonal stays on ${link}`,
  pooled: (n: string) =>
    `A pixel stands for about ${n} cells and shows the largest of them; the readout is exact.`,
  sentMax: 'sent, max',
  received: (mean: string) => `received; line: mean ${mean}`,
  receivedMax: (mean: string, max: string) => `received; line: mean ${mean}, max ${max}`,
  rankLabel: (rank: number, n: string) => `rank ${rank}: ${n}`,
  restOfNodes: (n: number) => `${n} others`,
  cell: (from: number, to: number, level: 'ranks' | 'nodes') =>
    level === 'nodes' ? `Node ${from} to node ${to}` : `Rank ${from} to rank ${to}`,
  copies: 'copies',
  dtype: {
    bf16: 'BF16',
    fp8: 'FP8 with scales',
    fp4: 'FP4 with scales',
  } satisfies Record<WireDtype, string>,
  dtypeShort: { bf16: 'BF16', fp8: 'FP8', fp4: 'FP4' } satisfies Record<WireDtype, string>,
  againstMean: 'against the mean cell',
  shareOfRow: 'share of the row',
  rowTotal: (name: string, unit: Unit) =>
    unit === 'time' ? `${name} busy sending` : `${name} sends, in all`,
  columnTotal: (name: string, unit: Unit) =>
    unit === 'time' ? `${name} busy receiving` : `${name} receives, in all`,
  ramp: (unit: string, scale: string) => `${unit}, ${scale}`,
  sends: (rank: number, amount: string) => `Rank ${rank} sends ${amount} in copies`,
  returns: (rank: number, amount: string) => `Rank ${rank} returns ${amount} in copies`,
  nodeSends: (node: number, amount: string) => `Node ${node} sends ${amount} to other nodes`,
  asCode: (rank: number) => `MPI_Alltoallv of rank ${rank}, as code`,
  dialect: 'Library',
  dialects: { mpi: 'MPI', nccl: 'NCCL', torch: 'PyTorch' } satisfies Record<Dialect, string>,
  codeWhat: {
    mpi: 'Code for MPI, C',
    nccl: 'Code for NCCL, C',
    torch: 'Code for PyTorch',
  } satisfies Record<Dialect, string>,
  copyCode: 'Copy code',
  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomWhole: 'Whole matrix',
  zoomHint: 'Ctrl and wheel zooms, or + and \u2212',
  zoomedTo: (level: 'ranks' | 'nodes', rows: string, columns: string, ratio: string) =>
    `${ratio}: ${level} ${rows} to ${level} ${columns}; drag to move`,
  overview: 'The whole matrix; the part that is shown is outlined',
  hotPairs: (unit: Unit) =>
    ({ copies: 'Heaviest pairs, in copies', bytes: 'Heaviest pairs, in bytes', time: 'Busiest links' })[unit],
  noPairs: 'Nothing is sent from one rank to another.',
  one: (index: number, level: 'ranks' | 'nodes') => `${level === 'ranks' ? 'rank' : 'node'} ${index}`,
  pair: (from: number | null, to: number | null, level: 'ranks' | 'nodes') => {
    const noun = level === 'ranks' ? 'rank' : 'node';
    const name = (index: number | null) => (index === null ? `every other ${noun}` : `${noun} ${index}`);
    return `${name(from)} \u2192 ${name(to)}`;
  },
  peers: (name: string) => `Peers of ${name}`,
  peersOf: (n: number, unit: string, sent: string, received: string) =>
    `The largest of ${count(n)}, in ${unit}; in all ${sent} sent, ${received} received`,
  mpi: (n: number, padded: string) =>
    `${count(n)} counts and displacements. An equal-count MPI_Alltoall padded to the largest cell would send ${padded}.`,
  showCounts: 'Show the counts',
  mpiOf: (rank: number) => `MPI_Alltoallv, rank ${rank}`,
  mpiCaption: 'Send counts and displacements, in copies',
  tableRanks: (rank: number) => `Send counts of rank ${rank} as MPI_Alltoallv sees them`,
  tableNodes: 'Copies from node to node',
  tableBoth: (rank: number) => `What rank ${rank} sends in dispatch and combine`,
  tableNodesBoth: 'Dispatch and combine from node to node',
  tableMatrix: {
    copies: (what: string) => `Copies, ${what}`,
    bytes: (what: string) => `Bytes, ${what}`,
    time: (what: string) => `Microseconds on links, ${what}`,
  } satisfies Record<Unit, (what: string) => string>,
  columns: {
    to: 'To',
    toRank: 'To rank',
    fromRank: 'From rank',
    fromNode: 'From node',
    from: {
      copies: (source: string) => source,
      bytes: (source: string) => `${source}, bytes`,
      time: (source: string) => `${source}, \u00b5s`,
    } satisfies Record<Unit, (source: string) => string>,
    toNode: 'To node',
    node: 'Node',
    link: 'Link',
    count: 'Count',
    copies: 'Copies',
    displacement: 'Displacement',
    displacementShort: 'Displ.',
    megabytes: 'MB',
    microseconds: '\u00b5s on the link',
    peer: 'Peer',
    sends: 'Sent to it',
    receives: 'Got from it',
  },
  funnel: 'From assignments to NIC copies, per token',
  funnelParts: {
    picked: 'experts picked, one assignment each',
    pickedCopies: 'experts picked: one copy each',
    distinctRanks: 'distinct ranks: copies sent',
    distinctUnmerged: 'distinct ranks: copies are not merged',
    needed: 'ranks that need the token',
    everyone: 'copies: every rank gets every token',
    onOthers: (domain: string) => `of them on other ${domain}s`,
    toOthers: (domain: string) => `copies to other ${domain}s`,
    acrossNic: (domain: string) => `copies that cross the NIC, one per ${domain}`,
    distinctOthers: (domain: string) => `distinct other ${domain}s: not merged either`,
    perNic: (line: string) => `per NIC, of ${line} GB/s line rate`,
    perScaleUp: (link: string, line: string) => `per GPU over ${link}, of ${line} GB/s`,
  },
};
