import type { AcceleratorId } from '../../catalog/accelerators';
import type { FrameworkId } from '../../config/fact';
import type { WorkloadScenario } from '../scenario';
import { assumed, derived, positiveInteger, type Resolver } from './resolver';

/**
 * Decode steps between two looks for new requests in the benchmark recipes of SGLang on Blackwell, from so many concurrent
 * requests on (SemiAnalysisAI/InferenceX@1fc5d73c benchmarks/dsr1_fp8_b200.sh).
 */
const BENCHMARK = { fewRequests: 10, manyRequests: 30, many: 16 } as const;
const BENCHMARK_ON: ReadonlySet<AcceleratorId> = new Set([
  'b200-sxm',
  'gb200-nvl72',
  'b300-sxm',
  'gb300-nvl72',
]);

/**
 * SGLang looks for requests every `--scheduler-recv-interval` decode steps, by default before every one
 * (sgl-project/sglang@001067ff: srt/server_args.py). Where no file of SGLang was read, it runs as benchmarks run it.
 */
export function resolveReceiveInterval(
  r: Resolver,
  framework: FrameworkId | null,
  accelerator: AcceleratorId,
  { engine, concurrency }: Pick<WorkloadScenario, 'engine' | 'concurrency'>,
): number {
  return r.take('workload.receiveInterval', positiveInteger, () => {
    if (engine !== 'sglang') return derived(1, 'only SGLang looks for requests more rarely than every step');
    if (framework === 'sglang') return assumed(1, "not stated; SGLang's default scheduler_recv_interval");
    if (!BENCHMARK_ON.has(accelerator)) return assumed(1, 'not stated; before every step');
    const { fewRequests, manyRequests, many } = BENCHMARK;
    return assumed(
      concurrency < many ? fewRequests : manyRequests,
      'no SGLang command was read; as in benchmark recipes for Blackwell (--scheduler-recv-interval)',
    );
  });
}
