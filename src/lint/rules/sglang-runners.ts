import type { Fact } from '../../config/fact';
import { orList } from '../arithmetic';
import type { Rule, RuleContext } from '../rule';
import { dropOption, report, setTo, textOf } from './common';
import { at, backendOf, sglang } from './sglang-shared';

/** Backends of the all-to-all that one MoE runner works with, and the other way round. */
const RUNNERS_OF: Readonly<Record<string, readonly string[]>> = {
  deepep_v2: ['auto', 'deep_gemm'],
  flashinfer_megamoe: ['auto', 'flashinfer_megamoe'],
};
const BACKENDS_OF: Readonly<Record<string, readonly string[]>> = {
  flashinfer_cutedsl: ['none', 'deepep', 'flashinfer'],
};
/** Overlaps that DeepEP v2 has no hooks for. */
const OVERLAPS = ['sglang.enableTwoBatchOverlap', 'sglang.enableSingleBatchOverlap'];

const backendFact = (context: RuleContext): Fact | undefined => context.written('communication.backend');

/** Rules on all-to-all backends and what runs the experts. */
export const sglangRunnerRules: readonly Rule[] = [
  {
    code: 'SG015',
    name: 'sglang/runner-and-all-to-all',
    severity: 'error',
    frameworks: sglang,
    summary: 'The MoE runner does not work with this all-to-all backend',
    why: 'A runner takes the tokens in the layout in which its backend brings them: deepep_v2 brings them for deep_gemm, flashinfer_megamoe is both at once, and flashinfer_cutedsl has no handler for other backends nor for the normal mode of DeepEP. SGLang refuses to start.',
    source: at('003b6ade: srt/arg_groups/moe_hook.py (handle_moe_kernel_config, handle_a2a_moe)'),
    limits: 'Newer versions may add combinations.',
    example: {
      language: 'bash',
      bad: '  --moe-a2a-backend deepep_v2 --moe-runner-backend triton',
      good: '  --moe-a2a-backend deepep_v2 --moe-runner-backend deep_gemm',
    },
    check(context) {
      const runner = context.written('sglang.moeRunnerBackend');
      const [name, backend] = [textOf(runner), backendOf(context)];
      if (!runner || name === undefined || backend === undefined) return [];
      const legal = RUNNERS_OF[backend];
      if (legal && !legal.includes(name)) {
        return report(
          [runner, backendFact(context)],
          `The ${backend} backend does not work with the ${name} runner: use ${orList(legal)}.`,
          { fixes: setTo(context, runner, 'the runner', legal.slice(1)) },
        );
      }
      const backends = BACKENDS_OF[name];
      if (backends && !backends.includes(backend)) {
        return report(
          [runner, backendFact(context)],
          `The ${name} runner does not work with the ${backend} backend: use --moe-a2a-backend ${orList(backends)}.`,
        );
      }
      const mode = context.written('sglang.deepepMode');
      if (!backends || backend !== 'deepep' || mode?.value !== 'normal') return [];
      return report([mode, runner], `The ${name} runner has no normal mode of DeepEP: use low_latency.`, {
        fixes: setTo(context, mode, 'it', ['low_latency']),
      });
    },
  },
  {
    code: 'SG016',
    name: 'sglang/deepep-v2-without-batch-overlap',
    severity: 'error',
    frameworks: sglang,
    summary: 'DeepEP v2 does not overlap batches',
    why: 'Two-batch and single-batch overlap need hooks in the dispatcher that the deepep_v2 backend does not have. SGLang refuses to start.',
    source: at('003b6ade: srt/arg_groups/moe_hook.py (handle_a2a_moe)'),
    limits: 'Newer versions may have the hooks.',
    example: {
      language: 'bash',
      bad: '  --moe-a2a-backend deepep_v2 --enable-two-batch-overlap',
      good: '  --moe-a2a-backend deepep --enable-two-batch-overlap',
    },
    check(context) {
      if (backendOf(context) !== 'deepep_v2') return [];
      return OVERLAPS.flatMap((name) => {
        const overlap = context.written(name);
        if (overlap?.value !== true) return [];
        return report(
          [overlap, backendFact(context)],
          `${overlap.key} does not work with the deepep_v2 backend: remove it, or use deepep.`,
          { fixes: dropOption(context, overlap) },
        );
      });
    },
  },
];
