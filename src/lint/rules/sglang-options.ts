import { orList } from '../arithmetic';
import { fix, setValue } from '../edits';
import type { Rule } from '../rule';
import { addOption, literalSource, report, setTo, sure, sureNumber, textOf } from './common';
import { at, backendOf, effectiveEp, epFacts, sglang } from './sglang-shared';

/** Runners that take whole experts on every rank, or all of TP (srt/arg_groups/moe_hook.py, handle_moe_kernel_config). */
const ALL_OR_NOTHING: readonly string[] = ['flashinfer_cutlass', 'flashinfer_cutedsl'];
/** Quantisations with which the cutlass runner takes no expert parallelism. */
const UNSPREAD: readonly string[] = ['fp8', 'mxfp8'];
/** Backends that want every TP rank to be an attention group of its own. */
const ONE_GROUP_PER_RANK: readonly string[] = ['flashinfer', 'flashinfer_megamoe'];
/** Algorithms that pick another replica on each rank. */
const PER_RANK: readonly string[] = ['static', 'lp'];

const MOE_HOOK = '003b6ade: srt/arg_groups/moe_hook.py';

/** Rules on options that exclude or need each other. */
export const sglangOptionRules: readonly Rule[] = [
  {
    code: 'SG008',
    name: 'sglang/moe-runner-ep',
    severity: 'error',
    frameworks: sglang,
    summary: 'The MoE runner does not work with this EP',
    why: 'The flashinfer_cutlass and flashinfer_cutedsl runners take EP 1 or EP = TP; the cutlass runner takes no expert parallelism with FP8 weights. SGLang asserts it at start.',
    source: at(`${MOE_HOOK} (handle_moe_kernel_config)`),
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --ep-size 4 --moe-runner-backend flashinfer_cutlass',
      good: '  --tp-size 8 --ep-size 8 --moe-runner-backend flashinfer_cutlass',
    },
    check(context) {
      const runner = context.written('sglang.moeRunnerBackend');
      const name = textOf(runner);
      const ep = effectiveEp(context);
      const tp = sureNumber(context, 'layout.tp');
      if (!runner || !name || !ep || !tp || ep === 1) return [];
      const written = context.written('layout.ep');
      const unspread =
        name === 'cutlass' && UNSPREAD.includes(textOf(context.fact('sglang.quantization')) ?? '');
      if (!unspread && !(ALL_OR_NOTHING.includes(name) && ep !== tp)) return [];
      const allowed = unspread ? [1] : [1, tp];
      const settable = written?.value === ep ? written : undefined;
      return report(
        [runner, ...epFacts(context), context.written('sglang.quantization')],
        unspread
          ? `The cutlass runner with ${textOf(context.fact('sglang.quantization'))} weights needs EP 1; EP is ${ep}.`
          : `The ${name} runner needs EP ${orList(allowed)}; EP is ${ep}.`,
        { fixes: settable ? setTo(context, settable, 'EP', allowed) : [] },
      );
    },
  },
  {
    code: 'SG009',
    name: 'sglang/deepep-normal-without-cuda-graph',
    severity: 'warning',
    frameworks: sglang,
    ofRollouts: true,
    summary: 'DeepEP in normal mode switches the CUDA graph off',
    why: 'The normal kernels of DeepEP cannot be captured. With --deepep-mode normal SGLang switches the CUDA graph off, and decoding gets slow. With auto it prefills with the normal kernels and decodes with the low-latency ones.',
    source: at(`${MOE_HOOK} (handle_a2a_moe)`),
    limits:
      'Silent for servers that only prefill, for which normal is the right mode, and beside --disable-cuda-graph.',
    example: {
      language: 'bash',
      bad: '  --moe-a2a-backend deepep --deepep-mode normal',
      good: '  --moe-a2a-backend deepep --deepep-mode auto',
    },
    check(context) {
      const mode = context.written('sglang.deepepMode');
      const role = context.fact('sglang.disaggregationMode')?.value;
      if (mode?.value !== 'normal' || backendOf(context) !== 'deepep') return [];
      if (context.unresolved('sglang.disaggregationMode') || role === 'prefill') return [];
      if (context.fact('workload.mode')?.value === 'prefill') return [];
      if (!context.absent('sglang.disableCudaGraph')) return [];
      const better = role === 'decode' ? 'low_latency' : 'auto';
      return report(
        [mode],
        `${mode.key} normal switches the CUDA graph off, also for decoding: use ${better}.`,
        { fixes: fix(`Set it to ${better}`, [setValue(mode, better, literalSource(context, mode))]) },
      );
    },
  },
  {
    code: 'SG010',
    name: 'sglang/all-to-all-needs-dp-attention',
    severity: 'error',
    frameworks: sglang,
    summary: 'The all-to-all backend needs attention DP',
    why: 'The flashinfer and flashinfer_megamoe backends need an attention group per rank (DP = TP); pplx needs at least two, and the low-latency mode. SGLang refuses to start otherwise.',
    source: at(`${MOE_HOOK} (handle_a2a_moe)`),
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --dp-size 4 --enable-dp-attention --moe-a2a-backend flashinfer',
      good: '  --tp-size 8 --dp-size 8 --enable-dp-attention --moe-a2a-backend flashinfer',
    },
    check(context) {
      const backend = context.written('communication.backend');
      const name = textOf(backend);
      const shared = sure(context, 'layout.attentionDataParallel');
      const [tp, dp] = ['layout.tp', 'layout.dp'].map((size) => sureNumber(context, size));
      const mode = context.written('sglang.deepepMode');
      if (!backend || !name || (name !== 'pplx' && !ONE_GROUP_PER_RANK.includes(name))) return [];
      if (name === 'pplx' && mode?.value === 'normal') {
        return report([mode, backend], `The pplx backend has no normal mode: use low_latency or auto.`, {
          fixes: fix('Set it to low_latency', [setValue(mode, 'low_latency', literalSource(context, mode))]),
        });
      }
      const needed = name === 'pplx' ? 'DP of at least 2' : `DP = TP${tp ? ` ${tp}` : ''}`;
      if (shared?.value === false) {
        const option = { option: '--enable-dp-attention' };
        return report([backend], `The ${name} backend needs --enable-dp-attention with ${needed}.`, {
          fixes: addOption(context, backend, option),
        });
      }
      if (shared?.value !== true || dp === undefined || tp === undefined) return [];
      if (name === 'pplx' ? dp >= 2 : dp === tp) return [];
      const written = context.written('layout.dp');
      return report(
        [backend, written, context.written('layout.tp')],
        `The ${name} backend needs ${needed}; DP is ${dp}.`,
        { fixes: written ? setTo(context, written, 'DP', [tp]) : [] },
      );
    },
  },
  {
    code: 'SG011',
    name: 'sglang/dispatch-algorithm-without-all-to-all',
    severity: 'warning',
    frameworks: sglang,
    ofRollouts: true,
    summary: 'The dispatch algorithm needs an all-to-all backend',
    why: 'The static and lp algorithms choose another replica of an expert on each rank. That is right only where every token is routed by one rank, as with an all-to-all backend. Without one SGLang refuses to start.',
    source: at('008b79d2: srt/arg_groups/parallel_hook.py (handle_eplb_and_dispatch)'),
    limits: 'A warning: versions before the check start, with replicas that differ between ranks.',
    example: {
      language: 'bash',
      bad: '  --ep-size 8 --ep-dispatch-algorithm static --moe-a2a-backend none',
      good: '  --ep-size 8 --ep-dispatch-algorithm dynamic --moe-a2a-backend none',
    },
    check(context) {
      const algorithm = context.written('sglang.epDispatchAlgorithm');
      const name = textOf(algorithm);
      if (!algorithm || !name || !PER_RANK.includes(name) || backendOf(context) !== 'none') return [];
      return report(
        [algorithm, context.written('communication.backend')],
        `${algorithm.key} ${name} needs an all-to-all backend: use dynamic, or set --moe-a2a-backend.`,
        {
          fixes: fix('Set it to dynamic', [
            setValue(algorithm, 'dynamic', literalSource(context, algorithm)),
          ]),
        },
      );
    },
  },
];
