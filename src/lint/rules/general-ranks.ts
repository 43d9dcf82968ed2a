import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import { count } from '../arithmetic';
import type { Rule, RuleContext } from '../rule';
import { factors, factorsAndProduct, firstWritten, product, report, size } from './common';
import { effectiveEp } from './sglang-shared';

/** The ranks that a command starts on one machine, or in all, against what the file says there is. */
function ranksNeeded(context: RuleContext): { ranks: number; shown: string } | undefined {
  const dpName =
    context.job.framework === 'vllm' && !context.absent('layout.dpLocal') ? 'layout.dpLocal' : 'layout.dp';
  const names: readonly (readonly [string, string])[] =
    context.job.framework === 'vllm'
      ? [
          ['TP', 'layout.tp'],
          ['PP', 'layout.pp'],
          ['DP', dpName],
        ]
      : [
          ['TP', 'layout.tp'],
          ['PP', 'layout.pp'],
          ['CP', 'layout.cp'],
        ];
  const values = names.map(([label, name]) => [label, size(context, name)] as const);
  const ranks = product(values.map(([, value]) => value));
  if (ranks === undefined) return undefined;
  return { ranks, shown: factors(values.map(([label, value]) => [label, value ?? 1] as const)) };
}

/** The ranks of one EP group with the TP of its experts; they lie side by side in every framework of GN004. */
function expertGroup(context: RuleContext): { ranks: number; shown: string } | undefined {
  if (context.job.framework === 'sglang') {
    const [ep, tp] = [effectiveEp(context), context.number('layout.tp')];
    // With MoE-TP the group takes every n-th rank of TP.
    return ep !== undefined && ep === tp ? { ranks: ep, shown: `EP ${ep}` } : undefined;
  }
  const ep = context.number('layout.ep');
  const etp = context.number('layout.etp');
  if (ep === undefined || etp === undefined || ep < 2) return undefined;
  return {
    ranks: ep * etp,
    shown: factorsAndProduct([
      ['EP', ep],
      ['ETP', etp],
    ]),
  };
}

/** Rules on the ranks of a job and the machines that they are on. */
export const rankRules: readonly Rule[] = [
  {
    code: 'GN004',
    name: 'general/ep-group-straddles-nodes',
    severity: 'info',
    frameworks: [...MEGATRON_CORE_FRAMEWORKS, 'sglang', 'trtllm'],
    summary: 'An EP group neither fills nodes nor fits in one evenly',
    why: 'An EP group that is neither a part nor a multiple of a node has more ranks on one node than on another. The NICs of the fuller node carry more, and every all-to-all waits for them.',
    source: 'Inferred from the rank order; no framework checks it.',
    limits: 'A hint: the layout works. Only where the file says how many GPUs a node has.',
    example: {
      language: 'bash',
      bad: '# nodes of 8 GPUs\n  --expert-model-parallel-size 12',
      good: '# nodes of 8 GPUs\n  --expert-model-parallel-size 16',
    },
    check(context) {
      const perNode = context.written('cluster.gpusPerNode');
      const group = expertGroup(context);
      const gpus = Number(perNode?.value);
      const near = firstWritten(context, ['layout.ep', 'layout.tp']);
      if (!perNode || !near || !group || !(gpus > 1) || group.ranks < 2) return [];
      if (group.ranks % gpus === 0 || gpus % group.ranks === 0) return [];
      const nodes = context.number('cluster.nodes');
      if (group.ranks < gpus && !(nodes !== undefined && nodes > 1)) return [];
      const all = context.number('layout.worldSize') ?? (nodes === undefined ? undefined : nodes * gpus);
      // A layout that does not work at all has findings of its own.
      if (all !== undefined && all % group.ranks !== 0) return [];
      const rest = group.ranks % gpus;
      const where =
        group.ranks > gpus
          ? `fills ${count(Math.floor(group.ranks / gpus), 'node')} of ${gpus} GPUs and takes ${rest} of another`
          : `does not divide a node of ${gpus} GPUs, so that some groups lie on two nodes`;
      return report([near, perNode], `One EP group (${group.shown}) ${where}.`);
    },
  },
  {
    code: 'GN005',
    name: 'general/more-ranks-than-gpus',
    severity: 'warning',
    frameworks: ['vllm'],
    summary: 'More ranks than GPUs',
    why: 'Each rank needs a GPU of its own. When the file asks for more than its machines have, the job waits for ever or fails at start.',
    source: 'Real case: THUDM/slime#1818. vLLM: one GPU per TP · PP · DP rank (vllm/config/parallel.py).',
    limits: 'Only where the file says how many GPUs there are. MG003 and MG004 say it for Megatron-LM.',
    example: {
      language: 'bash',
      bad: '#SBATCH --nodes=1 --gpus-per-node=8\nvllm serve MODEL --tensor-parallel-size 8 --data-parallel-size 2',
      good: '#SBATCH --nodes=2 --gpus-per-node=8\nvllm serve MODEL --tensor-parallel-size 8 --data-parallel-size 2',
    },
    check(context) {
      const perNode = context.written('cluster.gpusPerNode');
      const needed = ranksNeeded(context);
      const local = !context.absent('layout.dpLocal');
      // Who pins the GPUs of a machine has not said that there is one machine only.
      const nodes = local
        ? 1
        : perNode?.pin
          ? context.number('cluster.nodes')
          : size(context, 'cluster.nodes');
      if (!perNode || !needed || nodes === undefined) return [];
      const gpus = Number(perNode.value) * nodes;
      if (needed.ranks <= gpus) return [];
      const where = local ? 'on this node' : `on ${nodes} × ${perNode.value} GPUs`;
      const facts = ['layout.dpLocal', 'layout.dp', 'layout.tp', 'layout.pp'].flatMap(
        (name) => context.written(name) ?? [],
      );
      const [first, ...others] = facts.filter((fact) => fact.value !== 1);
      return report(
        [first, ...others, perNode, context.written('cluster.nodes')],
        `${needed.shown} = ${needed.ranks} ranks need as many GPUs, and there are ${gpus} ${where}.`,
      );
    },
  },
];
