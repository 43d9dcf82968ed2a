import { divisors, neighbours, orList } from '../arithmetic';
import { hidesArguments } from '../command';
import { fix, setValue } from '../edits';
import { isOption } from '../option-forms';
import type { Rule } from '../rule';
import { dropOption, literalSource, report, setTo, textOf } from './common';
import { addExpertParallel, at, eplb, expertParallel, expertRanks, layoutFacts, vllm } from './vllm-shared';

/** Backends that were removed, and what vLLM falls back to. */
const removedBackends = new Set(['naive', 'pplx']);

/** Rules on parallel sizes and the all-to-all backend. */
export const vllmLayoutRules: readonly Rule[] = [
  {
    code: 'VL007',
    name: 'vllm/removed-all2all-backend',
    severity: 'warning',
    frameworks: vllm,
    ofRollouts: true,
    summary: 'This all-to-all backend was removed',
    why: 'vLLM dropped the naive and pplx backends early in 2026. It warns and falls back to allgather_reducescatter, which moves different data at a different speed.',
    source: `${at('vllm/config/parallel.py:431-437')}; vllm-project/vllm#33724 (pplx, February 2026)`,
    limits: 'A warning only, because the file does not show the version: older ones still have them.',
    example: {
      language: 'bash',
      bad: '  --all2all-backend pplx',
      good: '  --all2all-backend deepep_low_latency',
    },
    check(context) {
      const backend = context.written('communication.backend');
      const name = textOf(backend);
      if (!backend || !name || !removedBackends.has(name)) return [];
      const text = literalSource(context, backend);
      return report(
        [backend],
        `Newer vLLM has no ${name} backend: it falls back to allgather_reducescatter.`,
        {
          fixes: ['allgather_reducescatter', 'deepep_low_latency'].flatMap((value) =>
            fix(`Use ${value}`, [setValue(backend, value, text)], value === 'allgather_reducescatter'),
          ),
        },
      );
    },
  },
  {
    code: 'VL009',
    name: 'vllm/heads-divisible-by-tp',
    severity: 'error',
    frameworks: vllm,
    ofRollouts: true,
    summary: 'The attention heads do not divide by TP',
    why: 'Tensor parallelism gives every rank the same number of query heads. vLLM refuses to start when they do not divide. (Key and value heads are replicated where there are fewer than ranks, so they need not divide.)',
    source: at('vllm/config/model.py:1196'),
    limits: 'Only where the model is known.',
    example: {
      language: 'bash',
      bad: 'vllm serve openai/gpt-oss-120b --tensor-parallel-size 6   # 64 heads',
      good: 'vllm serve openai/gpt-oss-120b --tensor-parallel-size 8',
    },
    check(context) {
      const heads = context.number('model.attentionHeads');
      const tp = context.number('layout.tp');
      const written = context.written('layout.tp');
      if (!heads || !tp || !written || heads % tp === 0) return [];
      const near = neighbours(divisors(heads), tp);
      return report(
        [written, context.written('model.attentionHeads')],
        `${heads} attention heads do not divide by TP ${tp}: use ${orList(near)}.`,
        { fixes: setTo(context, written, 'TP', near) },
      );
    },
  },
  {
    code: 'VL024',
    name: 'vllm/decode-context-exchange',
    severity: 'error',
    frameworks: vllm,
    summary: 'An exchange for decode context parallelism that is not there',
    why: '--dcp-comm-backend a2a says how the ranks of decode context parallelism exchange their outputs. Without --decode-context-parallel-size above 1 there are none, and vLLM refuses to start.',
    source: 'vllm-project/vllm@00193b82: vllm/config/parallel.py (_validate_parallel_config)',
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --tensor-parallel-size 8 --dcp-comm-backend a2a',
      good: '  --tensor-parallel-size 8 --decode-context-parallel-size 8 --dcp-comm-backend a2a',
    },
    check(context) {
      const backend = context.written('vllm.dcpCommBackend');
      const dcp = context.written('vllm.decodeContextParallelSize');
      if (backend?.value !== 'a2a' || Number(dcp?.value) > 1) return [];
      if (!dcp && (!context.absent('vllm.decodeContextParallelSize') || hidesArguments(context))) return [];
      return report(
        [backend, dcp],
        `${backend.key} a2a needs --decode-context-parallel-size above 1: set it, or drop ${backend.key}.`,
        { fixes: dropOption(context, backend) },
      );
    },
  },
  {
    code: 'VL022',
    name: 'vllm/prefill-context-parallel',
    severity: 'error',
    frameworks: vllm,
    summary: 'Prefill context parallelism does not work with this layout',
    why: 'Prefill context parallelism has ranks of its own. Decode context parallelism beside it must span its axis, or that and TP: vLLM refuses to start. Up to version 0.30 it refuses data parallelism beside it too.',
    source:
      'vllm-project/vllm@00193b82: vllm/config/parallel.py (_validate_parallel_config); with data parallelism: vllm-project/vllm#57075, in 0.31.0',
    limits:
      'A hint only beside data parallelism, which newer versions take. Silent with --quantization ascend: older versions of vLLM Ascend took such layouts.',
    example: {
      language: 'bash',
      bad: '  --tensor-parallel-size 4 --prefill-context-parallel-size 2 --decode-context-parallel-size 4',
      good: '  --tensor-parallel-size 4 --prefill-context-parallel-size 2 --decode-context-parallel-size 8',
    },
    check(context) {
      const pcp = context.written('vllm.prefillContextParallelSize');
      const [size, dp] = [Number(pcp?.value), context.written('layout.dp')];
      if (!pcp || !(size > 1) || context.fact('vllm.quantization')?.value === 'ascend') return [];
      if (dp && Number(dp.value) > 1) {
        return report(
          [pcp, dp],
          `Prefill context parallelism of ${size} beside data parallelism of ${dp.value} needs vLLM 0.31.0 or newer: older versions refuse to start.`,
          { severity: 'info' },
        );
      }
      const dcp = context.written('vllm.decodeContextParallelSize');
      const tp = context.number('layout.tp') ?? (hidesArguments(context) ? undefined : 1);
      if (!dcp || tp === undefined) return [];
      const legal = [...new Set([1, size, tp * size])];
      if (legal.includes(Number(dcp.value))) return [];
      return report(
        [dcp, pcp, context.written('layout.tp')],
        `Decode context parallelism of ${dcp.value} beside a prefill context parallel size of ${size} must span that axis, or it and TP ${tp}: use ${orList(legal)}.`,
        { fixes: setTo(context, dcp, 'the decode context parallel size', legal.slice(1)) },
      );
    },
  },
  {
    code: 'VL012',
    name: 'vllm/expert-parallel-on-dense-model',
    severity: 'error',
    frameworks: vllm,
    summary: 'Expert parallelism on a dense model',
    why: 'vLLM refuses --enable-expert-parallel for a model without experts.',
    source: at('vllm/config/model.py:1143'),
    limits: "Only where the model's config.json is in the workspace and says that it has no experts.",
    example: {
      language: 'bash',
      bad: 'vllm serve ./Qwen3-32B --enable-expert-parallel',
      good: 'vllm serve ./Qwen3-32B --tensor-parallel-size 4',
    },
    check(context) {
      const flag = context.written('layout.expertParallelEnabled');
      const all = context.fact('model.routedExperts');
      if (flag?.value !== true || typeof all?.value !== 'number' || all.value > 1) return [];
      return report([flag, all], 'The model has no experts: vLLM refuses --enable-expert-parallel.', {
        fixes: dropOption(context, flag, true),
      });
    },
  },
  {
    code: 'VL013',
    name: 'vllm/expert-width-divisible',
    severity: 'error',
    frameworks: vllm,
    summary: 'The expert width does not divide over the ranks',
    why: 'Without expert parallelism every expert is split over TP · DP ranks, and its width must divide. vLLM asserts it when it builds the layer. With --enable-expert-parallel experts stay whole.',
    source: at('vllm/model_executor/layers/fused_moe/layer.py:263; config.py:1030-1245'),
    limits: 'Only where the model is known.',
    example: {
      language: 'bash',
      bad: '# experts 768 wide over 5 ranks\nvllm serve Qwen/Qwen3-30B-A3B --data-parallel-size 5',
      good: 'vllm serve Qwen/Qwen3-30B-A3B --data-parallel-size 5 --enable-expert-parallel',
    },
    check(context) {
      const width = context.number('model.expertIntermediateSize');
      const all = context.number('model.routedExperts');
      const ranks = expertRanks(context);
      if (!width || !all || all < 2 || !ranks || expertParallel(context) !== false) return [];
      if (width % ranks.ranks === 0) return [];
      const [first, ...others] = layoutFacts(context);
      return report(
        [first, ...others, context.written('model.expertIntermediateSize')],
        `Experts ${width} wide do not divide over ${ranks.ranks} ranks (${ranks.shown}): add --enable-expert-parallel, which keeps experts whole.`,
        {
          fixes: first ? addExpertParallel(context, first) : [],
        },
      );
    },
  },
  {
    code: 'VL014',
    name: 'vllm/uneven-experts',
    severity: 'info',
    frameworks: vllm,
    summary: 'Some ranks hold one expert more',
    why: 'Without EPLB vLLM accepts a number of experts that does not divide by EP: the first ranks hold one more. Memory and load are a little uneven; it is not a mistake.',
    source: at('vllm/model_executor/layers/fused_moe/expert_map_manager.py:22-112; issue #52435'),
    limits: 'Only where the model is known. Newer versions refuse it for some models (issue #52435).',
    example: {
      language: 'bash',
      bad: '# 256 experts over EP 24\n  --data-parallel-size 24 --enable-expert-parallel',
      good: '# 256 experts over EP 16\n  --data-parallel-size 16 --enable-expert-parallel',
    },
    check(context) {
      const all = context.number('model.routedExperts');
      const ranks = expertRanks(context);
      if (!all || !ranks || ranks.ranks < 2 || all % ranks.ranks === 0) return [];
      if (expertParallel(context) !== true || eplb(context) !== false) return [];
      const base = Math.floor(all / ranks.ranks);
      const more = all % ranks.ranks;
      const [first, ...others] = layoutFacts(context);
      return report(
        [first, ...others, context.written('model.routedExperts')],
        `${all} experts over EP ${ranks.ranks} (${ranks.shown}): ${more} of the ranks hold ${base + 1}, the others ${base}.`,
      );
    },
  },
  {
    code: 'VL019',
    name: 'vllm/all2all-backend-unused',
    severity: 'warning',
    frameworks: vllm,
    summary: 'The all-to-all backend has no effect',
    why: 'vLLM uses all-to-all kernels only when experts are spread over data parallel ranks: with --enable-expert-parallel and DP above 1, in newer versions also with prefill context parallelism. Otherwise the backend that is named here is ignored.',
    source: at('vllm/model_executor/layers/fused_moe/config.py:1030-1245 (use_all2all_kernels)'),
    limits:
      "A hint only when expert parallelism is on and DP is 1: vLLM's own tests name a backend there, and nothing breaks. Silent there with moonep, and beside prefill context parallelism.",
    example: {
      language: 'bash',
      bad: '  --data-parallel-size 8 --all2all-backend deepep_low_latency',
      good: '  --data-parallel-size 8 --enable-expert-parallel --all2all-backend deepep_low_latency',
    },
    check(context) {
      const backend = context.written('communication.backend');
      if (!backend || !isOption(backend, '--all2all-backend')) return [];
      const parallel = expertParallel(context);
      if (parallel === false) {
        return report(
          [backend],
          `${backend.key} has no effect without --enable-expert-parallel: experts are split, not spread.`,
          { fixes: addExpertParallel(context, backend) },
        );
      }
      const single =
        context.number('layout.dp') === 1 || (context.absent('layout.dp') && !hidesArguments(context));
      // Newer versions use them between the ranks of prefill context parallelism too, and patched ones MoonEP between
      // those of TP.
      if (!context.absent('vllm.prefillContextParallelSize') || textOf(backend) === 'moonep') return [];
      if (parallel !== true || !single) return [];
      return report(
        [backend, context.written('layout.dp')],
        `${backend.key} has no effect at DP 1: vLLM uses all-to-all kernels only between data parallel ranks.`,
        { severity: 'info' },
      );
    },
  },
];
