import { VLLM_CHOICES } from '../../../catalog/choices/vllm';
import { choiceSpecs } from '../shared/choices';
import { flag, type OptionSpec, optionTable } from '../shared/options';

/** `vllm serve` options and the facts that they state (vllm-project/vllm@00193b82: config/parallel.py, engine/arg_utils.py). */
const SPECS: readonly OptionSpec[] = [
  flag('integer', 'layout.tp', '--tensor-parallel-size', '-tp'),
  flag('integer', 'layout.pp', '--pipeline-parallel-size', '-pp'),
  flag('integer', 'layout.dp', '--data-parallel-size', '-dp'),
  flag('integer', 'layout.dpLocal', '--data-parallel-size-local', '-dpl'),
  flag('integer', 'vllm.dataParallelRank', '--data-parallel-rank', '-dpn'),
  flag('integer', 'vllm.dataParallelStartRank', '--data-parallel-start-rank', '-dpr'),
  flag('string', 'vllm.dataParallelBackend', '--data-parallel-backend', '-dpb'),
  flag('string', 'vllm.distributedExecutorBackend', '--distributed-executor-backend'),
  flag('integer', 'vllm.nnodes', '--nnodes'),
  flag('switch', 'vllm.headless', '--headless'),
  flag('integer', 'vllm.prefillContextParallelSize', '--prefill-context-parallel-size', '-pcp'),
  flag('integer', 'vllm.decodeContextParallelSize', '--decode-context-parallel-size', '-dcp'),
  flag('switch', 'layout.expertParallelEnabled', '--enable-expert-parallel', '-ep'),
  {
    flags: ['--no-enable-expert-parallel'],
    name: 'layout.expertParallelEnabled',
    type: 'switch',
    value: false,
  },
  flag('switch', 'placement.eplb', '--enable-eplb'),
  flag('string', 'placement.eplbConfig', '--eplb-config'),
  flag(
    'integer',
    'placement.redundantExperts',
    '--eplb-config.num_redundant_experts',
    '--num-redundant-experts',
  ),
  flag('string', 'vllm.eplbPolicy', '--eplb-config.policy'),
  flag('string', 'vllm.eplbCommunicator', '--eplb-config.communicator'),
  flag('scalar', 'vllm.eplbUseAsync', '--eplb-config.use_async'),
  flag('integer', 'vllm.eplbWindowSize', '--eplb-config.window_size'),
  flag('integer', 'vllm.eplbStepInterval', '--eplb-config.step_interval'),
  flag('string', 'vllm.ascendExpertMap', '--additional-config.eplb_config.expert_map_path'),
  flag('scalar', 'vllm.ascendDynamicEplb', '--additional-config.eplb_config.dynamic_eplb'),
  flag('string', 'placement.strategy', '--expert-placement-strategy'),
  flag('string', 'communication.backend', '--all2all-backend'),
  flag('vllm-tokens', 'workload.contextLength', '--max-model-len'),
  flag('integer', 'workload.concurrency', '--max-num-seqs'),
  flag('vllm-tokens', 'vllm.maxNumBatchedTokens', '--max-num-batched-tokens'),
  flag('number', 'workload.memoryFraction', '--gpu-memory-utilization'),
  flag('string', 'vllm.quantization', '--quantization', '-q'),
  flag('string', 'vllm.kvCacheDtype', '--kv-cache-dtype'),
  flag('string', 'vllm.dtype', '--dtype'),
  flag('string', 'vllm.config', '--config'),
  // Of builds that put attention and experts on servers of their own.
  flag('string', 'vllm.afdConfig', '--afd-config'),
  // The workers of NVIDIA Dynamo say which half of a disaggregated service they are.
  flag('string', 'vllm.disaggregationMode', '--disaggregation-mode'),
  flag('switch', 'vllm.isPrefillWorker', '--is-prefill-worker'),
  flag('switch', 'vllm.isDecodeWorker', '--is-decode-worker'),
  flag('switch', 'vllm.enableDbo', '--enable-dbo'),
  flag('integer', 'vllm.ubatchSize', '--ubatch-size'),
  flag('switch', 'vllm.enableElasticEp', '--enable-elastic-ep'),
  flag('switch', 'vllm.dataParallelExternalLb', '--data-parallel-external-lb', '-dpe'),
  flag('switch', 'vllm.dataParallelHybridLb', '--data-parallel-hybrid-lb', '-dph'),
  flag('switch', 'vllm.dataParallelMultiPortLb', '--data-parallel-multi-port-external-lb'),
  ...choiceSpecs(VLLM_CHOICES),
];

/** vLLM takes underscores for dashes (vllm utils/argparse_utils.py: FlexibleArgumentParser). */
const bothSpellings = (spec: OptionSpec): OptionSpec => {
  const underscored = spec.flags.map((name) => name.replace(/(?<=\w)-/g, '_'));
  return { ...spec, flags: [...new Set([...spec.flags, ...underscored])] };
};

export const VLLM_OPTIONS = optionTable(SPECS.map(bothSpellings));
