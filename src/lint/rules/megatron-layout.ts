import { count, divisors, neighbours, orList } from '../arithmetic';
import { givesOption } from '../command';
import { spelled } from '../option-forms';
import type { Rule, RuleContext } from '../rule';
import {
  addOption,
  experts,
  factors,
  factorsAndProduct,
  product,
  report,
  setTo,
  size,
  source,
} from './common';
import {
  at,
  dividesRanks,
  expertTensor,
  hidesArguments,
  megatron,
  megatronCore,
  world,
} from './megatron-shared';

const ONE_ETP = { option: '--expert-tensor-parallel-size', value: '1' } as const;

/** Whether the expert grid divides the job, with this ETP; `undefined` when something is unknown. */
function expertGrid(context: RuleContext, etp: number | undefined) {
  const ranks = world(context);
  const ep = size(context, 'layout.ep');
  const pp = size(context, 'layout.pp');
  const needed = product([etp, ep, pp]);
  if (!ranks || needed === undefined || ep === undefined || pp === undefined || needed < 1) return undefined;
  return { ranks, ep, pp, needed, legal: ranks.ranks % needed === 0 };
}

/** Rules on parallel sizes: two grids, dense and expert, over the same ranks. */
export const megatronLayoutRules: readonly Rule[] = [
  {
    code: 'MG001',
    name: 'megatron/ep-without-experts',
    severity: 'error',
    frameworks: megatron,
    summary: 'Expert parallelism without experts',
    why: 'Megatron-LM asserts that --num-experts is set when --expert-model-parallel-size is above 1. Without it the model is dense, and there is nothing to spread.',
    source: at('AR:1656; TC:1595'),
    limits:
      'Silent when a part of the command cannot be followed, or when the sizes come from the checkpoint (--use-checkpoint-args, --megatron-to-hf-mode, or --hf-checkpoint without --num-layers).',
    example: {
      language: 'bash',
      bad: 'torchrun pretrain_gpt.py --num-layers 32 --expert-model-parallel-size 8',
      good: 'torchrun pretrain_gpt.py --num-layers 32 --num-experts 64 --expert-model-parallel-size 8',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const size = context.number('layout.ep') ?? 1;
      if (!ep || size <= 1 || !context.absent('model.routedExperts') || hidesArguments(context)) return [];
      if (context.job.model || context.job.preset) return [];
      if (givesOption(context, '--hf-checkpoint') && context.absent('model.layers')) return [];
      return report([ep], `EP is ${size}, but --num-experts is not set: Megatron-LM stops here.`);
    },
  },
  {
    code: 'MG002',
    name: 'megatron/experts-divisible-by-ep',
    severity: 'error',
    frameworks: [...megatronCore, 'areal'],
    summary: 'The experts do not divide over EP',
    why: 'Every rank of the EP group holds the same number of experts. Megatron-LM asserts it when it parses its arguments. EP need not be a power of two: 288 experts over EP 24 is fine.',
    source: at('AR:1657; megatron/core/transformer/moe/moe_layer.py:186'),
    example: {
      language: 'bash',
      bad: '  --num-experts 128 \\\n  --expert-model-parallel-size 24 \\',
      good: '  --num-experts 128 \\\n  --expert-model-parallel-size 16 \\',
    },
    check(context) {
      const all = experts(context);
      const ep = context.number('layout.ep');
      const written = context.written('layout.ep');
      if (all === undefined || ep === undefined || !written || ep < 1 || all % ep === 0) return [];
      const legal = divisors(all);
      const fits = legal.filter((n) => dividesRanks(context, { ep: n }));
      const near = neighbours(fits.length > 1 ? fits : legal, ep);
      return report(
        [written, context.written('model.routedExperts')],
        `${all} experts do not divide over EP ${ep}: use ${orList(near)}.`,
        { fixes: setTo(context, written, 'EP', near) },
      );
    },
  },
  {
    code: 'MG003',
    name: 'megatron/world-divisible-by-dense-grid',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The GPUs do not divide by TP × PP × CP',
    why: 'Data parallelism takes what tensor, pipeline and context parallelism leave: DP = world / (TP · PP · CP). Megatron-LM raises when that is not a whole number.',
    source: at('AR:432; PS:823'),
    limits:
      "A hint only when the number of nodes is no more than the script's own fallback for an environment variable.",
    example: {
      language: 'bash',
      bad: 'torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py \\\n  --tensor-model-parallel-size 4 --pipeline-model-parallel-size 3',
      good: 'torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py \\\n  --tensor-model-parallel-size 4 --pipeline-model-parallel-size 2',
    },
    check(context) {
      const ranks = world(context);
      const [tp, pp, cp] = ['layout.tp', 'layout.pp', 'layout.cp'].map((name) => size(context, name));
      const needed = product([tp, pp, cp]);
      if (!ranks || needed === undefined || needed < 1 || ranks.ranks % needed === 0) return [];
      const written = ['layout.pp', 'layout.tp', 'layout.cp']
        .map((name) => context.written(name))
        .filter((fact) => fact !== undefined && fact.value !== 1);
      const what = factorsAndProduct([
        ['TP', tp ?? 1],
        ['PP', pp ?? 1],
        ['CP', cp ?? 1],
      ]);
      const advice =
        ranks.ranks < needed
          ? `start at least ${count(needed, 'rank')}, or make the sizes smaller`
          : `start ${orList(multiplesNear(ranks.ranks, needed))} ranks, or change one of the sizes`;
      return report(
        [written[0], ...written.slice(1), ...ranks.operands],
        `${count(ranks.ranks, 'rank')} ${ranks.ranks === 1 ? 'does' : 'do'} not divide by ${what}: ${advice}.`,
      );
    },
  },
  {
    code: 'MG004',
    name: 'megatron/world-divisible-by-expert-grid',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The GPUs do not divide by ETP × EP × PP',
    why: 'The experts lie on a grid of their own, ETP × EP × EDP × PP, over the same ranks as the dense part. When --expert-tensor-parallel-size is not given, ETP is TP, so the grid is TP times larger than EP and PP alone suggest. EP may be larger than DP.',
    source: at('PS:874-884; AR:587 (ETP defaults to TP)'),
    limits:
      "A hint only when the number of nodes is no more than the script's own fallback for an environment variable.",
    example: {
      language: 'bash',
      bad: '  --tensor-model-parallel-size 4 \\\n  --expert-model-parallel-size 16 \\   # 32 GPUs, but ETP 4 × EP 16 = 64',
      good: '  --tensor-model-parallel-size 4 \\\n  --expert-tensor-parallel-size 1 \\\n  --expert-model-parallel-size 16 \\',
    },
    check(context) {
      const etp = expertTensor(context);
      const grid = expertGrid(context, etp);
      const ep = context.written('layout.ep');
      const all = experts(context);
      if (!grid || grid.legal || etp === undefined || !ep || all === undefined || grid.ep <= 1) return [];
      const inherited = context.absent('layout.etp') && etp > 1;
      const what = factorsAndProduct([
        ['ETP', etp],
        ['EP', grid.ep],
        ['PP', grid.pp],
      ]);
      const without = expertGrid(context, 1);
      const fits = divisors(all).filter((n) => n > 1 && grid.ranks.ranks % (etp * n * grid.pp) === 0);
      const near = neighbours(fits, grid.ep);
      const anchor = context.written('layout.tp') ?? ep;
      const reason = inherited ? ` ETP is not set, so it is TP (${etp}).` : '';
      const advice = [
        ...(inherited && without?.legal ? [`add ${spelled(anchor, ONE_ETP, source(context, anchor))}`] : []),
        ...(near.length > 0 ? [`use EP ${orList(near)}`] : []),
        ...(grid.ranks.ranks < grid.needed ? [`start at least ${grid.needed} ranks`] : []),
      ];
      return report(
        [
          ep,
          context.written('layout.etp'),
          inherited ? context.written('layout.tp') : undefined,
          context.written('layout.pp'),
          ...grid.ranks.operands,
        ],
        `${count(grid.ranks.ranks, 'rank')} ${grid.ranks.ranks === 1 ? 'does' : 'do'} not divide by ${what}.${reason}${advice.length > 0 ? ` To make it fit: ${orList(advice)}.` : ''}`,
        {
          fixes: [
            ...(inherited && without?.legal ? addOption(context, anchor, ONE_ETP, true) : []),
            ...setTo(context, ep, 'EP', near),
          ],
        },
      );
    },
  },
  {
    code: 'MG005',
    name: 'megatron/etp-inherited',
    severity: 'info',
    frameworks: megatron,
    summary: 'Expert tensor parallelism is inherited from TP',
    why: 'When --expert-tensor-parallel-size is not given, every expert is split over TP ranks as well. For narrow experts that means small matrices and one more all-gather and reduce-scatter per layer; most published recipes set it to 1.',
    source: at('MPC:506; AR:587'),
    limits:
      'A hint only: shipped recipes do this, some on purpose. Silent where MG004 reports the same layout.',
    example: {
      language: 'bash',
      bad: '  --tensor-model-parallel-size 4 \\\n  --expert-model-parallel-size 8 \\',
      good: '  --tensor-model-parallel-size 4 \\\n  --expert-tensor-parallel-size 1 \\\n  --expert-model-parallel-size 8 \\',
    },
    check(context) {
      const tp = context.written('layout.tp');
      const ep = context.written('layout.ep');
      const [tpSize, epSize] = [context.number('layout.tp') ?? 1, context.number('layout.ep') ?? 1];
      if (!tp || !ep || tpSize <= 1 || epSize <= 1 || !context.absent('layout.etp')) return [];
      if (hidesArguments(context) || expertGrid(context, tpSize)?.legal === false) return [];
      return report([ep, tp], `Each expert is also split over TP ${tpSize}, because ETP is not set.`, {
        fixes: addOption(context, tp, ONE_ETP),
      });
    },
  },
  {
    code: 'MG041',
    name: 'megatron/ep-leaves-node',
    severity: 'info',
    frameworks: megatronCore,
    summary: 'The expert all-to-all leaves the node',
    why: 'An EP group of more ranks than one NVLink domain sends part of every dispatch and combine over the network cards, which are several times slower. Sometimes that is needed to fit the experts; the panel shows what it costs.',
    source: `${at('megatron/core/transformer/moe/README.md (performance guide)')}; guidance, not a check`,
    limits: 'Silent where the scale-up domain is known to be larger than a node (NVL72).',
    example: {
      language: 'bash',
      bad: 'torchrun --nproc_per_node 8 --nnodes 4 pretrain_gpt.py --num-experts 64 --expert-model-parallel-size 32',
      good: 'torchrun --nproc_per_node 8 --nnodes 4 pretrain_gpt.py --num-experts 64 --expert-model-parallel-size 8',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const perNode = context.number('cluster.gpusPerNode');
      const etp = expertTensor(context);
      const ranks = product([etp, context.number('layout.ep')]);
      if (!ep || perNode === undefined || ranks === undefined || etp === undefined) return [];
      const domain = Math.max(perNode, context.scenario?.cluster.scaleUpDomain ?? perNode);
      if (ranks <= domain || experts(context) === undefined) return [];
      const what = factors([
        ['EP', context.number('layout.ep') ?? 1],
        ['ETP', etp],
      ]);
      return report(
        [ep, context.written('layout.etp'), context.written('cluster.gpusPerNode')],
        `One EP group spans ${count(ranks, 'rank')} (${what}) and a node has ${count(perNode, 'GPU')}: part of every dispatch and combine goes over the network.`,
      );
    },
  },
];

/** The multiples of `n` around `value`. */
function multiplesNear(value: number, n: number): number[] {
  const below = Math.floor(value / n) * n;
  return [below, below + n].filter((m) => m > 0);
}
