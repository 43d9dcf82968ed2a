import { divisors, neighbours, orList } from '../arithmetic';
import { hidesArguments } from '../command';
import type { Rule, RuleContext } from '../rule';
import { addOption, dropOption, factors, report, setTo, sure, sureNumber, textOf } from './common';
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
  {
    code: 'SG024',
    name: 'sglang/attention-context-parallel',
    severity: 'error',
    frameworks: sglang,
    summary: 'Context parallelism of attention does not fit',
    why: '--attn-cp-size cuts the TP ranks of each data parallel group into parts that share a sequence: TP must divide by DP × attention CP. Data parallelism of experts takes the same parts, so that --moe-dp-size above 1 must be the same number. SGLang asserts both.',
    source: at('22faf6b5: srt/arg_groups/parallel_hook.py (handle_context_parallelism)'),
    limits:
      'Silent on a size that is not written beside an option for context parallelism of the prefill, which may set it.',
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --ep-size 4 --moe-dp-size 2',
      good: '  --tp-size 8 --ep-size 4 --moe-dp-size 2 --attn-cp-size 2',
    },
    check(context) {
      const cp = context.written('sglang.attnCpSize');
      const [tp, dp] = ['layout.tp', 'layout.dp'].map((name) => sureNumber(context, name));
      const parts = Number(cp?.value ?? 1);
      if (cp && tp && dp && parts > 1 && tp % (dp * parts) !== 0) {
        const near = neighbours(
          divisors(tp).filter((n) => (tp / n) % dp === 0),
          parts,
        );
        const grid = factors([
          ['attention CP', parts],
          ['DP', dp],
        ]);
        return report(
          [cp, context.written('layout.tp'), context.written('layout.dp')],
          `TP ${tp} does not divide by ${grid}${near.length > 0 ? `: use ${orList(near)}` : ''}.`,
          { fixes: setTo(context, cp, 'it', near) },
        );
      }
      const moeDp = context.written('sglang.moeDpSize');
      const copies = Number(moeDp?.value);
      if (!moeDp || !(copies > 1) || copies === parts || context.unresolved('sglang.attnCpSize')) return [];
      if (!cp && (hidesArguments(context) || !context.absent('sglang.prefillCp'))) return [];
      const option = { option: '--attn-cp-size', value: String(copies) };
      const isPart = tp !== undefined && dp !== undefined && tp % (dp * copies) === 0;
      return report(
        [moeDp, cp],
        `${moeDp.key} ${copies} needs --attn-cp-size ${copies}, and it is ${parts}.`,
        {
          fixes: !isPart
            ? []
            : cp
              ? setTo(context, cp, 'attention CP', [copies])
              : addOption(context, moeDp, option),
        },
      );
    },
  },
  {
    code: 'SG027',
    name: 'sglang/attention-dp-without-groups',
    severity: 'warning',
    frameworks: sglang,
    summary: 'Attention DP has no effect at DP 1',
    why: '--enable-dp-attention divides the TP ranks into --dp-size groups. At DP 1 SGLang switches it off without a word, and --enable-dp-lm-head with it; above that it asserts that --enable-dp-lm-head stands beside --enable-dp-attention.',
    source:
      'sgl-project/sglang: srt/arg_groups/overrides.py (_data_parallelism_defaults, _dp_lm_head_validation), called by parallel_hook.py@22faf6b5 (handle_data_parallelism)',
    limits:
      'Silent when a part of the command cannot be followed, with elastic EP, with --attn-dp-size, and with context parallelism of the prefill.',
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --enable-dp-attention',
      good: '  --tp-size 8 --dp-size 8 --enable-dp-attention',
    },
    check(context) {
      const others = [
        'sglang.attnDpSize',
        'sglang.elasticEpBackend',
        'sglang.prefillCp',
        'sglang.attnCpSize',
      ];
      const dp = sureNumber(context, 'layout.dp');
      if (dp === undefined || others.some((name) => !context.absent(name))) return [];
      const shared = context.written('layout.attentionDataParallel');
      const head = context.written('sglang.enableDpLmHead');
      const written = context.written('layout.dp');
      if (dp === 1) {
        const off = shared?.value === true ? shared : head;
        if (off?.value !== true) return [];
        return report([off, written], `${off.key} has no effect at DP 1: set --dp-size, or drop it.`, {
          fixes: dropOption(context, off),
        });
      }
      if (head?.value !== true || sure(context, 'layout.attentionDataParallel')?.value !== false) return [];
      return report([head, written], `${head.key} needs --enable-dp-attention: SGLang stops here.`, {
        severity: 'error',
        fixes: dropOption(context, head),
      });
    },
  },
];
