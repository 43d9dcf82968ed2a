import type { Framework } from './framework';
import { huggingFace } from './huggingface/huggingface';
import { megatron } from './megatron/megatron';
import { vllm } from './vllm/vllm';

/** In the order in which they are asked; the first that recognises a file reads it. */
export const FRAMEWORKS: readonly Framework[] = [huggingFace, vllm, megatron];
