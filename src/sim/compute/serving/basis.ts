import type { Basis } from '../../result';
import { SERVING_CASES, type ServingCase, shownError } from '../errors';
import { SERVED_PARTS, unmeasuredParts } from '../unmeasured';
import type { Engine } from './pass';

const ABOUT = 'Nine constants fitted on 293 published runs of single engines.';
const CAVEATS = {
  tpot: 'It does not rank EP, TP and attention DP at equal GPU counts.',
  ttft: 'Servers that stall are several times slower.',
} as const;
/** Kimi-K2 and DeepSeek-V3.2 on B200, DeepSeek-V3 and V3.1 on MI300X (test/accuracy/blind): all that were published. */
const SHARED_PASSES =
  'The five published runs of SGLang with attention DP in one node wrote tokens 1.5 to 3.4 times as slowly as predicted.';

/**
 * The error to expect holds where runs were measured: in one node, or with DeepEP and MLA over many, on accelerators, in formats
 * and by engines that some of them had. An engine that is not named may be any of them.
 */
function servingCase({ scenario, grid, exchange }: Engine): ServingCase | null {
  const { model, cluster, workload } = scenario;
  const reached = {
    node: grid.gpus <= cluster.gpusPerNode,
    'many-nodes': grid.gpus > cluster.gpusPerNode && exchange !== null && model.mla !== null,
  };
  return (
    SERVING_CASES.find(
      ({ runs, engines, reach }) =>
        reached[reach] &&
        (workload.engine === null || engines.has(workload.engine)) &&
        runs.some(({ on, weights }) => on.has(cluster.accelerator) && weights.has(model.weightDtype)),
    ) ?? null
  );
}

/** What the figures of an engine rest on. */
export function servingBasis(engine: Engine, figure: 'tpot' | 'ttft'): Basis {
  const unmeasured = unmeasuredParts(engine.scenario.model, SERVED_PARTS);
  const found = servingCase(engine);
  if (unmeasured !== null || found === null) {
    const missing = unmeasured ?? 'No published run of such a setting shows how far off it is.';
    return { kind: 'model', expectedError: null, note: `${ABOUT} ${missing} ${caveats(engine, figure)}` };
  }
  const error = found[figure];
  const note = `${ABOUT} ${found.says} ${shownError(error)} ${caveats(engine, figure)}`;
  return { kind: 'model', ...error, note };
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
