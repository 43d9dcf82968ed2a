import type { FrameworkId } from '../config/fact';
import type { WorkloadMode } from './scenario';

/** What the name of a framework alone says about a job. */
interface FrameworkTraits {
  readonly mode: WorkloadMode;
  /** Built on Megatron-Core: two grids, ETP follows TP, activations are dispatched in BF16. */
  readonly megatronCore: boolean;
}

const training = (megatronCore: boolean): FrameworkTraits => ({ mode: 'train', megatronCore });
const decoding: FrameworkTraits = { mode: 'decode', megatronCore: false };

const TRAITS: Readonly<Record<FrameworkId, FrameworkTraits>> = {
  huggingface: decoding,
  'megatron-lm': training(true),
  'megatron-bridge': training(true),
  'ms-swift': training(true),
  verl: training(true),
  deepspeed: training(false),
  torchtitan: training(false),
  maxtext: training(false),
  axolotl: training(false),
  vllm: decoding,
  sglang: decoding,
  trtllm: decoding,
};

export function traitsOf(framework: FrameworkId | null): FrameworkTraits {
  return framework === null ? decoding : TRAITS[framework];
}
