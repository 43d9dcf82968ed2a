import { divisors, neighbours, orList } from '../arithmetic';
import { fix } from '../edits';
import { isYaml } from '../option-forms';
import type { Rule, RuleContext } from '../rule';
import { experts, factorsAndProduct, report, setTo, source, sureNumber, textOf } from './common';

export const trtllm = ['trtllm'] as const;
const MAPPING = 'NVIDIA/TensorRT-LLM@05ebebb2: tensorrt_llm/mapping.py';
export const at = (where: string): string => `NVIDIA/TensorRT-LLM@${where}`;

/** Whether everything that the job's files name was read: a config file overwrites what the command says. */
const isWhole = (context: RuleContext): boolean => context.job.missingFiles.length === 0;

/** EP that is written or follows from MoE-TP; `undefined` where it is open. */
const epOf = (context: RuleContext): number | undefined =>
  isWhole(context) ? sureNumber(context, 'layout.ep') : undefined;

/** The written size of one dimension of the expert grid, 1 where it is absent. */
function written(context: RuleContext, name: string): number | undefined {
  if (context.unresolved(name)) return undefined;
  const value = context.written(name)?.value ?? 1;
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** Rules on the engine's arguments. */
export const trtllmRules: readonly Rule[] = [
  {
    code: 'TR001',
    name: 'trtllm/expert-grid-is-tp',
    severity: 'error',
    frameworks: trtllm,
    summary: 'The expert grid is not TP',
    why: 'TensorRT-LLM lays the experts out over the TP ranks: TP = MoE-TP × MoE-EP × MoE-cluster. What is not given follows from the rest; when the product is not TP, the mapping raises.',
    source: `${MAPPING} (Mapping.__init__)`,
    example: {
      language: 'yaml',
      bad: 'tensor_parallel_size: 8\nmoe_expert_parallel_size: 4\nmoe_tensor_parallel_size: 4',
      good: 'tensor_parallel_size: 8\nmoe_expert_parallel_size: 4\nmoe_tensor_parallel_size: 2',
    },
    check(context) {
      const [ep, etp] = [context.written('layout.ep'), context.written('layout.etp')];
      const tp = sureNumber(context, 'layout.tp');
      const names = ['layout.ep', 'layout.etp', 'trtllm.moeClusterParallelSize'];
      const [epSize, etpSize, cluster] = names.map((name) => written(context, name));
      if (!tp || !epSize || !etpSize || !cluster || !isWhole(context) || (!ep && !etp)) return [];
      const shown = factorsAndProduct([
        ['EP', epSize],
        ['MoE TP', etpSize],
        ['cluster', cluster],
      ]);
      const grid = epSize * etpSize * cluster;
      if (ep && etp ? grid === tp : tp % grid === 0) return [];
      const place = ep ?? etp;
      const free = tp / (cluster * (ep ? etpSize : 1));
      const values = ep && etp ? [free] : neighbours(divisors(tp / cluster), ep ? epSize : etpSize);
      const usable = values.filter((value) => Number.isInteger(value) && value > 0);
      const advice = usable.length > 0 ? `: use ${ep ? 'EP' : 'MoE TP'} ${orList(usable)}` : '';
      return report(
        [place, ep ? etp : undefined, context.written('layout.tp')],
        `${shown} ${ep && etp ? `is not TP ${tp}` : `does not divide TP ${tp}`}${advice}.`,
        { fixes: place ? setTo(context, place, ep ? 'EP' : 'MoE TP', usable) : [] },
      );
    },
  },
  {
    code: 'TR002',
    name: 'trtllm/expert-parallel-with-cluster-or-cp',
    severity: 'error',
    frameworks: trtllm,
    summary: 'Expert parallelism with MoE clusters or context parallelism',
    why: 'MoE cluster parallelism takes the place of expert parallelism, and neither MoE parallelism works with context parallelism. TensorRT-LLM raises.',
    source: `${MAPPING} (Mapping.__init__)`,
    example: {
      language: 'yaml',
      bad: 'tensor_parallel_size: 8\ncontext_parallel_size: 2\nmoe_expert_parallel_size: 8',
      good: 'tensor_parallel_size: 8\nmoe_expert_parallel_size: 8',
    },
    check(context) {
      const ep = context.written('layout.ep');
      if (!ep || !(Number(ep.value) > 1) || !isWhole(context)) return [];
      const cluster = context.written('trtllm.moeClusterParallelSize');
      const cp = context.written('layout.cp');
      const other = Number(cluster?.value) > 1 ? cluster : Number(cp?.value) > 1 ? cp : undefined;
      if (!other) return [];
      const what = other === cluster ? 'MoE clusters' : 'context parallelism';
      return report(
        [other, ep],
        `${other.key} ${other.value} does not work with EP ${ep.value}: ${what} and expert parallelism exclude each other.`,
        { fixes: setTo(context, other, other.key, [1]) },
      );
    },
  },
  {
    code: 'TR003',
    name: 'trtllm/experts-divisible-by-ep',
    severity: 'warning',
    frameworks: trtllm,
    summary: 'The experts do not divide by EP',
    why: 'Without a load balancer each rank takes experts / EP of them, rounded down. The experts that are left over belong to no rank.',
    source: `${MAPPING} (Mapping.ep_experts); what happens to the remainder is inferred`,
    limits:
      'Only where the model is known. With a load balancer the slots are what must divide (TR004). A warning, because no check was found.',
    example: {
      language: 'yaml',
      bad: '# 256 experts\ntensor_parallel_size: 24\nmoe_expert_parallel_size: 24',
      good: '# 256 experts\ntensor_parallel_size: 32\nmoe_expert_parallel_size: 32',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const all = experts(context);
      const size = epOf(context);
      const balanced = ['trtllm.numSlots', 'trtllm.loadBalancer', 'placement.eplb'];
      if (!ep || !all || !size || all % size === 0 || balanced.some((name) => !context.absent(name)))
        return [];
      if (context.fact('placement.eplb')?.value === true) return [];
      const near = neighbours(divisors(all), size);
      return report(
        [ep, context.written('model.routedExperts')],
        `${all} experts do not divide by EP ${size}, and ${all % size} of them belong to no rank: use EP ${orList(near)}.`,
      );
    },
  },
  {
    code: 'TR004',
    name: 'trtllm/slots-divisible-by-ep',
    severity: 'error',
    frameworks: trtllm,
    summary: 'The slots of the load balancer do not fit',
    why: 'Every rank has the same number of expert slots, num_slots / EP, and every expert needs one. TensorRT-LLM raises when the slots do not divide by EP; with fewer slots than experts the all-to-all asserts.',
    source: at(
      '00043967: tensorrt_llm/llmapi/llm_args.py (MoeLoadBalancerConfig.setup); older versions also: moe_load_balancer.py@000a01de (num_slots >= num_experts)',
    ),
    limits: 'That there are enough slots is checked only where the model is known.',
    example: {
      language: 'yaml',
      bad: 'moe_expert_parallel_size: 32\nmoe_config:\n  load_balancer:\n    num_slots: 272',
      good: 'moe_expert_parallel_size: 32\nmoe_config:\n  load_balancer:\n    num_slots: 288',
    },
    check(context) {
      const slots = context.written('trtllm.numSlots');
      const count = Number(slots?.value);
      const ep = epOf(context);
      if (!slots || !(count > 0)) return [];
      const all = experts(context);
      const enough = Math.ceil(Math.max(count, all ?? 0) / (ep ?? 1)) * (ep ?? 1);
      const more = { fixes: setTo(context, slots, 'num_slots', [enough]) };
      if (ep && count % ep !== 0) {
        const message = `${count} slots do not divide over EP ${ep}: use ${enough}.`;
        return report([slots, context.written('layout.ep')], message, more);
      }
      if (!all || count >= all) return [];
      return report(
        [slots, context.written('model.routedExperts')],
        `${count} slots have no place for ${all} experts: use at least ${enough}.`,
        more,
      );
    },
  },
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
];
