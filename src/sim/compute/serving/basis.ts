import type { Basis } from '../../result';
import { SERVED_PARTS, unmeasuredParts } from '../unmeasured';
import { SERVING_MEASURED_ON, TPOT_ERROR, TTFT_ERROR, WIDE_ERROR, WIDE_MEASURED_ON } from './constants';
import type { Engine } from './pass';

const NOTES = {
  tpot: 'Ten constants fitted on 293 measured runs: TPOT median error 8 % there, 10 % for models left out of the fit (TTFT 18 and 19 %). It does not rank EP, TP and attention DP at equal GPU counts.',
  ttft: 'Ten constants fitted on 293 measured runs: TTFT median error 18 % there, 19 % for models left out of the fit; servers that stall are several times slower.',
} as const;

/** The error to expect holds where runs were measured: one node, or DeepSeek-V3 over many with DeepEP. */
export function servingBasis({ scenario, grid, exchange }: Engine, figure: keyof typeof NOTES): Basis {
  const { model, cluster } = scenario;
  const note = NOTES[figure];
  const unmeasured = unmeasuredParts(model, SERVED_PARTS);
  if (unmeasured !== null) return { kind: 'model', expectedError: null, note: `${unmeasured} ${note}` };
  if (SERVING_MEASURED_ON.has(cluster.accelerator) && grid.gpus <= cluster.gpusPerNode) {
    return { kind: 'model', ...(figure === 'tpot' ? TPOT_ERROR : TTFT_ERROR), note };
  }
  if (WIDE_MEASURED_ON.has(cluster.accelerator) && exchange !== null && model.mla !== null) {
    return {
      kind: 'model',
      ...WIDE_ERROR,
      note: `Beside eight published figures of DeepSeek-V3 over 4 to 16 nodes, none fitted: 9 % off on average, up to 17 % where experts are uneven. ${note}`,
    };
  }
  return {
    kind: 'model',
    expectedError: null,
    note: `Outside the measured runs (one node of H100, H200, B200 or B300). ${note}`,
  };
}
