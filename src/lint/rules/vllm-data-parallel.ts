import type { Fact } from '../../config/fact';
import { divisors, neighbours, orList } from '../arithmetic';
import { hidesArguments } from '../command';
import { isTree } from '../option-forms';
import type { Rule, RuleContext } from '../rule';
import { dropOption, factorsAndProduct, report, setTo, textOf } from './common';
import { at, vllm } from './vllm-shared';

const PARALLEL = 'vllm-project/vllm@00193b82: vllm/config/parallel.py (__post_init__)';
const ARGUMENTS = 'vllm/engine/arg_utils.py (create_engine_config)';

/** What chooses the external mode: its flag, or the rank of a server. */
const external = (context: RuleContext): Fact | undefined => {
  const flag = context.written('vllm.dataParallelExternalLb');
  return flag?.value === true ? flag : context.written('vllm.dataParallelRank');
};

/** What chooses the hybrid mode: its flag, or the first rank of a node; that one may be of another mode as well. */
const hybrid = (context: RuleContext): Fact | undefined => {
  const flag = context.written('vllm.dataParallelHybridLb');
  if (flag?.value === true) return flag;
  const isOther = !context.absent('vllm.dataParallelMultiPortLb');
  return isOther ? undefined : context.written('vllm.dataParallelStartRank');
};

