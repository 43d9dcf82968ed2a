import type { Fact } from '../../config/fact';
import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import { place } from '../edits';
import type { Rule, RuleContext } from '../rule';

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

/** Files that start a job. */
const launched = [
  ...MEGATRON_CORE_FRAMEWORKS,
  'deepspeed',
  'torchtitan',
  'maxtext',
  'axolotl',
  'vllm',
  'sglang',
  'trtllm',
] as const;

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
  return /^[$"`{]|^-/.test(expression) ? expression : `depends on ${expression}`;
}

/** What one can write instead so that the value is seen. */
function remedy(expression: string): string {
  if (expression.includes('{{')) return 'The values that fill the template in are not read.';
  const variable = /^\$\{?(\w+)\}?$/.exec(expression)?.[1];
  return variable
    ? `Give it a default, such as \`\${${variable}:-8}\`, or write the number.`
    : 'Write the number, or a variable that the file sets.';
}

/** What no rule can see. */
export const unresolvedRules: readonly Rule[] = [
  {
    code: 'GN002',
    name: 'general/unresolved',
    severity: 'info',
    frameworks: launched,
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
];
