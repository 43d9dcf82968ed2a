import type { ViewId } from '../src/panel/protocol';
import type { DeltaRow } from '../src/plan/whatif';
import type { Scenario, WireDtype } from '../src/scenario/scenario';
import type { Basis, StepPart } from '../src/sim/result';
import { count, percent } from './format';

const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;

/** Every text that a person reads in the panel, in one place, ready for translation. */
export const text = {
  loading: 'Reading the file\u2026',
  findings: (n: number, file: string) => `${plural(n, 'finding', 'findings')} in ${file}`,
  findingsList: 'Findings',
  severity: { error: 'Error', warning: 'Warning', info: 'Note' },
  simulatedIn: (ms: number) => `simulated in ${ms < 1 ? 'under 1' : count(ms)} ms`,
  views: 'Views',
  view: {
    traffic: 'Traffic',
    memory: 'Memory',
    communication: 'Communication',
    whatif: 'What if',
  } satisfies Record<ViewId, string>,
  viewShort: {
    traffic: 'Traffic',
    memory: 'Memory',
    communication: 'Comm.',
    whatif: 'What if',
  } satisfies Record<ViewId, string>,
  basis: (basis: Basis) =>
    basis.expectedError === null
      ? basis.kind
      : `${basis.kind} \u00b1${percent(basis.expectedError, basis.expectedError < 0.01 ? 1 : 0)}`,
  model: 'model',
  modelNote: 'Counted from shapes, data types and the layout; the runtime part is an assumption.',

  figure: {
    memory: 'Peak memory',
    alltoall: 'All-to-all, per MoE layer',
    step: {
      train: 'Step',
      prefill: 'Forward pass, prefill',
      decode: 'Forward pass, decode',
      serve: 'Forward pass, decode',
    },
    ofCapacity: (capacity: string) => `of ${capacity} GiB`,
    fullest: (rank: number, mean: string) => `rank ${rank}, mean ${mean}`,
    outAndBack: (out: string, back: string) => `${out} out, ${back} back`,
    nothingSent: 'EP is 1: nothing is sent',
    throughput: (tokens: string) => `${tokens} tok/s/GPU`,
    mfu: (mfu: string) => `MFU ${mfu}`,
    tpot: (time: string) => `TPOT ${time}`,
    ttft: (time: string) => `TTFT ${time}`,
    opens: (view: string) => `opens ${view}`,
  },

  chips: {
    label: 'What this rests on',
    more: (n: number) => `${count(n)} more`,
    fewer: 'fewer',
    from: 'from',
  },

  tools: {
    table: 'Table',
    copy: 'Copy',
    copied: (what: string) => `Copied ${what}`,
    saving: 'Saving the picture',
    formats: { csv: 'CSV', json: 'JSON', png: 'PNG' },
  },

  link: {
    scaleUp: (accelerator: string) =>
      accelerator.startsWith('mi') ? 'xGMI' : accelerator.startsWith('tpu') ? 'ICI' : 'NVLink',
    nic: 'NIC',
    local: 'local',
    localDetail: 'local: stays on the rank',
    withinNode: 'stays within the node',
    nicTo: (node: number) => `NIC to node ${node}`,
    nicThen: (node: number, scaleUp: string) => `NIC to node ${node}, then ${scaleUp}`,
  },

  traffic: {
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
    headNodesOne: (node: number, receives: boolean, rows: string, ratio: string) =>
      `Node ${node} ${receives ? 'receives' : 'returns'} most: ${rows} copies ${receives ? 'from' : 'to'} each other node, ${ratio} the mean pair.`,
    headNodesEven: (rows: string) =>
      `Every pair of nodes exchanges about ${rows} copies per layer: no pair stands out.`,
    matrix: (n: number, level: 'ranks' | 'nodes') =>
      `Traffic matrix, ${count(n)} by ${count(n)} ${level}. Arrow keys move, Shift and arrow jump a node, Enter selects the row, Escape returns to the busiest rank.`,
    from: (level: 'rank' | 'node', back: boolean) =>
      back
        ? `back from ${level} (rows) to home ${level} (columns)`
        : `from ${level} (rows) to ${level} (columns)`,
    outlined: (link: string) => `, outlined blocks stay on ${link}`,
    diagonal: (link: string) => `, the diagonal stays on ${link}`,
    pooled: (n: string) =>
      `A pixel stands for about ${n} cells and shows the largest of them; the readout is exact.`,
    sent: 'sent',
    max: (n: string) => `max ${n}`,
    received: (mean: string) => `received; line: mean ${mean}`,
    receivedMax: (mean: string, max: string) => `received; line: mean ${mean}, max ${max}`,
    rankLabel: (rank: number, n: string) => `rank ${rank}: ${n}`,
    node: (node: number) => `node ${node}`,
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
    ramp: (scale: string) => `copies, ${scale}`,
    sends: (rank: number, amount: string) => `Rank ${rank} sends ${amount} in copies`,
    returns: (rank: number, amount: string) => `Rank ${rank} returns ${amount} in copies`,
    nodeSends: (node: number, amount: string) => `Node ${node} sends ${amount} to other nodes`,
    asMpi: 'As MPI_Alltoallv',
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
    },
    funnel: 'From assignments to NIC copies, per token',
    funnelParts: {
      picked: 'experts picked, one assignment each',
      pickedCopies: 'experts picked: one copy each',
      distinctRanks: 'distinct ranks: copies sent',
      distinctUnmerged: 'distinct ranks: copies are not merged',
      needed: 'ranks that need the token',
      everyone: 'copies: every rank gets every token',
      onOtherNodes: 'of them on other nodes',
      toOtherNodes: 'copies to other nodes',
      acrossNic: 'copies that cross the NIC, one per node',
      otherNodes: 'distinct other nodes: not merged either',
      perNic: (line: string) => `per NIC, of ${line} GB/s line rate`,
      perScaleUp: (link: string, line: string) => `per GPU over ${link}, of ${line} GB/s`,
    },
  },

  memory: {
    group: 'Group',
    ranks: (n: number) => plural(n, 'rank', 'ranks'),
    nodes: (n: number) => plural(n, 'node', 'nodes'),
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
    headFits: (capacity: string, rank: number, free: string) =>
      `Every rank fits in ${capacity} GiB. Rank ${rank} keeps ${free} GiB free`,
    headSkew: (extra: string) =>
      `: its extra tokens cost ${extra} GiB of activations and buffers above the mean.`,
    headEven: ', and the others about as much.',
    headOver: (rank: number, total: string, over: string, capacity: string, device: string) =>
      `Rank ${rank} needs ${total} GiB, ${over} GiB more than the ${capacity} GiB of one ${device}`,
    headOverSome: (n: number, all: number) => `; ${count(n)} of ${count(all)} ranks do not fit.`,
    headOverAll: (all: number) => (all === 1 ? '.' : `; none of the ${count(all)} ranks fits.`),
    picture: (n: number, capacity: string) =>
      `Memory per rank, stacked, ${count(n)} bars against ${capacity} GiB. Left and Right move, Enter selects, Escape returns to the fullest rank.`,
    axis: (capacity: string, device: string) => `GiB per rank, against the ${capacity} GiB of one ${device}`,
    aggregated: 'A bar is the fullest rank of its node; the tick is the emptiest.',
    tooMany: (n: number) => `${count(n)} ranks are more than fit side by side.`,
    fullestFirst: (n: number, what: 'ranks' | 'nodes') => `${count(n)} ${what}, fullest first`,
    unit: 'GiB',
    rank: (rank: number) => `rank ${rank}`,
    mean: 'mean',
    total: 'Total',
    free: 'Free',
    over: 'Over',
    table: 'Memory per rank, GiB',
    columnRank: 'Rank',
    columnNode: 'Node',
    readout: 'Memory of the selected rank and of the mean rank',
  },

  communication: {
    scope: 'Counted',
    own: 'As the textbook counts',
    step: 'Per step',
    family: {
      ep: (s: Scenario) => `Expert parallel, EP\u00a0${count(s.layout.ep)}`,
      tp: (s: Scenario) => `Tensor parallel, TP\u00a0${count(s.layout.tp)}`,
      dp: (s: Scenario) =>
        `Data parallel, DP\u00a0${count(s.layout.dp)}${s.layout.edp === s.layout.dp ? '' : `, EDP\u00a0${count(s.layout.edp)}`}`,
      pp: (s: Scenario) => `Pipeline parallel, PP\u00a0${count(s.layout.pp)}`,
    },
    short: {
      ep: 'expert parallel',
      tp: 'tensor parallel',
      dp: 'data parallel',
      pp: 'pipeline parallel',
    },
    textbook: 'textbook, in BF16',
    exact: 'exact',
    exactPer: (per: string) => `exact, per ${per}`,
    perStep: (training: boolean) => (training ? 'exact, per step' : 'exact, per forward pass'),
    repeats: {
      ep: (training: boolean) => (training ? 'layers × microbatches, both ways' : 'MoE layers'),
      tp: (training: boolean) => (training ? 'microbatches, both ways' : 'microbatches'),
      dp: () => 'times',
      pp: (training: boolean) => (training ? 'microbatches, both ways' : 'times'),
    },
    per: (per: string) => `per ${per}`,
    perStepScope: (training: boolean) => (training ? 'per step, forward and backward' : 'per forward pass'),
    legendTextbook: 'textbook',
    legendExact: 'exact',
    legendFactor: 'factor: length is the ratio',
    axis: (s: Scenario, parameters: string) =>
      `Bytes sent per rank, log scale. B \u00d7 S = ${count(s.workload.tokensPerRank)} tokens, H = ${count(s.model.hiddenSize)}, L = ${count(s.model.layers)}, P = ${parameters}.`,
    understates: (what: string, ratio: string) => `understates ${what} ${ratio}`,
    overstates: (what: string, ratio: string) => `overstates ${what} ${ratio}`,
    counts: (what: string) => `counts ${what}, which sends nothing`,
    agrees: 'The textbook and the exact figures agree within 10%.',
    head: (phrases: string) => `The textbook ${phrases}. Each reason is one factor.`,
    and: ' and ',
    headStep: (ep: string, dp: string) =>
      `Per step, one rank sends ${ep} for experts and ${dp} for gradients`,
    headStepMore: (ratio: string) => `: the all-to-all is ${ratio} the gradient sync.`,
    headStepLess: (ratio: string) => `: the gradient sync is ${ratio} the all-to-all.`,
    headServing: (ep: string, tp: string) =>
      `Per forward pass, one rank sends ${ep} for experts and ${tp} for tensor parallel.`,
    picture: (name: string, textbook: string, exact: string) =>
      `${name}: textbook ${textbook}, exact ${exact}`,
    table: 'Bytes sent per rank',
    columns: { family: 'Family', what: 'What', factor: 'Factor', bytes: 'Bytes' },
  },

  whatif: {
    start: 'Change one knob: every number beside it is recomputed.',
    startDetail: (step: string) => `One step takes ${step} now, made of:`,
    waiting: 'The variant is being simulated.',
    save: 'Save as scenario',
    was: (value: string) => `was ${value}`,
    knobs: 'What to change',
    baseline: 'Baseline',
    variant: 'Variant',
    back: 'Back to baseline',
    better: 'better',
    worse: 'worse',
    drops: (time: string, relative: string) => `the step drops ${time} (${relative})`,
    grows: (time: string, relative: string) => `the step grows ${time} (${relative})`,
    same: 'the step stays the same',
    stillFits: (rank: number, free: string) => `, and rank ${rank} still fits, ${free} GiB free.`,
    nowFits: (rank: number, free: string) => `, and rank ${rank} now fits, ${free} GiB free.`,
    doesNotFit: (rank: number, total: string) => `, but rank ${rank} needs ${total} GiB and does not fit.`,
    stillDoesNotFit: (rank: number, total: string) => `, and rank ${rank} still does not fit: ${total} GiB.`,
    change: (label: string, from: string, to: string) => `${label} ${from} \u2192 ${to}`,
    section: {
      fit: 'Fit',
      step: 'Step',
      network: 'Network, per MoE layer',
      traffic: 'Traffic, per MoE layer',
    } satisfies Record<DeltaRow['section'], string>,
    columns: {
      metric: 'Figure',
      unit: 'Unit',
      baseline: 'Baseline',
      variant: 'Variant',
      change: 'Change',
      direction: 'less \u2190 \u2192 more',
      percent: '%',
    },
    table: 'Baseline and variant',
    picture: (baseline: string, variant: string | null) =>
      variant === null ? `Step time ${baseline}` : `Step time: baseline ${baseline}, variant ${variant}`,
    parts: {
      attention: 'Attention',
      dense: 'Dense layers',
      experts: 'Experts',
      waiting: 'Waiting for the busiest rank',
      alltoall: 'All-to-all, exposed',
      tensor: 'Tensor parallel',
      bubble: 'Pipeline bubble',
      sync: 'Gradient sync',
      other: 'Other',
    } satisfies Record<StepPart['name'], string>,
  },
};

/** What an accelerator id is called on screen: `h800-sxm` is `H800`. */
export function deviceName(accelerator: string): string {
  const [maker, generation] = accelerator.split('-');
  return maker === 'tpu' ? `TPU ${generation}` : maker!.toUpperCase();
}
