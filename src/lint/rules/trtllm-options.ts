import { orList } from '../arithmetic';
import { fix } from '../edits';
import { isYaml } from '../option-forms';
import type { Rule } from '../rule';
import { report, setTo, source, textOf } from './common';
import { at, isWhole, trtllm } from './trtllm-shared';

/** Rules on options beside the layout. */
export const trtllmOptionRules: readonly Rule[] = [
  {
    code: 'TR007',
    name: 'trtllm/moe-backend-moved',
    severity: 'warning',
    frameworks: trtllm,
    summary: 'moe_backend moved into moe_config',
    why: 'The MoE backend is the key backend of moe_config. Versions that have moe_config do not know moe_backend at the top, and refuse unknown keys.',
    source: at('00043967: tensorrt_llm/llmapi/llm_args.py (MoeConfig, StrictBaseModel)'),
    limits: 'A warning: versions before moe_config know only the old key.',
    example: {
      language: 'yaml',
      bad: 'moe_backend: WIDEEP',
      good: 'moe_config:\n  backend: WIDEEP',
    },
    check(context) {
      const backend = context.written('trtllm.moeBackend');
      if (backend?.key !== 'moe_backend') return [];
      const text = source(context, backend);
      const line = text?.slice(text.lastIndexOf('\n', backend.keyRange.start) + 1, backend.keyRange.start);
      const movable = text !== undefined && isYaml(backend.file) && /^ *$/.test(line ?? '-');
      const rest = text?.slice(backend.keyRange.end, backend.range.start) ?? '';
      const newText = `moe_config:\n${line}  backend`;
      const edit = { file: backend.file, range: backend.keyRange, newText };
      return report([backend], `moe_backend moved: write backend: ${backend.value} under moe_config.`, {
        fixes:
          movable && !/^\s*moe_config\s*:/m.test(text) && /^["']?\s*:\s*["']?$/.test(rest)
            ? fix('Move it into moe_config', [edit], true)
            : [],
      });
    },
  },
  {
    code: 'TR008',
    name: 'trtllm/low-precision-combine-needs-nvfp4',
    severity: 'warning',
    frameworks: trtllm,
    summary: 'Low-precision combine on a model that is not NVFP4',
    why: 'use_low_precision_moe_combine is for NVFP4 experts. With other weights the kernels that support it are not used.',
    source: at('00043967: tensorrt_llm/llmapi/llm_args.py (MoeConfig.use_low_precision_moe_combine)'),
    limits:
      "A warning, because only the option's description says so. Only where the model's own config.json is in the workspace: a published name does not say how the checkpoint is quantised.",
    example: {
      language: 'yaml',
      bad: '# an FP8 checkpoint\nmoe_config:\n  use_low_precision_moe_combine: true',
      good: '# an FP8 checkpoint\nmoe_config:\n  use_low_precision_moe_combine: false',
    },
    check(context) {
      const combine = context.written('trtllm.useLowPrecisionMoeCombine');
      const weights = context.fact('model.weightDtype');
      const format = textOf(weights);
      const isOwn = context.job.model !== null && weights?.file === context.job.model.file;
      if (combine?.value !== true || !format || format === 'nvfp4' || !isOwn) return [];
      return report(
        [combine, weights],
        `${combine.key} is for NVFP4 experts, and the model's weights are ${format}: drop it.`,
        { fixes: setTo(context, combine, combine.key, ['false']) },
      );
    },
  },
  {
    code: 'TR009',
    name: 'trtllm/cuda-graph-beyond-batch',
    severity: 'info',
    frameworks: trtllm,
    summary: 'CUDA graphs for batches that never come',
    why: 'A graph is captured per listed batch size. Sizes above max_batch_size are never run.',
    source: 'Inferred; recipes of NVIDIA TensorRT-LLM and NVIDIA Dynamo have such lists, and work',
    example: {
      language: 'yaml',
      bad: 'max_batch_size: 128\ncuda_graph_config:\n  batch_sizes: [64, 128, 256]',
      good: 'max_batch_size: 128\ncuda_graph_config:\n  batch_sizes: [64, 128]',
    },
    check(context) {
      const sizes = context.written('trtllm.cudaGraphBatchSizes');
      const most = context.number('workload.concurrency');
      if (!sizes || !most || !Array.isArray(sizes.value) || !isWhole(context)) return [];
      const beyond = (sizes.value as readonly number[]).filter((size) => size > most);
      if (beyond.length === 0) return [];
      return report(
        [sizes, context.written('workload.concurrency')],
        `max_batch_size is ${most}: no batch has ${orList(beyond)} sequences.`,
      );
    },
  },
  {
    code: 'TR010',
    name: 'trtllm/cuda-graph-largest-batch',
    severity: 'error',
    frameworks: trtllm,
    summary: 'The largest CUDA graph is said twice, with two sizes',
    why: 'The largest batch that is captured follows from cuda_graph_config.batch_sizes. Where max_batch_size stands beside it in that section it must be the largest of the list; TensorRT-LLM raises otherwise. Older versions raise for every list that is not the one that max_batch_size gives.',
    source: at(
      '00043967: tensorrt_llm/llmapi/llm_args.py (BaseCudaGraphConfig.validate_base_cuda_graph_config)',
    ),
    example: {
      language: 'yaml',
      bad: 'cuda_graph_config:\n  batch_sizes: [64, 128]\n  max_batch_size: 256',
      good: 'cuda_graph_config:\n  batch_sizes: [64, 128]\n  max_batch_size: 128',
    },
    check(context) {
      const most = context.written('trtllm.cudaGraphMaxBatchSize');
      const sizes = context.written('trtllm.cudaGraphBatchSizes');
      if (!most || !sizes || !Array.isArray(sizes.value) || !(Number(most.value) > 0)) return [];
      const largest = Math.max(...(sizes.value as readonly number[]));
      if (!Number.isFinite(largest) || largest === most.value) return [];
      return report(
        [most, sizes],
        `The largest of batch_sizes is ${largest}, and max_batch_size beside it ${most.value}: set it to ${largest}, or leave it out.`,
        { fixes: setTo(context, most, 'it', [largest]) },
      );
    },
  },
];
