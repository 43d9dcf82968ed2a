import type { FrameworkId } from '../config/fact';
import type { WorkloadMode, WorkloadScenario } from './scenario';

/** What the name of a framework alone says about a job. */
interface FrameworkTraits {
  readonly mode: WorkloadMode;
  /** Built on Megatron-Core: two grids, ETP follows TP, activations are dispatched in BF16. */
  readonly megatronCore: boolean;
  /** Computes all experts of a rank in one kernel, where others launch kernels expert by expert. */
  readonly groupedExperts: boolean;
  /** The serving engine that it is; `null` for everything else. */
  readonly engine: WorkloadScenario['engine'];
  /** What a file leaves out is said by a recipe in Python, not by a default. */
  readonly fromRecipe: boolean;
  /** A stated context length is only the most that a sequence may have (`--max-model-len`, `--context-length`). */
  readonly contextIsLimit: boolean;
}

const training = (megatronCore: boolean, groupedExperts = false): FrameworkTraits => ({
  mode: 'train',
  megatronCore,
  groupedExperts,
  engine: null,
  fromRecipe: false,
  contextIsLimit: false,
});
const serving = (engine: FrameworkTraits['engine'], contextIsLimit: boolean): FrameworkTraits => ({
  mode: 'decode',
  megatronCore: false,
  groupedExperts: false,
  engine,
  fromRecipe: false,
  contextIsLimit,
});
const unsaid = serving(null, false);

const TRAITS: Readonly<Record<FrameworkId, FrameworkTraits>> = {
  huggingface: unsaid,
  'megatron-lm': training(true),
  'megatron-bridge': { ...training(true), fromRecipe: true },
  'ms-swift': training(true),
  verl: training(true),
  // Two grids whichever engine trains (Megatron-Core, FSDP, Archon); none of Megatron's options, and ETP is 1 unless set.
  areal: training(false),
  deepspeed: training(false),
  // torch._grouped_mm (pytorch/torchtitan torchtitan/models/moe.py); megablox or ragged_dot (AI-Hypercomputer/maxtext).
  torchtitan: training(false, true),
  maxtext: training(false, true),
  axolotl: training(false),
  automodel: training(false, true),
  vllm: serving('vllm', true),
  sglang: serving('sglang', true),
  trtllm: serving('tensorrt-llm', false),
  'moe-scope': unsaid,
};

/** Frameworks whose jobs Megatron-Core lays out. */
export const MEGATRON_CORE_FRAMEWORKS: readonly FrameworkId[] = (Object.keys(TRAITS) as FrameworkId[]).filter(
  (framework) => TRAITS[framework].megatronCore,
);

export function traitsOf(framework: FrameworkId | null): FrameworkTraits {
  return framework === null ? unsaid : TRAITS[framework];
}
