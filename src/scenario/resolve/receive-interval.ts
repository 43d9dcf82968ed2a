import type { AcceleratorId } from '../../catalog/accelerators';
import type { FrameworkId } from '../../config/fact';
import type { LayoutScenario, ModelScenario, WeightDtype, WorkloadScenario } from '../scenario';
import { assumed, derived, positiveInteger, type Resolver } from './resolver';

/** A benchmark recipe that lets SGLang look for requests rarely, by the model family that it serves. */
interface RarelyLooking {
  readonly family: string;
  readonly on: ReadonlySet<AcceleratorId>;
  /** Whatever the format, or on any TP, where it is not stated. */
  readonly weights?: WeightDtype;
  readonly tp?: number;
  /** Decode steps between two looks, and from so many concurrent requests on. */
  readonly interval: number;
  readonly busy?: { readonly from: number; readonly interval: number };
}

const B200 = ['b200-sxm', 'gb200-nvl72'] as const;
const B300 = ['b300-sxm', 'gb300-nvl72'] as const;
const BLACKWELL: ReadonlySet<AcceleratorId> = new Set([...B200, ...B300]);
const BUSY = { from: 16, interval: 30 } as const;

/**
 * SemiAnalysisAI/InferenceX benchmarks/: dsr1_fp8_b200.sh@1fc5d73c, and of single_node/ dsr1_fp8_b300.sh@56324839,
 * dsr1_fp4_b200.sh@285b6628, dsr1_fp4_b300.sh@56324839, qwen3.5_bf16_b200.sh@29d69fa5, qwen3.5_bf16_b300.sh@56324839,
 * qwen3.5_fp8_b200.sh@01fa35cf, qwen3.5_fp8_b300.sh@56324839, qwen3.5_fp4_b200.sh@088fe663. Those of GLM-5
 * (glm5_fp8_b200.sh@4eca3fe0) and of Hopper set none. The first that fits holds.
 */
const RECIPES: readonly RarelyLooking[] = [
  { family: 'deepseek_v3', on: BLACKWELL, weights: 'fp8', tp: 4, interval: 10 },
  { family: 'deepseek_v3', on: BLACKWELL, interval: 10, busy: BUSY },
  { family: 'qwen3_5_moe', on: new Set(B300), weights: 'fp8', interval: 10 },
  { family: 'qwen3_5_moe', on: BLACKWELL, weights: 'nvfp4', interval: 30 },
  { family: 'qwen3_5_moe', on: BLACKWELL, interval: 10, busy: BUSY },
];

/** What decides which recipe a server would be run with. */
interface Served extends Pick<WorkloadScenario, 'engine' | 'concurrency'> {
  readonly model: Pick<ModelScenario, 'family' | 'weightDtype'>;
  readonly layout: Pick<LayoutScenario, 'tp'>;
  readonly accelerator: AcceleratorId;
}

/**
 * SGLang looks for requests every `--scheduler-recv-interval` decode steps, by default before every one
 * (sgl-project/sglang@001067ff: srt/server_args.py). Where no file of SGLang was read, it runs as benchmarks run it.
 */
export function resolveReceiveInterval(r: Resolver, framework: FrameworkId | null, served: Served): number {
  return r.take('workload.receiveInterval', positiveInteger, () => {
    if (served.engine !== 'sglang') {
      return derived(1, 'only SGLang looks for requests more rarely than every step');
    }
    if (framework === 'sglang') return assumed(1, "not stated; SGLang's default scheduler_recv_interval");
    const recipe = RECIPES.find((each) => fits(each, served));
    if (!recipe) return assumed(1, 'not stated; before every step');
    const { interval, busy } = recipe;
    return assumed(
      busy && served.concurrency >= busy.from ? busy.interval : interval,
      'no SGLang command was read; as in the benchmark recipe of this model (--scheduler-recv-interval)',
    );
  });
}

const fits = ({ family, on, weights, tp }: RarelyLooking, { model, layout, accelerator }: Served): boolean =>
  family === model.family &&
  on.has(accelerator) &&
  (weights ?? model.weightDtype) === model.weightDtype &&
  (tp ?? layout.tp) === layout.tp;
