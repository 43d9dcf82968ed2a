import type {
  Artefact,
  ArtefactFormatId,
  ArtefactProblem,
  LayerName,
  PlacementArtefact,
  TraceSummaryArtefact,
} from './artefact';
import { pairIndex } from './trace-layer';

/** Pairs that chance alone brings together less often than this, of the tokens that were looked at, say nothing. */
const MIN_EXPECTED_PAIRS = 25;

/** What an artefact says, in a few numbers. */
export interface ArtefactSummary {
  readonly kind: Artefact['kind'];
  readonly format: ArtefactFormatId;
  readonly title: string;
  readonly layers: number;
  readonly experts: number;
  /** Slots per layer; `null` where the file places nothing. */
  readonly slots: number | null;
  /** Slots of the expert that has most of them in any layer. */
  readonly mostReplicas: number | null;
  /** Tokens that were routed, summed over layers; `null` where the file does not tell. */
  readonly tokens: number | null;
  /** Choices of an expert, summed over layers. */
  readonly assignments: number | null;
  readonly topK: number | null;
  readonly steps: number | null;
  /** The most loaded expert over the mean, of the layers that have tokens. */
  readonly maxOverMean: {
    readonly min: number;
    readonly median: number;
    readonly max: number;
    readonly layers: number;
    /** The layer and expert of `max`. */
    readonly hottest: { readonly layer: LayerName; readonly expert: number };
  } | null;
  /** The same within single steps, averaged over a layer's steps: the median layer. Sums over steps look more even. */
  readonly stepMaxOverMean: number | null;
  readonly strongestPair: StrongestPair | null;
  readonly problems: readonly ArtefactProblem[];
}

/** The two experts that are chosen together most beyond what their loads alone would bring. */
export interface StrongestPair {
  readonly layer: LayerName;
  readonly experts: readonly [number, number];
  /** How often, over how often if tokens chose their experts independently. */
  readonly lift: number;
}

export function summarise(artefact: Artefact): ArtefactSummary {
  const { kind, format, title, problems } = artefact;
  const nothing = {
    ...{ kind, format, title, layers: 0, experts: 0, slots: null, mostReplicas: null },
    ...{ tokens: null, assignments: null },
    ...{ topK: null, steps: null, maxOverMean: null, stepMaxOverMean: null, strongestPair: null, problems },
  };
  if (artefact.kind === 'unopened') return nothing;
  const sized = { ...nothing, layers: artefact.layers.length, experts: artefact.experts };
  if (artefact.kind === 'placement') {
    const mostReplicas = artefact.physicalToLogical.length > 0 ? replicas(artefact) : null;
    return { ...sized, slots: artefact.slots, mostReplicas };
  }
  const assignments = artefact.counts.reduce((sum, row) => row.reduce((a, b) => a + b, sum), 0);
  const loaded = { ...sized, assignments, maxOverMean: maxOverMean(artefact.layers, artefact.counts) };
  if (artefact.kind === 'loads') return { ...loaded, steps: artefact.steps };
  const routed = artefact.stepVariation.filter(({ steps }) => steps > 0);
  return {
    ...loaded,
    tokens: artefact.tokens.reduce((a, b) => a + b, 0),
    topK: Math.max(0, ...artefact.topK),
    steps: Math.max(0, ...routed.map(({ steps }) => steps)),
    stepMaxOverMean: routed.length > 0 ? median(routed.map(({ mean }) => mean)) : null,
    strongestPair: strongestPair(artefact),
  };
}

function replicas({ physicalToLogical, experts }: PlacementArtefact): number {
  return physicalToLogical.reduce((most, row) => {
    const copies = new Uint32Array(experts);
    for (const expert of row) if (expert >= 0) copies[expert]!++;
    return copies.reduce((a, b) => Math.max(a, b), most);
  }, 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function maxOverMean(
  layers: readonly LayerName[],
  counts: readonly Float64Array[],
): ArtefactSummary['maxOverMean'] {
  const ratios = counts.flatMap((row, i) => {
    const sum = row.reduce((a, b) => a + b, 0);
    if (sum === 0) return [];
    const expert = row.reduce((best, count, e) => (count > row[best]! ? e : best), 0);
    return [{ ratio: (row[expert]! * row.length) / sum, layer: layers[i]!, expert }];
  });
  if (ratios.length === 0) return null;
  const hottest = ratios.reduce((best, one) => (one.ratio > best.ratio ? one : best));
  const values = ratios.map(({ ratio }) => ratio);
  return {
    min: Math.min(...values),
    median: median(values),
    max: hottest.ratio,
    layers: ratios.length,
    hottest: { layer: hottest.layer, expert: hottest.expert },
  };
}

function strongestPair({ layers, counts, tokens, pairs, pairTokens, experts }: TraceSummaryArtefact) {
  let best: StrongestPair | null = null;
  pairs.forEach((row, i) => {
    if (row.length === 0) return;
    // Pairs are those of some tokens, shares those of all.
    const scale = pairTokens[i]! / (tokens[i]! * tokens[i]!);
    for (let b = 1; b < experts; b++) {
      for (let a = 0; a < b; a++) {
        const expected = counts[i]![a]! * counts[i]![b]! * scale;
        if (expected < MIN_EXPECTED_PAIRS) continue;
        const lift = row[pairIndex(a, b)]! / expected;
        if (best === null || lift > best.lift) best = { layer: layers[i]!, experts: [a, b], lift };
      }
    }
  });
  return best as StrongestPair | null;
}
