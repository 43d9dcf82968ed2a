import type { LayerTable, Scenario } from '../../scenario/scenario';
import { epGroup } from '../../sim/placement/ep-group';
import { eplbShape, strategies } from '../../sim/placement/strategies';
import { loadStatistics, popularityLayers } from '../../sim/routing/popularity';
import { drawnCrossing, recordedCrossing } from '../placement-search/crossing';
import { searchPlacement } from '../placement-search/search';

/** Tokens of each layer whose choices were recorded, in the order of the layers whose loads are known. */
export interface RecordedChoices {
  /** [layers][tokens · topK] experts */
  readonly tokens: readonly Uint16Array[];
  readonly topK: number;
}

/** Exchanges that are looked at in each layer: from there on little changes. */
const LOOKS = 5000;

/**
 * What a search makes of EPLB's placement of a job: by the loads that EPLB places by, and by the tokens that were recorded or
 * are drawn by those loads. EPLB's own where the ranks of the EP group do not fill their nodes evenly.
 *
 * @param scenario one whose strategy is EPLB
 * @returns [layers whose loads are known apart][slots]
 * @yields the fraction done
 */
export function* searchedSlots(
  scenario: Scenario,
  recorded: RecordedChoices | null,
): Generator<number, LayerTable, void> {
  const group = epGroup(scenario.layout, scenario.cluster);
  const layers = popularityLayers(scenario);
  const loads = Array.from({ length: layers }, (_, layer) => loadStatistics(scenario, layer));
  const { nodes, gpus } = eplbShape(scenario, group);
  const start = strategies.eplb(scenario, group, layers).expertOfSlot;
  // Exchanges are looked at by runs of slots: other nodes than those could only get worse unseen.
  if (nodes !== new Set(group.nodeOfRank).size) return start;
  const { topK, router } = scenario.model;
  const choice = { topK, groups: router.groups, topkGroups: router.topkGroups };
  const isOfLoads = scenario.routing.distribution === 'loads' && recorded?.tokens.length === layers;
  const own = ownTokens(scenario) ?? (isOfLoads ? recorded : null);
  // Tokens are counted by their loads wherever none is replayed: by those, too, none may go farther.
  const drawn = drawnCrossing(loads, nodes, choice);
  const crossing = own ? recordedCrossing(own.tokens, nodes, own.topK) : drawn;
  const request = { loads, start, gpus, nodes, crossing, looks: LOOKS };
  const { slots } = yield* searchPlacement(own ? { ...request, heldTo: drawn } : request);
  return slots;
}

/** The tokens that are replayed. */
function ownTokens({ routing, model }: Scenario): RecordedChoices | null {
  if (routing.distribution !== 'trace' || routing.trace === null) return null;
  return { tokens: [Uint16Array.from(routing.trace.flat())], topK: model.topK };
}
