import { SGLANG_OPTIONS } from '../sglang/flags';
import type { OptionSpec } from '../shared/options';
import { optionTable } from '../shared/options';
import type { RolloutEngine } from '../shared/rollout';

const OWN: readonly OptionSpec[] = [
  { flags: ['--rollout-num-gpus-per-engine'], name: 'layout.tp', type: 'integer' },
];

/**
 * slime hands SGLang's options on behind `--sglang-`, and splits an engine over its GPUs by TP
 * (THUDM/slime: slime/utils/arguments.py, slime/backends/sglang_utils/arguments.py).
 */
export const SLIME_ROLLOUT: RolloutEngine = {
  engine: 'sglang',
  prefix: '--sglang-',
  options: SGLANG_OPTIONS,
  own: optionTable(OWN),
};
