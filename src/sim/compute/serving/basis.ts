import type { Basis } from '../../result';
import { SERVING_CASES, type ServingCase, shownError } from '../errors';
import { SERVED_PARTS, unmeasuredParts } from '../unmeasured';
import type { Engine } from './pass';

const ABOUT = 'Nine constants fitted on 293 published runs of single engines.';
const CAVEATS = {
  tpot: 'It does not rank EP, TP and attention DP at equal GPU counts.',
  ttft: 'Servers that stall are several times slower.',
} as const;

/** The error to expect holds where runs were measured: in one node, or with DeepEP and MLA over many. */
function servingCase({ scenario, grid, exchange }: Engine): ServingCase | null {
  const { model, cluster } = scenario;
  const reached = {
    node: grid.gpus <= cluster.gpusPerNode,
    'many-nodes': grid.gpus > cluster.gpusPerNode && exchange !== null && model.mla !== null,
  };
  return SERVING_CASES.find(({ on, reach }) => on.has(cluster.accelerator) && reached[reach]) ?? null;
}

/** What the figures of an engine rest on. */
export function servingBasis(engine: Engine, figure: 'tpot' | 'ttft'): Basis {
  const unmeasured = unmeasuredParts(engine.scenario.model, SERVED_PARTS);
  const found = servingCase(engine);
  if (unmeasured !== null || found === null) {
    const missing = unmeasured ?? 'No published run on such a system shows how far off it is.';
    return { kind: 'model', expectedError: null, note: `${ABOUT} ${missing} ${CAVEATS[figure]}` };
  }
  const error = found[figure];
  const note = `${ABOUT} ${found.says} ${shownError(error)} ${CAVEATS[figure]}`;
  return { kind: 'model', ...error, note };
}
