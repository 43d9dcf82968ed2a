import type { FrameworkId } from '../../config/fact';
import { type Artefacts, fromArtefact, tableOf } from '../artefacts';
import { isBackendId } from '../backends';
import { placementStrategies } from '../choices';
import { moeLayers } from '../moe-layers';
import type {
  LayerTable,
  LayoutScenario,
  ModelScenario,
  PlacementScenario,
  RoutingScenario,
} from '../scenario';
import {
  type Accept,
  amount,
  assumed,
  count,
  derived,
  positiveInteger,
  type Resolver,
  type Sourced,
  truth,
} from './resolver';

type Strategy = PlacementScenario['strategy'];

/** Also as vLLM spells it. */
const strategy: Accept<Strategy> = (value) =>
  placementStrategies.find((one) => one === value || (one === 'round-robin' && value === 'round_robin'));

/**
 * Loads move between two rebalancings. Without drift, EPLB's ranks come out at 1.06 of the mean with the spread of
 * DeepSeek-R1, measured were 1.11 (TensorRT-LLM tech blog 4, table 1: 288 slots, EP32); with this one they come out there.
 */
const MEASURED_DRIFT = {
  value: 0.1,
  why: 'fitted to the imbalance that EPLB leaves in DeepSeek-R1 serving (TensorRT-LLM tech blog 4)',
};

/** The placement fields, with what a file of slots says. */
export function resolvePlacement(
  r: Resolver,
  framework: FrameworkId | null,
  model: ModelScenario,
  layout: LayoutScenario,
  artefacts: Artefacts,
  distribution: RoutingScenario['distribution'],
): PlacementScenario {
  const eplb = r.take('placement.eplb', truth, derived(false, 'not set'));
  const rebalances = eplb && layout.ep > 1;
  const file = artefacts.placement;
  const ownOrFile = asked(r)?.value ?? (file?.isStart && rebalances ? 'eplb' : 'explicit');
  const redundantExperts =
    file && ownOrFile === 'explicit'
      ? r.set(
          'placement.redundantExperts',
          fromArtefact(
            Math.max(0, (file.table[0]?.length ?? 0) - model.routedExperts),
            'slots beyond the experts',
            file,
          ),
        )
      : r.take('placement.redundantExperts', count, () => redundantBySlots(r, model));
  const chosen = resolveStrategy(r, framework, model, layout, {
    eplb,
    redundantExperts,
    file,
    loads: artefacts.loads,
  });
  if (chosen === 'explicit' && file) r.set('placement.slots', tableOf(file));
  return {
    strategy: chosen,
    redundantExperts,
    eplb,
    drift: r.take(
      'placement.drift',
      amount,
      chosen === 'eplb' ? assumed(MEASURED_DRIFT.value, MEASURED_DRIFT.why) : derived(0, 'EPLB is not used'),
    ),
    slots:
      chosen === 'explicit' && file ? slotsOf(file.table, model, tracedLayer(artefacts, distribution)) : null,
  };
}

const tracedLayer = (
  { trace }: Artefacts,
  distribution: RoutingScenario['distribution'],
): number | undefined => (distribution === 'trace' ? trace?.layer : undefined);

/** All rows, or, beside the tokens of one layer, that layer's: SGLang's maps have rows for dense layers too. */
function slotsOf(table: LayerTable, model: ModelScenario, layer: number | undefined): LayerTable {
  if (layer === undefined || table.length === 1) return table;
  const isMoe = table.length === model.layers ? moeLayers(model) : null;
  const rows = isMoe ? table.filter((_, at) => isMoe[at]) : table;
  return [rows[layer % rows.length]!];
}

/** The strategy that somebody asks for, whatever the job's files say. */
function asked(r: Resolver): Sourced<Strategy> | undefined {
  const given = r.given('placement.strategy', strategy);
  if (given?.origin.kind === 'fact') return given.origin.fact.pin ? given : undefined;
  return given;
}

/** TensorRT-LLM's load balancer states all slots of a layer, redundant ones included. */
function redundantBySlots(r: Resolver, model: ModelScenario): Sourced<number> {
  const [fact] = r.facts('trtllm.numSlots');
  const slots = fact && positiveInteger(fact.value);
  if (slots === undefined) return derived(0, 'none are set');
  if (slots < model.routedExperts) r.refuse('too-few-slots', { slots, experts: model.routedExperts });
  return derived(Math.max(0, slots - model.routedExperts), 'num_slots - experts', fact);
}

interface Asked {
  readonly eplb: boolean;
  readonly redundantExperts: number;
  /** File with an explicit placement. */
  readonly file: Artefacts['placement'];
  readonly loads: Artefacts['loads'];
}

function resolveStrategy(
  r: Resolver,
  framework: FrameworkId | null,
  model: ModelScenario,
  layout: LayoutScenario,
  job: Asked,
): Strategy {
  const name = 'placement.strategy';
  const { eplb, file, loads } = job;
  const wanted = asked(r);
  if (wanted) return r.set(name, wanted);
  const rebalances = eplb && layout.ep > 1;
  if (file && !(file.isStart && rebalances)) {
    return r.set(name, fromArtefact<Strategy>('explicit', 'slots', file));
  }
  if (rebalances) {
    const start = file ? `; it begins with the slots in ${file.file}` : '';
    return r.set<Strategy>(name, derived('eplb', `the engine rebalances by the loads that it sees${start}`));
  }
  if (loads?.placesBy !== undefined && layout.ep > 1) {
    const rule = `the engine places experts once, by the loads in ${loads.placesBy}`;
    return r.set<Strategy>(name, derived('eplb', rule));
  }
  const given = r.given(name, strategy);
  if (given?.value === 'round-robin' && framework === 'vllm') {
    const why = whyLinear(r, model, layout, job);
    if (why) return r.set<Strategy>(name, derived('linear', `round_robin becomes linear: ${why}`));
  }
  return given
    ? r.set(name, given)
    : r.set<Strategy>(name, derived('linear', 'experts in index order is the default'));
}

/** Backends of vLLM that know a round-robin placement. */
const ROUND_ROBIN_BACKENDS: readonly unknown[] = ['deepep_low_latency', 'nixl_ep', 'deepep-low-latency'];

/**
 * Why vLLM places linearly although round-robin is asked for; `undefined` where it does not
 * (vllm-project/vllm: fused_moe/expert_map_manager.py, determine_expert_placement_strategy; all-to-all kernels run only
 * with DP above 1).
 */
function whyLinear(
  r: Resolver,
  model: ModelScenario,
  layout: LayoutScenario,
  { eplb, redundantExperts }: Asked,
): string | undefined {
  if (layout.ep === 1) return 'expert parallelism is off';
  if (model.router.groups <= 1) return 'the model has no expert groups';
  if (redundantExperts > 0) return `there are ${redundantExperts} redundant experts`;
  if (eplb) return 'EPLB is on';
  if (layout.dp === 1) return undefined;
  const own = r.given('communication.backend', (value) => (isBackendId(value) ? value : undefined))?.value;
  const backend = own ?? r.facts('communication.backend')[0]?.value ?? 'allgather_reducescatter';
  return ROUND_ROBIN_BACKENDS.includes(backend) ? undefined : `the backend is ${String(backend)}`;
}
