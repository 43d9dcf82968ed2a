import type { Fact } from '../../config/fact';
import type { Rule, RuleContext } from '../rule';
import { report, setTo } from './common';
import { deepspeed, hasAutoEp } from './deepspeed-shared';

/** Two of AutoEP's options that do not go together. */
interface Conflict {
  /** The option that asks for it, and its word. */
  readonly name: string;
  readonly is: unknown;
  /** What stands in its way; `undefined` when nothing does. */
  readonly against: (context: RuleContext) => { readonly fact?: Fact; readonly say: string } | undefined;
  /** The value that is always right. */
  readonly otherwise: string;
}

const has = (context: RuleContext, name: string, isWrong: (value: unknown) => boolean): Fact | undefined => {
  const fact = context.written(name);
  return fact && isWrong(fact.value) ? fact : undefined;
};
const above1 = (value: unknown): boolean => Number(value) > 1;
const tensorParallel = (context: RuleContext) => {
  const fact = has(context, 'layout.tp', above1);
  return fact && { fact, say: `does not work with ${fact.key} ${fact.value}` };
};
const deepEp = (context: RuleContext): Fact | undefined =>
  has(context, 'deepspeed.commBackend', (value) => value === 'deepep');

/** What AutoEP checks of its kernels before anything starts (auto_ep_config.py, validate_autoep_config). */
const CONFLICTS: readonly Conflict[] = [
  {
    name: 'deepspeed.combineImpl',
    is: 'fused_weighted_sum',
    against: (context) => {
      const fact = has(context, 'layout.ep', above1) && deepEp(context);
      const reduced = fact && {
        fact,
        say: `does not work with ${fact.key} deepep, which sums the rows itself`,
      };
      return tensorParallel(context) ?? reduced;
    },
    otherwise: 'auto',
  },
  {
    name: 'deepspeed.rowWeightingImpl',
    is: 'fused',
    against: (context) =>
      deepEp(context) || context.unresolved('deepspeed.commBackend')
        ? undefined
        : { say: 'needs comm_backend deepep' },
    otherwise: 'auto',
  },
  {
    name: 'deepspeed.gateUpImpl',
    is: 'fused',
    against: (context) => {
      const fact = has(context, 'deepspeed.useGroupedMm', (value) => value === false);
      return fact && { fact, say: `needs ${fact.key} true` };
    },
    otherwise: 'separate',
  },
  {
    name: 'deepspeed.asyncSplitPlan',
    is: true,
    against: (context) => (has(context, 'layout.ep', above1) ? tensorParallel(context) : undefined),
    otherwise: 'false',
  },
];

const SOURCE =
  'deepspeedai/DeepSpeed@0067b11e: deepspeed/module_inject/auto_ep_config.py (validate_autoep_config)';

/** Rules on the kernels and the exchange that AutoEP is asked for. */
export const deepspeedKernelRules: readonly Rule[] = [
  {
    code: 'DS011',
    name: 'deepspeed/auto-ep-kernels',
    severity: 'error',
    frameworks: deepspeed,
    summary: "AutoEP's options exclude each other",
    why: 'Fused kernels of AutoEP each belong to one way of dispatching and combining. DeepSpeed raises when another one is asked for beside them, rather than leave them out.',
    source: SOURCE,
    limits: 'Versions before these options ignore them.',
    example: {
      language: 'json',
      bad: '{ "expert_parallel": { "enabled": true, "autoep_size": 4, "gate_up_impl": "fused", "use_grouped_mm": false } }',
      good: '{ "expert_parallel": { "enabled": true, "autoep_size": 4, "gate_up_impl": "fused", "use_grouped_mm": true } }',
    },
    check(context) {
      if (!hasAutoEp(context)) return [];
      return CONFLICTS.flatMap(({ name, is, against, otherwise }) => {
        const own = context.written(name);
        const found = own?.value === is ? against(context) : undefined;
        if (!own || !found) return [];
        return report([own, found.fact], `${own.key} ${own.value} ${found.say}.`, {
          fixes: setTo(context, own, own.key, [otherwise]),
        });
      });
    },
  },
  {
    code: 'DS012',
    name: 'deepspeed/deepep-token-limit',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'DeepEP needs to know how many tokens a rank can route',
    why: "DeepEP's buffers are made once, for the largest number of tokens that one rank routes: the microbatch times the longest padded sequence. DeepSpeed raises when comm_max_tokens_per_rank is 0, which is its default.",
    source: SOURCE,
    example: {
      language: 'json',
      bad: '{ "expert_parallel": { "enabled": true, "autoep_size": 8, "comm_backend": "deepep" } }',
      good: '{ "expert_parallel": { "enabled": true, "autoep_size": 8, "comm_backend": "deepep", "comm_max_tokens_per_rank": 8192 } }',
    },
    check(context) {
      const backend = deepEp(context);
      const name = 'deepspeed.commMaxTokensPerRank';
      const most = context.written(name);
      if (!backend || !hasAutoEp(context) || context.unresolved(name) || Number(most?.value) > 0) return [];
      return report(
        [most ?? backend, backend],
        `comm_backend deepep needs comm_max_tokens_per_rank above 0${most ? `; it is ${most.value}` : ''}: the microbatch times the longest padded sequence.`,
      );
    },
  },
];
