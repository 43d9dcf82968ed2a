import type { Basis } from '../../result';
import {
  OTHER_SERVED_MODEL,
  OTHER_SERVING_SETTING,
  SERVING_CASES,
  type ServingCase,
  sentences,
  shownBy,
  widest,
} from '../errors';
import { SERVED_PARTS, unmeasuredParts } from '../unmeasured';
import type { Engine } from './pass';

const ABOUT = 'Nine constants fitted on 293 published runs of single engines.';
const NOT_PUBLISHED =
  'No run of such a setting was published: the accelerator, the format of the weights, the engine and how many nodes it spans together.';
const CAVEATS = {
  tpot: 'It does not rank EP, TP and attention DP at equal GPU counts.',
  ttft: 'Servers that stall are several times slower.',
} as const;
/** Kimi-K2 and DeepSeek-V3.2 on B200, DeepSeek-V3 and V3.1 on MI300X (test/accuracy/blind): all that were published. */
const SHARED_PASSES =
  'The five published runs of SGLang with attention DP in one node wrote tokens 1.5 to 3.4 times as slowly as predicted.';

const reaches = ({ scenario: { cluster }, grid }: Engine): ServingCase['reach'] =>
  grid.gpus <= cluster.gpusPerNode ? 'node' : 'many-nodes';

/**
 * The case that a setting is of: in one node, or with DeepEP and MLA over many, on accelerators, in formats and by engines that
 * published runs had. An engine that is not named may be any of them.
 */
function servingCase(engine: Engine): ServingCase | null {
  const { model, cluster, workload } = engine.scenario;
  const reached = reaches(engine);
  if (reached === 'many-nodes' && (engine.exchange === null || model.mla === null)) return null;
  return (
    SERVING_CASES.find(
      ({ runs, engines, reach }) =>
        reach === reached &&
        (workload.engine === null || engines.has(workload.engine)) &&
        runs.some(({ on, weights }) => on.has(cluster.accelerator) && weights.has(model.weightDtype)),
    ) ?? null
  );
}

/** Cases on the same accelerator, or over nodes as well: a setting beside them is not surer than they are. */
function casesBeside(engine: Engine): readonly ServingCase[] {
  const { accelerator } = engine.scenario.cluster;
  return SERVING_CASES.filter(
    ({ runs, reach }) =>
      (reach === 'many-nodes' && reaches(engine) === reach) ||
      (reach === 'node' && runs.some(({ on }) => on.has(accelerator))),
  );
}

/** What the figures of an engine rest on. */
export function servingBasis(engine: Engine, figure: 'tpot' | 'ttft'): Basis {
  const unmeasured = unmeasuredParts(engine.scenario.model, SERVED_PARTS);
  const found = servingCase(engine);
  const shown = found === null ? [OTHER_SERVING_SETTING, ...casesBeside(engine)] : [found];
  const all = unmeasured === null ? shown : [...shown, OTHER_SERVED_MODEL];
  const error = widest(all.map((errors) => errors[figure]));
  const errorFrom = found === null || unmeasured !== null ? 'other-kinds' : 'same-kind';
  const note = sentences([
    ABOUT,
    unmeasured,
    found === null ? NOT_PUBLISHED : found.says,
    shownBy(error, errorFrom),
    caveats(engine, figure),
  ]);
  return { kind: 'model', ...error, errorFrom, note };
}

/** What to know of a figure, whether its error is known or not. */
function caveats({ scenario, grid, exchange }: Engine, figure: 'tpot' | 'ttft'): string {
  const isShared =
    figure === 'tpot' &&
    scenario.workload.engine === 'sglang' &&
    grid.attentionRanks > 1 &&
    exchange === null;
  return isShared ? `${CAVEATS.tpot} ${SHARED_PASSES}` : CAVEATS[figure];
}
