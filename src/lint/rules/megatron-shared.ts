import type { Fact } from '../../config/fact';
import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import { givesOption, hidesArguments as hidesOptions } from '../command';
import { isOption } from '../option-forms';
import type { RuleContext } from '../rule';
import { size } from './common';

/** Files that the rules cite most, by the short name that the rules write. */
const files: Readonly<Record<string, string>> = {
  AR: 'megatron/training/arguments.py',
  PS: 'megatron/core/parallel_state.py',
  TC: 'megatron/core/transformer/transformer_config.py',
  MPC: 'megatron/core/model_parallel_config.py',
};

/** A place in Megatron-LM at the commit that the rules were written from; `TC:1446` is short for the file. */
export const at = (where: string): string =>
  `NVIDIA/Megatron-LM@d98e8a64: ${where.replace(/\b(AR|PS|TC|MPC):/g, (_, short: string) => `${files[short]}:`)}`;
export const megatron = ['megatron-lm'] as const;
/** For constraints of Megatron-Core itself, whoever calls it. */
export const megatronCore = MEGATRON_CORE_FRAMEWORKS;

/**
 * Whether a fact is of this option of Megatron-LM: by its flag, or as the field of Megatron-Core's config that verl,
 * ms-swift and Megatron-Bridge pass on, in a section of its own or not.
 */
export const isMegatronOption = (fact: Fact | undefined, option: string): fact is Fact =>
  fact !== undefined && isOption({ ...fact, key: fact.key.slice(fact.key.lastIndexOf('.') + 1) }, option);

/** Whether Megatron-LM itself reads the options: elsewhere what is not written may come from the model. */
export const isMegatronItself = (context: RuleContext): boolean => context.job.framework === 'megatron-lm';

/** Ranks of the job: stated as a whole, or nodes times GPUs per node as torchrun gets them. */
export function world(
  context: RuleContext,
): { ranks: number; operands: readonly (Fact | undefined)[] } | undefined {
  const whole = context.number('layout.worldSize');
  if (whole !== undefined) {
    return { ranks: whole, operands: [context.fact('layout.worldSize'), ...clusterFacts(context)] };
  }
  const perNode = context.number('cluster.gpusPerNode');
  const nodes = size(context, 'cluster.nodes');
  if (perNode === undefined || nodes === undefined || context.unresolved('layout.worldSize'))
    return undefined;
  return { ranks: perNode * nodes, operands: clusterFacts(context) };
}

const clusterFacts = (context: RuleContext) => [
  context.written('cluster.gpusPerNode'),
  context.written('cluster.nodes'),
];

/** Sizes that a fix would write. */
export interface Sizes {
  readonly tp?: number;
  readonly pp?: number;
  readonly ep?: number;
}

/** ETP as the framework uses it: what is written, else its default, which is TP for most. */
export function expertTensor(context: RuleContext): number | undefined {
  if (context.unresolved('layout.etp')) return undefined;
  const stated = context.number('layout.etp');
  return stated ?? (context.job.launch?.partial === true ? undefined : size(context, 'layout.tp'));
}

/** Whether the ranks of the job divide by both grids with these sizes; what is not known is no obstacle. */
export function dividesRanks(context: RuleContext, changed: Sizes): boolean {
  const ranks = world(context)?.ranks;
  if (ranks === undefined) return true;
  const one = (name: keyof Sizes) => changed[name] ?? size(context, `layout.${name}`) ?? 1;
  const inherits = context.absent('layout.etp') && changed.tp !== undefined;
  const etp = inherits ? changed.tp! : (expertTensor(context) ?? 1);
  const cp = size(context, 'layout.cp') ?? 1;
  const isDivided = (grid: number) => grid > 0 && ranks % grid === 0;
  return isDivided(one('tp') * one('pp') * cp) && isDivided(etp * one('ep') * one('pp'));
}

/** Options with which the sizes come from the checkpoint; slime and miles have the second one. */
const FROM_CHECKPOINT = ['--use-checkpoint-args', '--megatron-to-hf-mode'] as const;

/** Whether a missing flag proves nothing: options are hidden, or are read from the checkpoint. */
export function hidesArguments(context: RuleContext): boolean {
  const fromCheckpoint =
    FROM_CHECKPOINT.some((option) => givesOption(context, option)) ||
    !context.absent('megatron.useCheckpointArgs');
  return fromCheckpoint || hidesOptions(context);
}
