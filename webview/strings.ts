import type { Basis, StepPart } from '../src/sim/result';
import { count, percent, plural, withUnit } from './format';

/** What a person reads outside the views and in more than one of them; each view has the rest in its `strings.ts`. Ready for translation: whole sentences, with places for figures. */
export const text = {
  product: 'MoE Scope',
  loading: 'Reading the file\u2026',
  simulating: 'Simulating',
  findings: (n: number, file: string) => `${plural(n, 'finding', 'findings')} in ${file}`,
  findingsList: 'Findings',
  faults: 'Fields at fault',
  severity: { error: 'Error', warning: 'Warning', info: 'Note' },
  simulatedIn: (ms: number) => `simulated in ${ms < 1 ? 'under 1' : count(ms)} ms`,
  views: 'Views',
  shortcut: (keys: string) => `${keys} shows this view`,
  basis: ({ kind, expectedError, errorFrom }: Basis) => {
    const shown = `${kind} \u00b1${percent(expectedError, expectedError > 0 && expectedError < 0.01 ? 1 : 0)}`;
    return errorFrom === 'other-kinds' ? `${shown}, extrapolated` : shown;
  },
  model: 'model',
  modelNote: 'Counted from shapes, data types and the layout; the runtime part is an assumption.',
  rank: (rank: number) => `rank ${rank}`,
  node: (node: number) => `node ${node}`,
  nodeWord: 'node',
  domain: (link: string) => `${link} domain`,

  layer: 'MoE layer',
  layerOption: {
    plain: (layer: number, ratio: string) => `${layer}, ${ratio}`,
    simulated: (layer: number, ratio: string) => `${layer}, ${ratio}, simulated`,
    worst: (layer: number, ratio: string) => `${layer}, ${ratio}, most uneven`,
    both: (layer: number, ratio: string) => `${layer}, ${ratio}, simulated, most uneven`,
  },

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
    ttftBasis: (note: string) => `TTFT: ${note}`,
    opens: (view: string) => `opens ${view}`,
  },

  sides: {
    label: 'Baseline and variant',
    shown: 'Which is drawn',
    baseline: 'Baseline',
    variant: 'Variant',
    better: 'better',
    worse: 'worse',
    change: (from: string, to: string, unit: string) => `${from} \u2192 ${withUnit(to, unit)}`,
    /** A difference of percentages is no percentage of either. */
    by: (change: string, unit: string) => withUnit(change, unit === '%' ? 'points' : unit),
    same: (value: string, unit: string) => `${withUnit(value, unit)}, as before`,
    because: (parts: string) => `Mostly ${parts}.`,
    both: 'Both',
    of: (layout: string, what: string) => `${layout}, ${what}`,
    column: 'Layout',
    noteOf: (layout: string, note: string) => `${layout}: ${note}`,
    stays: (what: string, figure: string) => `${what} stays at ${figure}.`,
    rises: (what: string, from: string, to: string, relative: string, reasons: string) =>
      `${what} rises from ${from} to ${to}${relative && ` (${relative})`}${reasons && `: ${reasons}`}.`,
    falls: (what: string, from: string, to: string, relative: string, reasons: string) =>
      `${what} falls from ${from} to ${to}${relative && ` (${relative})`}${reasons && `: ${reasons}`}.`,
    traffic: {
      tokens: (from: string, to: string) => `tokens per rank ${from} \u2192 ${to}`,
      nodes: (from: string, to: string) => `remote nodes per token ${from} \u2192 ${to}`,
      ranks: (from: string, to: string) => `ranks per token ${from} \u2192 ${to}`,
      row: (from: string, to: string) => `bytes per copy ${from} \u2192 ${to}`,
      load: (from: string, to: string) => `fullest rank over mean ${from} \u2192 ${to}`,
    },
    expertsPerRank: (from: string, to: string) => `experts per rank ${from} \u2192 ${to}`,
  },

  fit: {
    fits: 'fits',
    full: 'does not fit',
    noSequence: 'weights fit, but the KV cache of no sequence',
    caches: (held: number, wanted: number) =>
      `KV cache for ${count(held)} of ${count(wanted)} sequences per rank`,
  },

  chips: {
    label: 'What this rests on',
    more: (n: number) => `${count(n)} more`,
    moreAssumed: (n: number, assumed: number) => `${count(n)} more, ${count(assumed)} assumed`,
    fewer: 'fewer',
    from: 'from',
    explain: (label: string, value: string, why: string) => `${label} ${value}: ${why}`,
    tryAnother: 'Try another value',
    pin: 'Pin it in a scenario file',
    pinIn: (file: string) => `Pin it in ${file}`,
  },

  tools: {
    noRows: 'Nothing to list yet.',
    table: 'Table',
    copy: 'Copy',
    copied: (what: string) => `Copied ${what}`,
    saving: 'Saving the picture',
    formats: { csv: 'CSV', json: 'JSON', png: 'PNG', svg: 'SVG', report: 'Export report\u2026' },
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

  stepParts: {
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
};

/** What an accelerator id is called on screen: `h800-sxm` is `H800`. */
export function deviceName(accelerator: string): string {
  const [maker, generation] = accelerator.split('-');
  return maker === 'tpu' ? `TPU ${generation}` : maker!.toUpperCase();
}
