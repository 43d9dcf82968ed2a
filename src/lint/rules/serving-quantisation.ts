import type { Rule, RuleContext } from '../rule';
import { report, sureNumber } from './common';
import { effectiveEp } from './sglang-shared';
import { addExpertParallel, expertParallel, expertRanks, layoutFacts } from './vllm-shared';

/** Ranks that each expert is split over, with the options that say so; `undefined` where it is open. */
function expertTp(context: RuleContext): { ranks: number; shown: string } | undefined {
  if (context.job.framework === 'vllm') {
    return expertParallel(context) === false ? expertRanks(context) : undefined;
  }
  const [tp, ep] = [sureNumber(context, 'layout.tp'), effectiveEp(context)];
  const copies = context.absent('sglang.moeDpSize') ? 1 : context.number('sglang.moeDpSize');
  if (!tp || !ep || !copies || tp % (ep * copies) !== 0) return undefined;
  const ranks = tp / (ep * copies);
  return { ranks, shown: ep * copies === 1 ? `TP ${tp}` : `TP ${tp} / EP ${ep * copies}` };
}

/** Rules on a quantised model and the layout that serves it. */
export const servingQuantisationRules: readonly Rule[] = [
  {
    code: 'HF019',
    name: 'huggingface/expert-width-in-blocks',
    severity: 'warning',
    frameworks: ['vllm', 'sglang'],
    summary: 'The split experts do not divide into quantisation blocks',
    why: 'Block-quantised weights have a scale per block, mostly 128 × 128. When experts are split over ranks, the width that is left on each must be a multiple of the block. vLLM and SGLang raise when they load the weights.',
    source:
      'vLLM: model_executor/layers/quantization/fp8.py (Fp8MoEMethod.create_weights raises); SGLang: srt/layers/quantization/fp8.py, the same message. Real case: Qwen3-235B-A22B-FP8 at TP 8, 1536 / 8 = 192',
    limits:
      'Only where the config.json with its weight_block_size is in the workspace. A warning: kernels that pad may take it.',
    example: {
      language: 'bash',
      bad: '# experts 1536 wide, blocks of 128\nvllm serve ./Qwen3-235B-A22B-FP8 --tensor-parallel-size 8',
      good: 'vllm serve ./Qwen3-235B-A22B-FP8 --tensor-parallel-size 8 --enable-expert-parallel',
    },
    check(context) {
      const blocks = context.fact('huggingface.weightBlockSize');
      const width = context.number('model.expertIntermediateSize');
      const split = expertTp(context);
      const block = Array.isArray(blocks?.value) ? Number(blocks.value[0]) : 0;
      if (!width || !split || split.ranks < 2 || !(block > 1) || width % split.ranks !== 0) return [];
      const each = width / split.ranks;
      if (each % block === 0 || width % block !== 0) return [];
      const [first, ...others] = layoutFacts(context);
      const ours = context.job.framework === 'vllm';
      return report(
        [first, ...others, blocks],
        `Experts ${width} wide over ${split.shown} leave ${each} on each rank, no multiple of the ${block} of a quantisation block: ${ours ? 'add --enable-expert-parallel' : 'use a larger EP'}, which keeps experts whole.`,
        {
          fixes: first && ours ? addExpertParallel(context, first) : [],
        },
      );
    },
  },
];
