import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import type { Rule } from '../rule';
import { experts, report, setTo } from './common';

/** Rules on the experts of a model, whatever runs it. */
export const expertRules: readonly Rule[] = [
  {
    code: 'GN006',
    name: 'general/top-k-exceeds-experts',
    severity: 'error',
    frameworks: [...MEGATRON_CORE_FRAMEWORKS, 'maxtext', 'deepspeed'],
    summary: 'Top-k is larger than the number of experts',
    why: 'A token is sent to k different experts. torch.topk (in MaxText jax.lax.top_k) raises in the first forward pass when there are fewer.',
    source:
      'NVIDIA/Megatron-LM@d98e8a64: megatron/core/transformer/moe/moe_utils.py (torch.topk); AI-Hypercomputer/maxtext: layers/moe.py (jax.lax.top_k)',
    limits: 'Only for a top-k that is written in the job itself; HF001 looks at that of a model.',
    example: {
      language: 'bash',
      bad: '  --num-experts 8 --moe-router-topk 16',
      good: '  --num-experts 8 --moe-router-topk 2',
    },
    check(context) {
      const topK = context.written('model.topK');
      const all = experts(context);
      if (!topK || all === undefined || Number(topK.value) <= all) return [];
      if (topK.file === context.job.model?.file && context.job.launch !== null) return [];
      return report(
        [topK, context.written('model.routedExperts')],
        `Top-k ${topK.value} exceeds the ${all} routed experts: use at most ${all}.`,
        { fixes: setTo(context, topK, 'top-k', [all]) },
      );
    },
  },
  {
    code: 'GN019',
    name: 'general/negative-redundant-experts',
    severity: 'error',
    frameworks: ['vllm', 'sglang'],
    ofRollouts: true,
    summary: 'A negative number of redundant experts',
    why: 'Redundant experts are copies beside the experts of the model. With fewer places than experts some expert would have none: vLLM refuses a negative number, and in SGLang the placement of the experts fails.',
    source:
      'vllm-project/vllm@00193b82: vllm/config/parallel.py (EPLBConfig, ge=0); sgl-project/sglang@01fec5c2: srt/eplb/expert_location.py (physical experts = experts + redundant)',
    example: {
      language: 'bash',
      bad: '  --enable-eplb --eplb-config.num_redundant_experts=-8',
      good: '  --enable-eplb --eplb-config.num_redundant_experts=8',
    },
    check(context) {
      const redundant = context.written('placement.redundantExperts');
      const n = Number(redundant?.value);
      if (!redundant || !(n < 0)) return [];
      return report([redundant], `${n} redundant experts are less than none: use 0 or more.`, {
        fixes: setTo(context, redundant, 'it', [0, -n]),
      });
    },
  },
];
