import type { TableFiles } from './checks';
import { moeLayerCount } from './moe-layers';
import { type Refusal, refusal } from './refusals/refusal';
import type { LayerTable, ModelScenario, Scenario } from './scenario';

/** What is wrong with the tables of a scenario whose numbers are sound; empty when nothing is. */
export function tableChecks(scenario: Scenario, files: TableFiles): readonly Refusal[] {
  const { routing, placement } = scenario;
  const found = [
    routing.distribution === 'loads' ? loadsRefusal(scenario, files.loads ?? null) : undefined,
    routing.distribution === 'trace' ? traceRefusal(scenario, files.trace ?? null) : undefined,
    placement.strategy === 'explicit' ? placementRefusal(scenario, files.placement ?? null) : undefined,
    layerRefusal(scenario),
  ];
  return found.filter((one) => one !== undefined);
}

function loadsRefusal({ routing, model }: Scenario, file: string | null): Refusal | undefined {
  const { loads } = routing;
  if (loads === null || loads.length === 0) return refusal('loads-missing', undefined);
  return loadsFault(loads, model, file);
}

/** What a file's tables are held against: the figures of a model. */
type Router = Pick<ModelScenario, 'routedExperts' | 'topK'>;

/** Tables are checked once: a what-if tries a hundred changes of one scenario. */
const checked = new WeakMap<LayerTable, Map<string, Refusal | undefined>>();

function once(table: LayerTable, key: string, check: () => Refusal | undefined): Refusal | undefined {
  const known = checked.get(table) ?? new Map<string, Refusal | undefined>();
  checked.set(table, known);
  if (!known.has(key)) known.set(key, check());
  return known.get(key);
}

/** What is wrong with loads for a model; `undefined` when nothing is. Shape: [layers][routedExperts]. */
export function loadsFault(loads: LayerTable, model: Router, file: string | null): Refusal | undefined {
  const experts = model.routedExperts;
  return once(loads, `loads ${file} ${experts}`, () => checkLoads(loads, experts, file));
}

function checkLoads(loads: LayerTable, experts: number, file: string | null): Refusal | undefined {
  for (const [layer, row] of loads.entries()) {
    if (row.length !== experts) {
      return refusal('loads-of-other-experts', { file, layer, columns: row.length, experts });
    }
    const wrong = row.findIndex((load) => !(Number.isFinite(load) && load >= 0));
    if (wrong >= 0) {
      return refusal('load-not-a-number', { file, layer, expert: wrong, value: row[wrong]! });
    }
    if (!row.some((load) => load > 0)) return refusal('layer-without-load', { file, layer });
  }
  return undefined;
}

function traceRefusal({ routing, model }: Scenario, file: string | null): Refusal | undefined {
  const { trace } = routing;
  return trace === null ? refusal('trace-missing', undefined) : traceFault(trace, model, file);
}

/** What is wrong with a trace for a model; `undefined` when nothing is. Shape: [tokens][topK]. */
export function traceFault(trace: LayerTable, model: Router, file: string | null): Refusal | undefined {
  const { topK, routedExperts: experts } = model;
  return once(trace, `trace ${file} ${experts} ${topK}`, () => checkTrace(trace, topK, experts, file));
}

function checkTrace(
  trace: LayerTable,
  topK: number,
  experts: number,
  file: string | null,
): Refusal | undefined {
  if (trace.length === 0) return refusal('trace-without-tokens', { file });
  const token = trace.findIndex(
    (chosen) =>
      chosen.length !== topK ||
      new Set(chosen).size !== topK ||
      chosen.some((expert) => !isIndex(expert, experts)),
  );
  return token < 0 ? undefined : refusal('trace-of-other-router', { file, token, topK, experts });
}

function placementRefusal({ model, placement, routing }: Scenario, file: string | null): Refusal | undefined {
  const { slots, redundantExperts: redundant } = placement;
  const experts = model.routedExperts;
  if (slots === null) return refusal('placement-missing', undefined);
  const fault = slotsFault(slots, model, file);
  if (fault) return fault;
  const first = slots[0]!.length;
  if (first !== experts + redundant) {
    return refusal('slots-do-not-match-experts', { slots: first, experts, redundant });
  }
  const loads = routing.distribution === 'loads' ? routing.loads : null;
  const moe = moeLayerCount(model);
  return isOfLayers(slots, [1, moe, moe + model.mtpLayers, model.layers, loads?.length])
    ? undefined
    : refusal('placement-of-other-layers', {
        file,
        rows: slots.length,
        moeLayers: moe,
        layers: model.layers,
      });
}

/** What is wrong with slots for a model; `undefined` when nothing is. Shape: [layers][physical experts]. */
export function slotsFault(slots: LayerTable, model: Router, file: string | null): Refusal | undefined {
  const experts = model.routedExperts;
  return once(slots, `slots ${file} ${experts}`, () => checkSlots(slots, experts, file));
}

function checkSlots(slots: LayerTable, experts: number, file: string | null): Refusal | undefined {
  const first = slots[0]?.length ?? 0;
  if (first === 0) return refusal('placement-without-slots', { file });
  for (const [layer, row] of slots.entries()) {
    if (row.length !== first) {
      return refusal('placement-rows-differ', { file, layer, slots: row.length, first });
    }
    const slot = row.findIndex((expert) => !isIndex(expert, experts));
    if (slot >= 0) {
      return refusal('slot-without-expert', { file, layer, slot, value: row[slot]!, experts });
    }
    const placed = new Set(row);
    for (let expert = 0; placed.size < experts && expert < experts; expert++) {
      if (!placed.has(expert)) return refusal('expert-without-slot', { file, layer, expert });
    }
  }
  return undefined;
}

const isOfLayers = (table: LayerTable, counts: readonly (number | undefined)[]): boolean =>
  counts.includes(table.length);

/** The layer asked for, held against those whose loads are known, or those of the model. */
function layerRefusal({ model, routing }: Scenario): Refusal | undefined {
  const { layer, loads, distribution } = routing;
  if (layer === null) return undefined;
  const ofLoads = distribution === 'loads' && loads !== null;
  const layers = ofLoads ? loads.length : moeLayerCount(model);
  const of = ofLoads ? 'loads' : 'model';
  return layer < layers ? undefined : refusal('layer-not-there', { layer, layers, of });
}

const isIndex = (value: number, below: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < below;
