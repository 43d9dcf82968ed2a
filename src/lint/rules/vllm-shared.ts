import type { Fact } from '../../config/fact';
import { hidesArguments } from '../command';
import type { RuleContext } from '../rule';
import { addOption, factors, product, size } from './common';

/**
 * Sources of the vLLM rules: vllm-project/vllm@00193b82 (vllm/config/parallel.py);
 * line numbers are those of the fork 1CatAI/1Cat-vLLM@ae13773a.
 */
export const at = (where: string): string =>
  `vllm-project/vllm@00193b82: vllm/config/parallel.py; lines of 1CatAI/1Cat-vLLM@ae13773a: ${where}`;
export const vllm = ['vllm'] as const;

const sizes = ['layout.tp', 'vllm.prefillContextParallelSize', 'layout.dp'] as const;

/** The sizes that the experts are spread over: EP = TP · PCP · DP when expert parallelism is on. */
export interface ExpertRanks {
  readonly ranks: number;
  /** `TP 2 × DP 4`. */
  readonly shown: string;
}

export function expertRanks(context: RuleContext): ExpertRanks | undefined {
  const [tp, pcp, dp] = sizes.map((name) => size(context, name));
  const ranks = product([tp, pcp, dp]);
  if (ranks === undefined || ranks < 1) return undefined;
  return {
    ranks,
    shown: factors([
      ['TP', tp ?? 1],
      ['PCP', pcp ?? 1],
      ['DP', dp ?? 1],
    ]),
  };
}

/** Whether experts are spread over ranks; `undefined` when the file does not let us see it. */
export function expertParallel(context: RuleContext): boolean | undefined {
  if (context.unresolved('layout.expertParallelEnabled')) return undefined;
  const flag = context.flag('layout.expertParallelEnabled');
  return flag ?? (hidesArguments(context) ? undefined : false);
}

/** Whether the engine rebalances experts; `undefined` when the file does not let us see it. */
export function eplb(context: RuleContext): boolean | undefined {
  if (context.unresolved('placement.eplb')) return undefined;
  const flag = context.flag('placement.eplb');
  return flag ?? (hidesArguments(context) ? undefined : false);
}

/** Redundant experts: 0 where the file gives none, `undefined` where it gives a number that cannot be seen. */
export function redundantExperts(context: RuleContext): number | undefined {
  if (context.unresolved('placement.redundantExperts') || context.unresolved('placement.eplbConfig'))
    return undefined;
  return context.number('placement.redundantExperts') ?? 0;
}

/** The written sizes that a layout rests on, those above 1 first. */
export function layoutFacts(context: RuleContext): readonly Fact[] {
  const facts = sizes.flatMap((name) => context.written(name) ?? []);
  return [...facts.filter((f) => f.value !== 1), ...facts.filter((f) => f.value === 1)];
}

/** The fix that switches expert parallelism on, behind a related option. */
export function addExpertParallel(context: RuleContext, beside: Fact) {
  return addOption(context, beside, { option: '--enable-expert-parallel' }, true);
}
