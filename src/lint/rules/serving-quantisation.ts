import { publishedBlock } from '../../catalog/block-quantised';
import type { Fact } from '../../config/fact';
import { divisors, orList } from '../arithmetic';
import type { Rule, RuleContext } from '../rule';
import { addOption, experts, report, setTo, sureNumber, textOf } from './common';
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

/** Rows of a block of the checkpoint; 0 where that is not known. */
function blockOf({ job }: RuleContext, blocks: Fact | undefined): number {
  if (Array.isArray(blocks?.value)) return Number(blocks.value[0]);
  return job.model === null ? (publishedBlock(job.reference?.value ?? '') ?? 0) : 0;
}

/** The EPs of SGLang that leave a whole number of blocks of an expert on each rank, and experts on each as well. */
function fittingEps(context: RuleContext, width: number, block: number): readonly number[] {
  const tp = sureNumber(context, 'layout.tp');
  if (!tp || !context.absent('sglang.moeDpSize')) return [];
  const all = experts(context) ?? 0;
  return divisors(tp).filter((ep) => ep > 1 && all % ep === 0 && width % ((tp / ep) * block) === 0);
}

/** Whether the engine is told another format than the checkpoint's. */
const quantisedAnew = (context: RuleContext): boolean =>
  ['vllm.quantization', 'sglang.quantization'].some(
    (name) => context.unresolved(name) || ![undefined, 'fp8'].includes(textOf(context.fact(name))),
  );

/** SGLang's kernels on AMD pad experts to a block (srt/layers/quantization/fp8.py: get_moe_padding_size). */
const padsItself = (context: RuleContext): boolean =>
  context.job.framework === 'sglang' && /^mi\d/.test(context.scenario?.cluster.accelerator ?? '');

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
      'vllm-project/vllm@0071b24b: model_executor/layers/quantization/fp8.py (Fp8MoEMethod.create_weights raises); sgl-project/sglang@d94a1535: srt/layers/quantization/fp8.py, the same message. Real cases: vllm-project/vllm#25292 (Qwen3-30B-A3B-FP8 at TP 4), #48173 (MiniMax-M2.7 at TP 8), #54178',
    limits:
      "Only where the config.json with its weight_block_size is in the workspace, or the model is one that its makers publish in blocks of 128 (Qwen3's FP8, DeepSeek-V3 and R1, MiniMax-M2, Kimi-K2). A warning: kernels that pad may take it, as SGLang's on AMD do.",
    example: {
      language: 'bash',
      bad: '# experts 1536 wide, blocks of 128\nvllm serve ./Qwen3-235B-A22B-FP8 --tensor-parallel-size 8',
      good: 'vllm serve ./Qwen3-235B-A22B-FP8 --tensor-parallel-size 8 --enable-expert-parallel',
    },
    check(context) {
      const blocks = context.fact('huggingface.weightBlockSize');
      if (quantisedAnew(context) || padsItself(context)) return [];
      const width = context.number('model.expertIntermediateSize');
      const split = expertTp(context);
      const block = blockOf(context, blocks);
      if (!width || !split || split.ranks < 2 || !(block > 1) || width % split.ranks !== 0) return [];
      const each = width / split.ranks;
      if (each % block === 0 || width % block !== 0) return [];
      const [first, ...others] = layoutFacts(context);
      const problem = `Experts ${width} wide over ${split.shown} leave ${each} on each rank, no multiple of the ${block} of a quantisation block`;
      if (context.job.framework === 'vllm') {
        return report(
          [first, ...others, blocks],
          `${problem}: add --enable-expert-parallel, which keeps experts whole.`,
          { fixes: first ? addExpertParallel(context, first) : [] },
        );
      }
      const eps = fittingEps(context, width, block);
      const ep = context.written('layout.ep');
      return report(
        [first, ...others, blocks],
        `${problem}: use ${eps.length > 0 ? `EP ${orList(eps)}` : 'a larger EP'}.`,
        {
          fixes: ep
            ? setTo(context, ep, 'EP', eps)
            : eps.flatMap((n) =>
                first ? addOption(context, first, { option: '--ep-size', value: String(n) }) : [],
              ),
        },
      );
    },
  },
];
