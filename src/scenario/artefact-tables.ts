import {
  layerLabel,
  placementOf,
  type Artefact as ReadArtefact,
  type TraceSummaryArtefact,
} from '../config/artefacts';
import type { Artefact } from './artefacts';
import type { LayerTable, ModelScenario } from './scenario';

/** `1 layer`, `58 layers`. */
export const rows = (count: number): string => `${count} layer${count === 1 ? '' : 's'}`;

/** Tables by what they are made of: a what-if resolves one scenario a hundred times, and tables are told apart by identity. */
const made = new WeakMap<ReadArtefact, Map<string, LayerTable | null>>();

function once<T extends LayerTable | null>(artefact: ReadArtefact, key: string, make: () => T): T {
  const tables = made.get(artefact) ?? new Map<string, LayerTable | null>();
  made.set(artefact, tables);
  if (!tables.has(key)) tables.set(key, make());
  return tables.get(key) as T;
}

type Counted = Extract<ReadArtefact, { counts: unknown }>;

const hasTokens = (row: Float64Array): boolean => row.some((count) => count > 0);

/** Lists name every expert; lines and rows only those that were chosen, so that the last ones may be missing. */
export function loadsTable(
  artefact: Counted,
  model: ModelScenario | null,
): Pick<Artefact, 'table' | 'holds'> {
  const isList = artefact.kind === 'loads' && artefact.format !== 'expert-load-csv';
  const experts = isList ? artefact.experts : Math.max(artefact.experts, model?.routedExperts ?? 0);
  const table = once(artefact, `loads ${experts}`, () =>
    artefact.counts
      .filter(hasTokens)
      .map((row) => [...row, ...new Array<number>(experts - row.length).fill(0)]),
  );
  return { table, holds: `${rows(table.length)} × ${experts} experts` };
}

/** SGLang's maps have a row for each layer of the model, and one for each of its MTP modules behind them. */
export function placementTable(
  artefact: Exclude<ReadArtefact, { kind: 'unopened' | 'trace-summary' }>,
  model: ModelScenario | null,
): LayerTable | null {
  const cut =
    model !== null && model.mtpLayers > 0 && artefact.layers.length === model.layers + model.mtpLayers
      ? model.layers
      : artefact.layers.length;
  return once(artefact, `placement ${cut}`, () => {
    const all =
      artefact.kind === 'placement' ? placementOf(artefact) : artefact.counts.map((row) => [...row]);
    return all?.slice(0, cut) ?? null;
  });
}

/**
 * Tokens of the layer that is asked for, by its index among the recorded ones, or of the one whose imbalance is nearest
 * to the mean of all. `null` where there is no such layer.
 */
export function tracedLayer(
  trace: TraceSummaryArtefact,
  wanted: unknown,
): (Pick<Artefact, 'table' | 'holds'> & { readonly layer: number }) | null {
  const recorded = trace.counts.flatMap((row, at) => (hasTokens(row) ? [at] : []));
  const layer =
    typeof wanted === 'number' ? wanted : nearestToMean(recorded.map((at) => maxOverMean(trace.counts[at]!)));
  const at = recorded[layer];
  const choices = at === undefined ? undefined : trace.choices[at];
  if (at === undefined || choices === undefined) return null;
  const { experts, perToken } = choices;
  const table = once(trace, `trace ${at}`, () =>
    Array.from({ length: perToken === 0 ? 0 : experts.length / perToken }, (_, token) =>
      Array.from(experts.subarray(token * perToken, (token + 1) * perToken)),
    ),
  );
  const format = (count: number) => count.toLocaleString('en-US');
  const holds = `${format(table.length)} of ${format(trace.tokens[at]!)} of ${layerLabel(trace.layers[at]!)}`;
  return { table, layer, holds };
}

function maxOverMean(row: Float64Array): number {
  return (
    (row.reduce((most, count) => Math.max(most, count), 0) * row.length) / row.reduce((a, b) => a + b, 0)
  );
}

function nearestToMean(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce(
    (best, value, at) => (Math.abs(value - mean) < Math.abs(values[best]! - mean) ? at : best),
    0,
  );
}
