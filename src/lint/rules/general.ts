import type { Fact } from '../../config/fact';
import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import { count, orList } from '../arithmetic';
import { place } from '../edits';
import type { DocumentRule, Rule, RuleContext, RuleHit } from '../rule';
import { experts, factors, factorsAndProduct, firstWritten, product, report, setTo, size } from './common';
import { effectiveEp } from './sglang-shared';

/** Files of every format. */
const everywhere = [
  'huggingface',
  ...MEGATRON_CORE_FRAMEWORKS,
  'deepspeed',
  'torchtitan',
  'maxtext',
  'axolotl',
  'vllm',
  'sglang',
  'trtllm',
] as const;

/** Names whose value decides rules and figures, with the word for them. */
const decisive: Readonly<Record<string, string>> = {
  'layout.tp': 'TP',
  'layout.pp': 'PP',
  'layout.cp': 'CP',
  'layout.dp': 'DP',
  'layout.ep': 'EP',
  'layout.etp': 'ETP',
  'model.routedExperts': 'the experts',
  'model.topK': 'top-k',
  'model.layers': 'the layers',
  'model.hiddenSize': 'the hidden size',
  'cluster.nodes': 'the nodes',
  'cluster.gpusPerNode': 'GPUs per node',
  'layout.worldSize': 'the world size',
};

/** Values that GN002 names in its message; the others are related places. */
const MOST_NAMED = 5;

const isOpen = (fact: Fact): boolean =>
  fact.name in decisive && (fact.state === 'unresolved' || fact.condition !== undefined);

/**
 * The unresolved facts of decisive names, the parallel sizes first. Of several commands in a file only the first
 * that has any speaks.
 */
function hidden(context: RuleContext): readonly Fact[] {
  const { launch, command, facts, scenarioFile } = context.job;
  // A scenario file has its own rule, and its own way to answer.
  if (scenarioFile) return [];
  const earlier = (fact: Fact): boolean => command !== null && (fact.command ?? command) < command;
  if (launch === null || launch.facts.some((fact) => isOpen(fact) && earlier(fact))) return [];
  return Object.keys(decisive).flatMap(
    (name) => facts.find((f) => f.name === name && isOpen(f) && f.origin === undefined) ?? [],
  );
}

/** What hides the value, as written: an expansion, or the test of the branch that it stands in. */
function reason(fact: Fact): string {
  const expression = fact.expression || fact.key;
  return /^[$"`]|^-/.test(expression) ? expression : `depends on ${expression}`;
}

/** What one can write instead so that the value is seen. */
function remedy(expression: string): string {
  const variable = /^\$\{?(\w+)\}?$/.exec(expression)?.[1];
  return variable
    ? `Give it a default, such as \`\${${variable}:-8}\`, or write the number.`
    : 'Write the number, or a variable that the file sets.';
}

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

/** Rules that hold for several frameworks. */
export const generalRules: readonly Rule[] = [
  {
    code: 'GN002',
    name: 'general/unresolved',
    severity: 'info',
    frameworks: ['megatron-lm', 'vllm', 'sglang', 'trtllm'],
    summary: 'A value cannot be seen in the file',
    why: 'The value comes from the command line, the environment or a command, so no rule that needs it is checked and figures rest on an assumption.',
    source: 'MoE Scope: a rule never fires on a value that it cannot see.',
    limits: 'Once per file.',
    example: {
      language: 'bash',
      bad: 'EP=$1\ntorchrun pretrain_gpt.py --expert-model-parallel-size $EP',
      good: `EP=\${1:-8}\ntorchrun pretrain_gpt.py --expert-model-parallel-size $EP`,
    },
    check(context) {
      const [first, ...others] = hidden(context);
      if (!first) return [];
      const say = (fact: Fact) => `${decisive[fact.name]} (${reason(fact)})`;
      const all = [first, ...others].map(say);
      const shown =
        all.length <= MOST_NAMED
          ? all
          : [...all.slice(0, MOST_NAMED - 1), `${all.length - MOST_NAMED + 1} more values`];
      const listed =
        shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
      return [
        {
          ...place(first),
          message: `The file does not show ${listed}: what depends on it is not checked. ${remedy(first.expression ?? '')}`,
          related: others.map((fact) => ({ ...place(fact), message: `${say(fact)} is not known` })),
        },
      ];
    },
  },
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
      const nodes = local ? 1 : size(context, 'cluster.nodes');
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
  {
    code: 'GN006',
    name: 'general/top-k-exceeds-experts',
    severity: 'error',
    frameworks: ['megatron-lm'],
    summary: 'Top-k is larger than the number of experts',
    why: 'A token is sent to k different experts. torch.topk raises in the first forward pass when there are fewer.',
    source: 'NVIDIA/Megatron-LM@d98e8a64: megatron/core/transformer/moe/moe_utils.py (torch.topk)',
    example: {
      language: 'bash',
      bad: '  --num-experts 8 --moe-router-topk 16',
      good: '  --num-experts 8 --moe-router-topk 2',
    },
    check(context) {
      const topK = context.written('model.topK');
      const all = experts(context);
      if (!topK || all === undefined || Number(topK.value) <= all) return [];
      return report(
        [topK, context.written('model.routedExperts')],
        `Top-k ${topK.value} exceeds the ${all} routed experts: use at most ${all}.`,
        { fixes: setTo(context, topK, 'top-k', [all]) },
      );
    },
  },
];

/** The first conflict marker of each kind, when the text holds the three in order. */
function conflict(text: string): RuleHit['range'] | undefined {
  const found = /^<{7} [^\n]*$/m.exec(text);
  if (!found) return undefined;
  const rest = text.slice(found.index);
  return /^={7}\r?$[\s\S]*^>{7} /m.test(rest)
    ? { start: found.index, end: found.index + found[0].trimEnd().length }
    : undefined;
}

/** Rules on the text of a file. */
export const generalDocumentRules: readonly DocumentRule[] = [
  {
    code: 'MS000',
    name: 'general/syntax',
    severity: 'error',
    frameworks: everywhere,
    summary: 'The file cannot be read as it stands',
    why: 'Something in the text keeps it from being read as the program that gets it would read it: an unclosed quote or brace, a line ending of another system.',
    source: 'The grammar of the file: JSON (RFC 8259), bash.',
    example: {
      language: 'bash',
      bad: 'torchrun pretrain_gpt.py --data-path "/data/my corpus',
      good: 'torchrun pretrain_gpt.py --data-path "/data/my corpus"',
    },
    checkDocument(document, text) {
      if (text !== undefined && conflict(text)) return [];
      return document.problems.map((problem) => ({
        file: document.file,
        range: problem.range,
        message: problem.message,
        severity: problem.severity,
      }));
    },
  },
  {
    code: 'GN001',
    name: 'general/conflict-markers',
    severity: 'error',
    frameworks: everywhere,
    summary: 'The file holds git conflict markers',
    why: 'A merge was not finished: both versions stand in the file, and no program can read it.',
    source: 'git merge; a published llm-d deployment file was found with them.',
    example: {
      language: 'bash',
      bad: '<<<<<<< HEAD\nEP=8\n=======\nEP=16\n>>>>>>> main',
      good: 'EP=16',
    },
    checkDocument(document, text) {
      const range = text === undefined ? undefined : conflict(text);
      if (!range) return [];
      return [
        {
          file: document.file,
          range,
          message: `The merge is not finished: keep one side and delete the lines with ${orList(['<<<<<<<', '=======', '>>>>>>>'])}.`,
        },
      ];
    },
  },
];
