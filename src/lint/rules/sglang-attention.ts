import { divisors, neighbours, orList } from '../arithmetic';
import { hidesArguments } from '../command';
import type { Rule, RuleContext } from '../rule';
import { dropOption, factors, report, setTo, sure, sureNumber, textOf } from './common';
import { at, sglang } from './sglang-shared';

/** DP of attention: 1 without it; `undefined` where the file does not show it. */
function attentionDp(context: RuleContext): number | undefined {
  const shared = context.fact('layout.attentionDataParallel');
  const dp = context.fact('layout.dp');
  // A rollout's engine has DP 1 where its trainer does not say more.
  if (context.job.role === 'rollout') return dp === undefined ? 1 : undefined;
  if (sure(context, 'layout.attentionDataParallel')?.value === false) return 1;
  return shared?.value === true && typeof dp?.value === 'number' ? dp.value : undefined;
}

/** Rules on how SGLang divides attention. */
export const sglangAttentionRules: readonly Rule[] = [
  {
    code: 'SG018',
    name: 'sglang/heads-divisible-by-attention-tp',
    severity: 'error',
    frameworks: sglang,
    ofRollouts: true,
    summary: 'The attention heads do not divide by the TP of attention',
    why: 'The query heads are divided over TP, with --enable-dp-attention over TP / DP. The attention of every model asserts that they divide, when the weights are loaded.',
    source:
      'sgl-project/sglang: srt/models/qwen2_moe.py, qwen3_moe.py, glm4_moe.py, gpt_oss.py, mixtral.py, deepseek_v2.py (total_num_heads % attn_tp_size)',
    limits: 'Only where the model is known, and without context parallelism of attention.',
    example: {
      language: 'bash',
      bad: 'python3 -m sglang.launch_server --model-path openai/gpt-oss-120b --tp-size 6   # 64 heads',
      good: 'python3 -m sglang.launch_server --model-path openai/gpt-oss-120b --tp-size 8',
    },
    check(context) {
      const heads = context.number('model.attentionHeads');
      const tp = context.written('layout.tp');
      const dp = attentionDp(context);
      const size = Number(tp?.value);
      if (!heads || !tp || !dp || size % dp !== 0 || heads % (size / dp) === 0) return [];
      if (!context.absent('sglang.attnCpSize') || !context.absent('sglang.attnDpSize')) return [];
      const nodes = context.number('cluster.nodes') ?? 1;
      const legal = divisors(heads).map((n) => n * dp);
      const fits = legal.filter((n) => n % nodes === 0);
      const near = neighbours(fits.length > 0 ? fits : legal, size);
      const shown = dp === 1 ? `TP ${size}` : `TP ${size} / DP ${dp} = ${size / dp}`;
      return report(
        [tp, dp === 1 ? undefined : context.written('layout.dp'), context.written('model.attentionHeads')],
        `${heads} attention heads do not divide by ${shown}: use TP ${orList(near)}.`,
        { fixes: fits.length > 0 ? setTo(context, tp, 'TP', near) : [] },
      );
    },
  },
  {
    code: 'SG022',
    name: 'sglang/decode-context-parallel',
    severity: 'error',
    frameworks: sglang,
    summary: 'Decode context parallelism does not fit',
    why: 'Decode context parallelism cuts each TP group into equal parts. SGLang raises when its size does not divide TP, and when --dcp-comm-backend names an exchange (a2a, fi_a2a) that a size of 1 does not have.',
    source:
      'sgl-project/sglang@0005973a: srt/distributed/parallel_state.py (initialize_model_parallel); @008b79d2: srt/arg_groups/parallel_hook.py (handle_dcp_validation)',
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --dcp-size 3',
      good: '  --tp-size 8 --dcp-size 4',
    },
    check(context) {
      const dcp = context.written('sglang.dcpSize');
      const tp = sureNumber(context, 'layout.tp');
      const size = Number(dcp?.value);
      if (dcp && tp && size > 0 && tp % size !== 0) {
        const near = neighbours(divisors(tp), size);
        return report(
          [dcp, context.written('layout.tp')],
          `${factors([['TP', tp]])} does not divide by a decode context parallel size of ${size}: use ${orList(near)}.`,
          { fixes: setTo(context, dcp, 'it', near) },
        );
      }
      const backend = context.written('sglang.dcpCommBackend');
      const name = textOf(backend);
      if (!backend || (name !== 'a2a' && name !== 'fi_a2a') || size > 1) return [];
      if (!dcp && (!context.absent('sglang.dcpSize') || hidesArguments(context))) return [];
      return report(
        [backend, dcp],
        `${backend.key} ${name} needs --dcp-size above 1: set it, or drop ${backend.key}.`,
        { fixes: dropOption(context, backend) },
      );
    },
  },
  {
    code: 'SG023',
    name: 'sglang/elastic-ep-conditions',
    severity: 'error',
    frameworks: sglang,
    summary: 'Elastic expert parallelism without its conditions',
    why: 'Elastic EP goes on when a rank is lost, with the experts of the others. It needs one pipeline stage, and with EPLB an algorithm that knows which ranks are there. SGLang asserts both.',
    source: at('008b79d2: srt/arg_groups/parallel_hook.py (handle_elastic_ep)'),
    example: {
      language: 'bash',
      bad: '  --elastic-ep-backend mooncake --enable-eplb --eplb-algorithm deepseek',
      good: '  --elastic-ep-backend mooncake --enable-eplb --eplb-algorithm elasticity_aware',
    },
    check(context) {
      const elastic = context.written('sglang.elasticEpBackend');
      if (!elastic || elastic.value === 'none') return [];
      const pp = context.written('layout.pp');
      if (pp && Number(pp.value) > 1) {
        return report([pp, elastic], `${elastic.key} works with PP 1 only, not with ${pp.value}.`, {
          fixes: setTo(context, pp, 'PP', [1]),
        });
      }
      const algorithm = context.written('sglang.eplbAlgorithm');
      const name = textOf(algorithm);
      if (!algorithm || !name || name === 'auto' || name.startsWith('elasticity_aware')) return [];
      if (context.fact('placement.eplb')?.value !== true) return [];
      return report(
        [algorithm, elastic],
        `${elastic.key} does not work with the ${name} algorithm: use elasticity_aware or auto.`,
        { fixes: setTo(context, algorithm, 'the algorithm', ['elasticity_aware']) },
      );
    },
  },
];
