import { divisors, neighbours, orList } from '../arithmetic';
import { fix, setValue } from '../edits';
import type { Rule } from '../rule';
import {
  addOption,
  experts,
  factorsAndProduct,
  literalSource,
  report,
  setTo,
  sure,
  sureNumber,
} from './common';
import { at, backendOf, sglang, spansTp } from './sglang-shared';

/** Rules on parallel sizes. */
export const sglangLayoutRules: readonly Rule[] = [
  {
    code: 'SG001',
    name: 'sglang/ep-forced-to-tp',
    severity: 'warning',
    frameworks: sglang,
    summary: 'The all-to-all backend sets EP to TP',
    why: 'Nearly every value of --moe-a2a-backend spreads the experts over all TP ranks. SGLang replaces --ep-size by --tp-size then, and says so only in an information line of its log.',
    source: at('bc0c93b5: srt/arg_groups/overrides.py (_a2a_ep_size, _A2A_EP_SPANNING_BACKENDS)'),
    example: {
      language: 'bash',
      bad: '  --tp-size 16 --ep-size 8 --moe-a2a-backend deepep',
      good: '  --tp-size 16 --ep-size 16 --moe-a2a-backend deepep',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const tp = sure(context, 'layout.tp');
      if (!ep || typeof tp?.value !== 'number' || spansTp(context) !== true || ep.value === tp.value)
        return [];
      return report(
        [ep, context.written('layout.tp'), context.written('communication.backend')],
        `${ep.key} ${ep.value} has no effect: the ${backendOf(context)} backend sets EP to TP ${tp.value}.`,
        { fixes: fix(`Set EP to ${tp.value}`, [setValue(ep, tp.value, literalSource(context, ep))], true) },
      );
    },
  },
  {
    code: 'SG002',
    name: 'sglang/dp-attention-divides-tp',
    severity: 'error',
    frameworks: sglang,
    summary: 'Attention DP does not divide TP',
    why: 'With --enable-dp-attention the TP ranks are divided into DP groups for attention. SGLang asserts that they divide evenly.',
    source: at('008b79d2: srt/arg_groups/parallel_hook.py (handle_data_parallelism)'),
    limits: 'Without --enable-dp-attention DP multiplies whole replicas, and need not divide TP.',
    example: {
      language: 'bash',
      bad: '  --tp-size 16 --dp-size 6 --enable-dp-attention',
      good: '  --tp-size 16 --dp-size 8 --enable-dp-attention',
    },
    check(context) {
      const dp = context.written('layout.dp');
      const tp = sureNumber(context, 'layout.tp');
      const shared = context.written('layout.attentionDataParallel');
      if (!dp || !tp || shared?.value !== true || !(Number(dp.value) > 0)) return [];
      if (tp % Number(dp.value) === 0) return [];
      const near = neighbours(divisors(tp), Number(dp.value));
      return report(
        [dp, context.written('layout.tp'), shared],
        `TP ${tp} does not divide into ${dp.value} attention groups: use DP ${orList(near)}.`,
        { fixes: setTo(context, dp, 'DP', near) },
      );
    },
  },
  {
    code: 'SG003',
    name: 'sglang/moe-data-parallel-grid',
    severity: 'error',
    frameworks: sglang,
    summary: 'EP and MoE data parallelism do not make TP',
    why: 'With --moe-dp-size above 1 the experts are laid out over EP × MoE-DP ranks, which must be the TP ranks (or fewer of them when EP is 1), in one pipeline stage. SGLang asserts it.',
    source: at('008b79d2: srt/arg_groups/parallel_hook.py (handle_context_parallelism)'),
    limits: 'Versions without --moe-dp-size do not know the option.',
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --ep-size 2 --moe-dp-size 2 --attn-cp-size 2',
      good: '  --tp-size 8 --ep-size 4 --moe-dp-size 2 --attn-cp-size 2',
    },
    check(context) {
      const moeDp = context.written('sglang.moeDpSize');
      const copies = Number(moeDp?.value);
      const tp = sureNumber(context, 'layout.tp');
      if (!moeDp || !(copies > 1) || !tp) return [];
      if (tp % copies !== 0) {
        const near = neighbours(divisors(tp), copies);
        return report(
          [moeDp, context.written('layout.tp')],
          `TP ${tp} does not divide by ${moeDp.key} ${copies}: use ${orList(near)}.`,
          { fixes: setTo(context, moeDp, 'MoE DP', near) },
        );
      }
      const pp = context.written('layout.pp');
      if (Number(pp?.value) > 1) {
        return report(
          [moeDp, pp],
          `${moeDp.key} ${copies} works in one pipeline stage only, and PP is ${pp?.value}: set one of them to 1.`,
        );
      }
      const ep = context.written('layout.ep');
      const wanted = tp / copies;
      if (!ep || spansTp(context) !== false || Number(ep.value) <= 1 || ep.value === wanted) return [];
      const shown = factorsAndProduct([
        ['EP', Number(ep.value)],
        ['MoE DP', copies],
      ]);
      return report(
        [ep, moeDp, context.written('layout.tp')],
        `${shown} is not TP ${tp}: use EP ${wanted}.`,
        { fixes: setTo(context, ep, 'EP', [wanted]) },
      );
    },
  },
  {
    code: 'SG017',
    name: 'sglang/ep-divides-tp',
    severity: 'error',
    frameworks: sglang,
    summary: 'EP does not divide TP',
    why: 'SGLang has no ranks for experts beside those of TP: EP cuts the TP group into EP parts, and TP / EP ranks share each expert. Where EP is above TP or does not divide it some ranks belong to no expert group, and the start fails while the groups are made.',
    source:
      'sgl-project/sglang@0005973a: srt/distributed/parallel_state.py (initialize_model_parallel: moe_tp_size = TP // EP // MoE-DP)',
    limits:
      'Not for all-to-all backends that set EP to TP (SG001), for MoE data parallelism (SG003), nor for elastic EP.',
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --ep-size 16',
      good: '  --tp-size 16 --ep-size 16',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const tp = sureNumber(context, 'layout.tp');
      const size = Number(ep?.value);
      if (!ep || !tp || !(size > 1) || tp % size === 0 || spansTp(context) !== false) return [];
      if (!context.absent('sglang.moeDpSize') || !context.absent('sglang.elasticEpBackend')) return [];
      const near = neighbours(divisors(tp), size);
      return report(
        [ep, context.written('layout.tp')],
        `EP ${size} does not divide TP ${tp}, whose ranks it shares: use EP ${orList(near)}, or another TP.`,
        { fixes: setTo(context, ep, 'EP', near) },
      );
    },
  },
  {
    code: 'SG004',
    name: 'sglang/ranks-divisible-by-nodes',
    severity: 'error',
    frameworks: sglang,
    summary: 'The ranks do not divide by the nodes',
    why: 'Every node runs the same number of ranks of the TP × PP that one server has. SGLang asserts it at start.',
    source: at('018669d6: srt/arg_groups/validation_hook.py (check_server_args)'),
    limits: 'Silent when elastic EP joins ranks to a running server.',
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --nnodes 3',
      good: '  --tp-size 24 --nnodes 3',
    },
    check(context) {
      const nodes = context.written('cluster.nodes');
      const [tp, pp] = ['layout.tp', 'layout.pp'].map((name) => sureNumber(context, name));
      if (!nodes || !/nnodes$/.test(nodes.key) || !tp || !pp || !(Number(nodes.value) > 0)) return [];
      if ((tp * pp) % Number(nodes.value) === 0 || !context.absent('sglang.elasticEpBackend')) return [];
      const shown = factorsAndProduct([
        ['TP', tp],
        ['PP', pp],
      ]);
      const near = neighbours(divisors(tp * pp), Number(nodes.value));
      return report(
        [nodes, context.written('layout.tp'), context.written('layout.pp')],
        `${shown} ranks do not divide over ${nodes.value} nodes: use ${orList(near)} nodes, or another TP.`,
      );
    },
  },
  {
    code: 'SG007',
    name: 'sglang/dense-tp-size',
    severity: 'error',
    frameworks: sglang,
    summary: 'The TP of dense layers is neither 1 nor TP',
    why: 'Dense MLPs are either split like everything else or not at all. SGLang asserts that --moe-dense-tp-size is 1 or the TP size.',
    source: at('018669d6: srt/arg_groups/validation_hook.py (check_server_args)'),
    limits: 'Older versions take 1 only.',
    example: {
      language: 'bash',
      bad: '  --tp-size 16 --moe-dense-tp-size 4',
      good: '  --tp-size 16 --moe-dense-tp-size 1',
    },
    check(context) {
      const dense = context.written('sglang.moeDenseTpSize');
      const tp = sureNumber(context, 'layout.tp');
      if (!dense || tp === undefined || dense.value === 1 || dense.value === tp) return [];
      return report(
        [dense, context.written('layout.tp')],
        `${dense.key} ${dense.value} is neither 1 nor TP ${tp}: use ${orList(tp === 1 ? [1] : [1, tp])}.`,
        { fixes: setTo(context, dense, 'it', [1]) },
      );
    },
  },
  {
    code: 'SG012',
    name: 'sglang/data-parallel-over-nodes',
    severity: 'warning',
    frameworks: sglang,
    summary: 'Data parallelism over nodes without attention DP',
    why: 'A server that spans nodes runs data parallel ranks only as attention DP groups. Without --enable-dp-attention SGLang asserts at start.',
    source: at('018669d6: srt/arg_groups/validation_hook.py (check_server_args)'),
    limits: 'A warning, because newer versions also take --attn-dp-size. Only for models with experts.',
    example: {
      language: 'bash',
      bad: '  --tp-size 16 --dp-size 2 --nnodes 2',
      good: '  --tp-size 16 --dp-size 2 --nnodes 2 --enable-dp-attention',
    },
    check(context) {
      const dp = context.written('layout.dp');
      const nodes = context.written('cluster.nodes');
      const shared = sure(context, 'layout.attentionDataParallel');
      if (!dp || !nodes || !/nnodes$/.test(nodes.key) || shared?.value !== false) return [];
      if (!(Number(dp.value) > 1) || !(Number(nodes.value) > 1) || experts(context) === undefined) return [];
      if (!context.absent('sglang.attnDpSize')) return [];
      const option = { option: '--enable-dp-attention' };
      return report(
        [dp, nodes],
        `DP ${dp.value} over ${nodes.value} nodes needs --enable-dp-attention, which divides TP into DP groups.`,
        {
          fixes: addOption(context, dp, option),
        },
      );
    },
  },
  {
    code: 'SG013',
    name: 'sglang/chunk-divided-by-dp',
    severity: 'info',
    frameworks: sglang,
    summary: 'The chunk of a prefill is divided by DP',
    why: 'With --enable-dp-attention SGLang divides --chunked-prefill-size by DP: each group prefills so many tokens at a time.',
    source: at('008b79d2: srt/arg_groups/parallel_hook.py (handle_data_parallelism)'),
    limits: 'Silent for servers that only decode.',
    example: {
      language: 'bash',
      bad: '# 1024 tokens per group\n  --dp-size 8 --enable-dp-attention --chunked-prefill-size 8192',
      good: '# 8192 tokens per group\n  --dp-size 8 --enable-dp-attention --chunked-prefill-size 65536',
    },
    check(context) {
      const chunk = context.written('sglang.chunkedPrefillSize');
      const dp = context.number('layout.dp');
      const shared = context.written('layout.attentionDataParallel');
      if (!chunk || !dp || dp < 2 || shared?.value !== true || !(Number(chunk.value) > 0)) return [];
      if (context.unresolved('sglang.disaggregationMode')) return [];
      if (context.fact('sglang.disaggregationMode')?.value === 'decode') return [];
      const each = Math.floor(Number(chunk.value) / dp);
      return report(
        [chunk, context.written('layout.dp'), shared],
        `${chunk.key} ${chunk.value} is divided by DP ${dp}: each group prefills ${each} tokens at a time.`,
      );
    },
  },
];
