import type { Fact } from '../../config/fact';
import { entryOf } from '../../config/table';
import { orList } from '../arithmetic';
import type { Rule, RuleContext } from '../rule';
import { dropOption, report, setTo, sure, textOf } from './common';
import { at, backendOf, sglang } from './sglang-shared';

/** Backends of the all-to-all that one MoE runner works with, and the other way round. */
const RUNNERS_OF: Readonly<Record<string, readonly string[]>> = {
  deepep_v2: ['auto', 'deep_gemm'],
  flashinfer: [
    'auto',
    'deep_gemm',
    'flashinfer_cutedsl',
    'flashinfer_cutlass',
    'flashinfer_trtllm',
    'flashinfer_trtllm_routed',
    'triton',
  ],
  flashinfer_megamoe: ['auto', 'flashinfer_megamoe'],
  pplx: ['auto', 'deep_gemm'],
};
const BACKENDS_OF: Readonly<Record<string, readonly string[]>> = {
  flashinfer_cutedsl: ['none', 'deepep', 'flashinfer'],
};
/** Formats that runners have kernels for, as `--quantization` says them. */
const TRTLLM_FORMATS = [
  'compressed-tensors',
  'fp8',
  'modelopt_fp4',
  'modelopt_fp8',
  'modelopt_mixed',
  'mxfp8',
  'nvfp4_online',
];
const FORMATS_OF: Readonly<Record<string, readonly string[]>> = {
  flashinfer_cutlass: ['modelopt_fp4', 'modelopt_fp8', 'modelopt_mixed'],
  flashinfer_trtllm: TRTLLM_FORMATS,
  experimental_sgl_trtllm: TRTLLM_FORMATS,
  flashinfer_trtllm_routed: ['fp8', 'modelopt_fp4', 'modelopt_mixed', 'mxfp8', 'nvfp4_online'],
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
    ofRollouts: true,
    summary: 'The MoE runner does not work with this all-to-all backend',
    why: 'A runner takes the tokens in the layout in which its backend brings them: deepep_v2 and pplx bring them for deep_gemm, flashinfer for its own runners, deep_gemm and triton, flashinfer_megamoe is both at once, and flashinfer_cutedsl has no handler for other backends nor for the normal mode of DeepEP. SGLang refuses to start.',
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
      const legal = entryOf(RUNNERS_OF, backend);
      if (legal && !legal.includes(name)) {
        return report(
          [runner, backendFact(context)],
          `The ${backend} backend does not work with the ${name} runner: use ${orList(legal)}.`,
          { fixes: setTo(context, runner, 'the runner', legal.length > 2 ? [] : legal.slice(1)) },
        );
      }
      const backends = entryOf(BACKENDS_OF, name);
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
    ofRollouts: true,
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
  {
    code: 'SG019',
    name: 'sglang/dispatch-type-needs-flashinfer',
    severity: 'error',
    frameworks: sglang,
    ofRollouts: true,
    summary: 'The dispatch type is for the flashinfer backend',
    why: '--flashinfer-a2a-dispatch-type says in which dtype the flashinfer backend sends tokens. SGLang refuses to start with another backend, and takes mxfp8 only for a model in MXFP8 that the flashinfer_trtllm_routed runner runs.',
    source: at('003b6ade: srt/arg_groups/moe_hook.py (handle_a2a_moe, handle_flashinfer_a2a_dispatch_type)'),
    example: {
      language: 'bash',
      bad: '  --moe-a2a-backend deepep --flashinfer-a2a-dispatch-type nvfp4',
      good: '  --moe-a2a-backend flashinfer --flashinfer-a2a-dispatch-type nvfp4',
    },
    check(context) {
      const type = context.written('sglang.flashinferA2aDispatchType');
      const backend = backendOf(context);
      if (!type || type.value === 'auto' || backend === undefined) return [];
      if (backend !== 'flashinfer') {
        return report(
          [type, backendFact(context)],
          `${type.key} needs --moe-a2a-backend flashinfer; it is ${backend}.`,
          { fixes: dropOption(context, type) },
        );
      }
      const quantization = context.written('sglang.quantization');
      if (type.value !== 'mxfp8' || !quantization || quantization.value === 'mxfp8') return [];
      return report(
        [type, quantization],
        `${type.key} mxfp8 needs ${quantization.key} mxfp8; it is ${quantization.value}.`,
      );
    },
  },
  {
    code: 'SG020',
    name: 'sglang/runner-and-quantisation',
    severity: 'error',
    frameworks: sglang,
    ofRollouts: true,
    summary: 'The MoE runner does not take weights in this format',
    why: 'The runners of FlashInfer have kernels for some formats of weights only. SGLang asserts that --quantization is one of them.',
    source: at('003b6ade: srt/arg_groups/moe_hook.py (handle_moe_kernel_config)'),
    limits: 'Only for a format that is written in the command; newer versions may take more.',
    example: {
      language: 'bash',
      bad: '  --quantization fp8 --moe-runner-backend flashinfer_cutlass',
      good: '  --quantization fp8 --moe-runner-backend flashinfer_trtllm',
    },
    check(context) {
      const runner = context.written('sglang.moeRunnerBackend');
      const quantization = context.written('sglang.quantization');
      const legal = entryOf(FORMATS_OF, textOf(runner) ?? '');
      const format = textOf(quantization);
      if (!runner || !quantization || !legal || format === undefined || legal.includes(format)) return [];
      return report(
        [runner, quantization],
        `The ${runner.value} runner does not take ${format} weights: use another runner, or weights in ${orList(legal)}.`,
        { fixes: dropOption(context, runner) },
      );
    },
  },
  {
    code: 'SG021',
    name: 'sglang/two-batch-overlap-without-exchange',
    severity: 'error',
    frameworks: sglang,
    summary: 'Two-batch overlap has nothing to overlap',
    why: 'Two-batch overlap hides the exchange of one half of a batch behind the compute of the other. Without an all-to-all backend and without attention DP there is none, and SGLang refuses to start.',
    source: at('018669d6: srt/arg_groups/validation_hook.py (check_two_batch_overlap)'),
    limits: 'Older versions refuse it without an all-to-all backend, whatever attention does.',
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --ep-size 8 --enable-two-batch-overlap',
      good: '  --tp-size 8 --moe-a2a-backend deepep --enable-two-batch-overlap',
    },
    check(context) {
      const overlap = context.written('sglang.enableTwoBatchOverlap');
      const shared = sure(context, 'layout.attentionDataParallel');
      if (overlap?.value !== true || backendOf(context) !== 'none' || shared?.value !== false) return [];
      if (!context.absent('sglang.attnDpSize')) return [];
      return report(
        [overlap, backendFact(context)],
        `${overlap.key} needs an all-to-all backend, such as --moe-a2a-backend deepep, or --enable-dp-attention.`,
        { fixes: dropOption(context, overlap) },
      );
    },
  },
];
