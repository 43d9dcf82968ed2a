import type { FrameworkId } from '../../config/fact';
import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import { fix, setValue } from '../edits';
import type { Rule } from '../rule';
import { nearest } from '../spelling';
import { literalSource, report, textOf } from './common';

/** An option that takes one word of a list, and the list, with words of older versions. */
interface Choice {
  readonly frameworks: readonly FrameworkId[];
  readonly name: string;
  readonly words: readonly string[];
  /** Several words may stand side by side. */
  readonly several?: true;
}

/**
 * NVIDIA/Megatron-LM@d98e8a64: megatron/core/transformer/transformer_config.py:735-932, and @002526d8 (deepepv2); 1CatAI/1Cat-vLLM@ae13773a (a fork):
 * vllm/config/parallel.py, All2AllBackend; sgl-project/sglang@001067ff: srt/server_args.py, and @0099dee6: srt/arg_groups/choices.py; NVIDIA/TensorRT-LLM@00043967:
 * tensorrt_llm/llmapi/llm_args.py, MoeConfig. Megatron-LM's drop policies and balancing types: megatron/training/arguments.py, _add_moe_args.
 */
const CHOICES: readonly Choice[] = [
  {
    frameworks: MEGATRON_CORE_FRAMEWORKS,
    name: 'megatron.moeTokenDispatcherType',
    words: ['allgather', 'alltoall', 'alltoall_seq', 'flex'],
  },
  {
    frameworks: MEGATRON_CORE_FRAMEWORKS,
    name: 'megatron.moeFlexDispatcherBackend',
    words: ['deepep', 'deepepv2', 'hybridep', 'ncclep'],
  },
  {
    frameworks: MEGATRON_CORE_FRAMEWORKS,
    name: 'megatron.recomputeGranularity',
    words: ['full', 'selective'],
  },
  {
    frameworks: MEGATRON_CORE_FRAMEWORKS,
    name: 'megatron.recomputeModules',
    words: ['core_attn', 'layernorm', 'mla_up_proj', 'mlp', 'moe', 'moe_act', 'shared_experts'],
    several: true,
  },
  {
    frameworks: MEGATRON_CORE_FRAMEWORKS,
    name: 'megatron.moeRouterLoadBalancingType',
    words: ['aux_loss', 'global_aux_loss', 'none', 'seq_aux_loss', 'sinkhorn'],
    several: true,
  },
  {
    frameworks: MEGATRON_CORE_FRAMEWORKS,
    name: 'megatron.moeTokenDropPolicy',
    words: ['position', 'probs'],
  },
  {
    frameworks: MEGATRON_CORE_FRAMEWORKS,
    name: 'model.router.scoreFunction',
    words: ['softmax', 'sigmoid', 'sqrtsoftplus'],
  },
  {
    frameworks: ['vllm'],
    name: 'communication.backend',
    words: [
      'allgather_reducescatter',
      'deepep_high_throughput',
      'deepep_low_latency',
      'deepep_v2',
      'flashinfer_all2allv',
      'flashinfer_nvlink_one_sided',
      'flashinfer_nvlink_two_sided',
      'mori',
      'mori_high_throughput',
      'mori_low_latency',
      'naive',
      'nixl_ep',
      'pplx',
    ],
  },
  { frameworks: ['vllm'], name: 'placement.strategy', words: ['linear', 'round_robin'] },
  {
    frameworks: ['sglang'],
    name: 'communication.backend',
    words: [
      'none',
      'ascend_fuseep',
      'ascend_tp',
      'deepep',
      'deepep_v2',
      'flashinfer',
      'flashinfer_megamoe',
      'megamoe',
      'mooncake',
      'mori',
      'nixl',
      'pplx',
    ],
  },
  {
    frameworks: ['sglang'],
    name: 'sglang.moeRunnerBackend',
    words: [
      'aiter',
      'auto',
      'cutlass',
      'deep_gemm',
      'experimental_sgl_marlin',
      'experimental_sgl_trtllm',
      'flashinfer_cutedsl',
      'flashinfer_cutlass',
      'flashinfer_megamoe',
      'flashinfer_mxfp4',
      'flashinfer_trtllm',
      'flashinfer_trtllm_routed',
      'hpc_ops',
      'humming',
      'intel_xpu',
      'marlin',
      'megamoe',
      'triton',
      'triton_kernel',
      'triton_kernels',
    ],
  },
  { frameworks: ['sglang'], name: 'sglang.deepepMode', words: ['auto', 'low_latency', 'normal'] },
  { frameworks: ['sglang'], name: 'sglang.epDispatchAlgorithm', words: ['dynamic', 'fake', 'static'] },
  {
    frameworks: ['trtllm'],
    name: 'trtllm.moeBackend',
    words: [
      'AUTO',
      'CUTEDSL',
      'CUTLASS',
      'DEEPGEMM',
      'DENSEGEMM',
      'MARLIN',
      'MEGAMOE_DEEPGEMM',
      'TRITON',
      'TRTLLM',
      'VANILLA',
      'WIDEEP',
    ],
  },
];

/** Letters by which a slip may differ; more, and it may be a word of a newer version. */
const slip = (length: number): number => (length >= 8 ? 2 : 1);

/** Nothing where only a number differs: `deepep_v3` comes after `deepep_v2`. */
const isNewer = (word: string, known: string): boolean =>
  word.replaceAll(/\d/g, '') === known.replaceAll(/\d/g, '');

/** Rules on words that options choose from. */
export const wordRules: readonly Rule[] = [
  {
    code: 'GN018',
    name: 'general/misspelt-choice',
    severity: 'error',
    frameworks: [...new Set(CHOICES.flatMap(({ frameworks }) => frameworks))],
    summary: 'An option has no such choice',
    why: 'The option takes one word of a list, and this word is in none: the program stops when it reads its options.',
    source:
      'NVIDIA/Megatron-LM@d98e8a64: megatron/core/transformer/transformer_config.py; vllm/config/parallel.py (All2AllBackend); sglang srt/server_args.py; NVIDIA/TensorRT-LLM@00043967: llm_args.py (MoeConfig); vllm/config/parallel.py (ExpertPlacementStrategy); Megatron-LM: megatron/training/arguments.py (_add_moe_args)',
    limits: 'Only for words that are nearly a known one: newer versions may have others.',
    example: {
      language: 'bash',
      bad: '  --moe-token-dispatcher-type altoall',
      good: '  --moe-token-dispatcher-type alltoall',
    },
    check(context) {
      const own = CHOICES.filter(({ frameworks }) => frameworks.includes(context.job.framework));
      return own.flatMap(({ name, words, several }) => {
        const fact = context.written(name);
        const text = textOf(fact);
        if (!fact || text === undefined) return [];
        const written = several ? text.split(/[\s,'"[\]]+/).filter(Boolean) : [text];
        return written.flatMap((word) => {
          if (words.some((known) => known.toLowerCase() === word.toLowerCase())) return [];
          const meant = nearest(word, words, slip);
          if (meant === undefined || isNewer(word, meant)) return [];
          const edit = word === text ? [setValue(fact, meant, literalSource(context, fact))] : [];
          return report([fact], `${fact.key} has no ${word}: did you mean ${meant}?`, {
            fixes: fix(`Use ${meant}`, edit, true),
          });
        });
      });
    },
  },
];
