import type { WireDtype } from '../../../src/scenario/scenario';
import type { Dialect } from '../../export/alltoallv-code';
import { count } from '../../format';

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
  matrix: (n: number, level: 'ranks' | 'nodes') =>
    `Traffic matrix, ${count(n)} by ${count(n)} ${level}. Arrow keys move, Shift and arrow jump a node, plus, minus and 0 zoom, Enter selects the rank, Escape returns to the busiest rank.`,
  from: (level: 'rank' | 'node', back: boolean) =>
    back
      ? `back from ${level} (rows) to home ${level} (columns)`
      : `from ${level} (rows) to ${level} (columns)`,
  outlined: (axes: string, link: string) => `${axes}, outlined blocks stay on ${link}`,
  diagonal: (axes: string, link: string) => `${axes}, the diagonal stays on ${link}`,
  pooled: (n: string) =>
    `A pixel stands for about ${n} cells and shows the largest of them; the readout is exact.`,
  sent: 'sent',
  max: (n: string) => `max ${n}`,
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
  rowTotal: (name: string) => `${name} sends, in all`,
  columnTotal: (name: string) => `${name} receives, in all`,
  ramp: (scale: string) => `copies, ${scale}`,
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
  hotPairs: 'Heaviest pairs, in copies',
  noPairs: 'Nothing is sent from one rank to another.',
  one: (index: number, level: 'ranks' | 'nodes') => `${level === 'ranks' ? 'rank' : 'node'} ${index}`,
  pair: (from: number | null, to: number | null, level: 'ranks' | 'nodes') => {
    const noun = level === 'ranks' ? 'rank' : 'node';
    const name = (index: number | null) => (index === null ? `every other ${noun}` : `${noun} ${index}`);
    return `${name(from)} \u2192 ${name(to)}`;
  },
  peers: (name: string) => `Peers of ${name}`,
  peersOf: (n: number, sent: string, received: string) =>
    `The largest of ${count(n)}; in all ${sent} sent, ${received} received`,
  mpi: (n: number, padded: string) =>
    `${count(n)} counts and displacements. An equal-count MPI_Alltoall padded to the largest cell would send ${padded}.`,
  showCounts: 'Show the counts',
  mpiOf: (rank: number) => `MPI_Alltoallv, rank ${rank}`,
  mpiCaption: 'Send counts and displacements, in copies',
  tableRanks: (rank: number) => `Send counts of rank ${rank} as MPI_Alltoallv sees them`,
  tableNodes: 'Copies from node to node',
  columns: {
    to: 'To',
    toRank: 'To rank',
    fromRank: 'From rank',
    fromNode: 'From node',
    toNode: 'To node',
    node: 'Node',
    link: 'Link',
    count: 'Count',
    copies: 'Copies',
    displacement: 'Displacement',
    displacementShort: 'Displ.',
    megabytes: 'MB',
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
