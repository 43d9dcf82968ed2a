import type { RuleContext } from '../rule';

export const deepspeed = ['deepspeed'] as const;

/** A place in DeepSpeed at the commit that the rules were written from. */
export const at = (where: string): string => `deepspeedai/DeepSpeed@edaa7221: deepspeed/${where}`;

/** Whether AutoEP is on: DeepSpeed looks at its section only then. */
export const hasAutoEp = (context: RuleContext): boolean =>
  context.written('layout.expertParallelEnabled')?.value === true;
