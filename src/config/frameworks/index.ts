import type { Framework } from './framework';
import { huggingFace } from './huggingface';
import { megatron } from './megatron';
import { vllm } from './vllm';

/** In the order in which they are asked; the first that recognises a file reads it. */
export const FRAMEWORKS: readonly Framework[] = [huggingFace, vllm, megatron];