/** Rules on data parallel ranks, and on who balances the load between them. */
export const vllmDataParallelRules: readonly Rule[] = [
  {
    code: 'VL011',
    name: 'vllm/data-parallel-options',
    severity: 'error',
    frameworks: vllm,
    summary: 'Data parallel options contradict each other',
    why: 'A node cannot run more data parallel ranks than there are; external load balancing needs more than one. The rank of a server (--data-parallel-rank) chooses the external mode too, the first rank of a node (--data-parallel-start-rank) the hybrid one, and there is only one mode; the hybrid one needs to know how many ranks the node has, and a headless node has no server to balance. vLLM refuses to start.',
    source: `${at('vllm/config/parallel.py:439-447; vllm/engine/arg_utils.py:2060-2140')}; @00a5fdd2: vllm/entrypoints/cli/serve.py (ServeSubcommand.cmd, run_headless)`,
    limits: 'Silent on missing local ranks in manifests: the operator that runs them may add the option.',
    example: {
      language: 'bash',
      bad: '  --data-parallel-size 8 --data-parallel-size-local 16',
      good: '  --data-parallel-size 16 --data-parallel-size-local 8',
    },
    check(context) {
      const local = context.written('layout.dpLocal');
      const dp = context.written('layout.dp');
      const dpSize = context.number('layout.dp');
      if (local && dpSize !== undefined && Number(local.value) > dpSize) {
        return report(
          [local, dp],
          `${local.value} data parallel ranks on this node, but there are only ${dpSize}: use at most ${dpSize}.`,
          { fixes: setTo(context, local, 'the local size', [dpSize]) },
        );
      }
      const [outer, inner] = [external(context), hybrid(context)];
      if (outer && inner) {
        return report(
          [inner, outer],
          `External and hybrid load balancing exclude each other: keep ${outer.key} or ${inner.key}.`,
          { fixes: dropOption(context, inner) },
        );
      }
      const flag = context.written('vllm.dataParallelHybridLb');
      const headless = context.written('vllm.headless');
      if (flag?.value === true && headless?.value === true) {
        return report(
          [flag, headless],
          `A node with ${headless.key} has no server to balance: drop ${flag.key}.`,
          {
            fixes: dropOption(context, flag),
          },
        );
      }
      if (flag?.value === true && context.absent('layout.dpLocal') && context.absent('vllm.nnodes')) {
        // What runs a manifest says how many ranks a node has: Dynamo's operator adds the option.
        if (isTree(flag.file) || hidesArguments(context)) return [];
        return report(
          [flag],
          `${flag.key} needs --data-parallel-size-local: how many of the ranks this node runs.`,
          { fixes: dropOption(context, flag) },
        );
      }
      const single = dpSize === 1 || (context.absent('layout.dp') && !hidesArguments(context));
      if (outer?.name !== 'vllm.dataParallelExternalLb' || !single) return [];
      return report(
        [outer, dp],
        'External load balancing needs --data-parallel-size above 1: raise it, or drop the flag.',
        { fixes: dropOption(context, outer) },
      );
    },
  },
  {
    code: 'VL023',
    name: 'vllm/data-parallel-rank-in-range',
    severity: 'error',
    frameworks: vllm,
    summary: 'There is no such data parallel rank',
    why: 'Each server of an external load balancer says which data parallel rank it is, and each node of a hybrid one or without a server its first, counted from 0. vLLM raises for a rank that is not below --data-parallel-size, while the others wait for it, and for more than one local rank of a server.',
    source: `${PARALLEL}, ${ARGUMENTS}`,
    limits: 'Silent where --data-parallel-size is not above 1: the rank is then ignored.',
    example: {
      language: 'bash',
      bad: '  --data-parallel-size 8 --data-parallel-rank 8',
      good: '  --data-parallel-size 8 --data-parallel-rank 7',
    },
    check(context) {
      const rank = context.written('vllm.dataParallelRank');
      const dp = context.written('layout.dp');
      const first = rank ?? context.written('vllm.dataParallelStartRank');
      const [n, size] = [Number(first?.value), Number(dp?.value)];
      const local = context.written('layout.dpLocal');
      if (rank && local && Number(local.value) > 1) {
        return report(
          [local, rank],
          `A server with ${rank.key} is one data parallel rank, not ${local.value}: set ${local.key} to 1 or leave it out.`,
          { fixes: dropOption(context, local) },
        );
      }
      if (!first || !(size > 1) || (n >= 0 && n < size)) return [];
      return report(
        [first, dp],
        `${first.key} ${n} is none of the ${size} data parallel ranks: use 0 to ${size - 1}.`,
      );
    },
  },
  {
    code: 'VL025',
    name: 'vllm/hybrid-load-balancing-unused',
    severity: 'warning',
    frameworks: vllm,
    summary: 'Hybrid load balancing has nothing to balance between',
    why: 'In the hybrid mode vLLM balances between the ranks of a node, and something else between nodes. With all ranks on one node there is nothing between nodes, and vLLM switches the mode off; with one rank per node there is nothing within one, and it becomes the external mode.',
    source: `vllm-project/vllm@99d7eb5d: ${ARGUMENTS}`,
    example: {
      language: 'bash',
      bad: '  --data-parallel-size 8 --data-parallel-size-local 8 --data-parallel-hybrid-lb',
      good: '  --data-parallel-size 16 --data-parallel-size-local 8 --data-parallel-hybrid-lb',
    },
    check(context) {
      const flag = context.written('vllm.dataParallelHybridLb');
      const [local, dp] = [context.written('layout.dpLocal'), context.written('layout.dp')];
      if (flag?.value !== true || !local || !dp || !(Number(dp.value) > 1)) return [];
      const becomes =
        local.value === 1
          ? 'becomes external load balancing: the node has one rank'
          : local.value === dp.value
            ? `has no effect: all ${dp.value} ranks are on this node`
            : undefined;
      if (becomes === undefined) return [];
      return report([flag, local, dp], `${flag.key} ${becomes}.`, {
        fixes: local.value === 1 ? [] : dropOption(context, flag),
      });
    },
  },
  {
    code: 'VL026',
    name: 'vllm/nodes-of-one-engine',
    severity: 'error',
    frameworks: vllm,
    summary: 'These nodes cannot run the engine',
    why: '--nnodes starts the ranks of an engine on several nodes by processes of its own, the same number on each. vLLM refuses to start when TP × PP × DP does not divide by the nodes, and with Ray, which places the ranks itself.',
    source: `${PARALLEL}; ${ARGUMENTS}`,
    example: {
      language: 'bash',
      bad: '  --tensor-parallel-size 16 --nnodes 2 --distributed-executor-backend ray',
      good: '  --tensor-parallel-size 16 --nnodes 2 --distributed-executor-backend mp',
    },
    check(context) {
      const nodes = context.written('vllm.nnodes');
      const n = Number(nodes?.value);
      if (!nodes || !(n > 1)) return [];
      const ray = ['vllm.distributedExecutorBackend', 'vllm.dataParallelBackend']
        .map((name) => context.written(name))
        .find((fact) => textOf(fact) === 'ray');
      if (ray) {
        return report([nodes, ray], `${nodes.key} does not work with ${ray.key} ray: keep one of them.`, {
          fixes: dropOption(context, nodes),
        });
      }
      const names = ['layout.tp', 'layout.pp', 'layout.dp'];
      if (hidesArguments(context) || names.some((name) => context.unresolved(name))) return [];
      const [tp = 1, pp = 1, dp = 1] = names.map((name) => context.number(name));
      const ranks = tp * pp * dp;
      if (ranks % n === 0 || !context.absent('vllm.prefillContextParallelSize')) return [];
      const shown = factorsAndProduct([
        ['TP', tp],
        ['PP', pp],
        ['DP', dp],
      ]);
      const near = neighbours(divisors(ranks), n);
      return report(
        [nodes, ...names.map((name) => context.written(name))],
        `${shown} ranks do not divide over ${n} nodes: use ${orList(near)}.`,
        { fixes: setTo(context, nodes, 'the nodes', near) },
      );
    },
  },
];
