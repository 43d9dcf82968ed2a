import type { RuleContext } from '../rule';

export const trtllm = ['trtllm'] as const;
export const at = (where: string): string => `NVIDIA/TensorRT-LLM@${where}`;

/** Whether everything that the job's files name was read: a config file overwrites what the command says. */
export const isWhole = (context: RuleContext): boolean => context.job.missingFiles.length === 0;
