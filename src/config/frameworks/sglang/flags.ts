import { SGLANG_CHOICES } from '../../../catalog/choices/sglang';
import { choiceSpecs } from '../shared/choices';
import { flag, type OptionSpec, optionTable } from '../shared/options';

/**
 * Options of `sglang.launch_server` and the facts that they state (sgl-project/sglang@001067ff: srt/server_args.py).
 * `--tp` is the whole replica here: the scenario's rules divide it, not this table.
 */
const SPECS: readonly OptionSpec[] = [
  flag('integer', 'layout.tp', '--tensor-parallel-size', '--tp-size', '--tp'),
  flag('integer', 'layout.pp', '--pipeline-parallel-size', '--pp-size', '--pp'),
  flag('integer', 'layout.dp', '--data-parallel-size', '--dp-size', '--dp'),
  flag('integer', 'layout.ep', '--expert-parallel-size', '--ep-size', '--ep'),
  flag('switch', 'layout.attentionDataParallel', '--enable-dp-attention'),
  flag('integer', 'sglang.moeDpSize', '--moe-data-parallel-size', '--moe-dp-size'),
  flag('integer', 'sglang.moeDenseTpSize', '--moe-dense-tp-size'),
  flag('integer', 'sglang.attnDpSize', '--attn-dp-size'),
  flag('integer', 'sglang.attnCpSize', '--attention-context-parallel-size', '--attn-cp-size'),
  flag(
    'switch',
    'sglang.prefillCp',
    '--enable-prefill-cp',
    '--enable-prefill-context-parallel',
    '--enable-dsa-prefill-context-parallel',
    '--enable-nsa-prefill-context-parallel',
  ),
  flag('switch', 'sglang.enableDpLmHead', '--enable-dp-lm-head'),
  flag('integer', 'sglang.pageSize', '--page-size'),
  flag('integer', 'sglang.dcpSize', '--decode-context-parallel-size', '--dcp-size'),
  flag('string', 'sglang.elasticEpBackend', '--elastic-ep-backend'),
  flag('integer', 'cluster.nodes', '--nnodes'),
  flag('string', 'communication.backend', '--moe-a2a-backend'),
  // The spellings of both before --moe-a2a-backend and --ep-size (0.4).
  { flags: ['--enable-deepep-moe'], name: 'communication.backend', type: 'switch', value: 'deepep' },
  flag('switch', 'sglang.enableEpMoe', '--enable-ep-moe'),
  flag('string', 'sglang.deepepMode', '--deepep-mode'),
  flag('string', 'sglang.deepepV2Mode', '--deepep-v2-mode'),
  flag('string', 'sglang.moeRunnerBackend', '--moe-runner-backend'),
  flag('switch', 'placement.eplb', '--enable-eplb'),
  flag('integer', 'placement.redundantExperts', '--ep-num-redundant-experts'),
  flag('string', 'sglang.epDispatchAlgorithm', '--ep-dispatch-algorithm'),
  flag('string', 'sglang.eplbAlgorithm', '--eplb-algorithm'),
  flag('string', 'sglang.initExpertLocation', '--init-expert-location'),
  flag('switch', 'sglang.enableTwoBatchOverlap', '--enable-two-batch-overlap'),
  flag('switch', 'sglang.enableSingleBatchOverlap', '--enable-single-batch-overlap'),
  flag('switch', 'sglang.disableCudaGraph', '--disable-cuda-graph'),
  flag('string', 'sglang.disaggregationMode', '--disaggregation-mode'),
  flag('sglang-tokens', 'workload.contextLength', '--context-length'),
  flag('integer', 'workload.concurrency', '--max-running-requests'),
  flag('integer', 'workload.receiveInterval', '--scheduler-recv-interval'),
  flag('sglang-tokens', 'sglang.chunkedPrefillSize', '--chunked-prefill-size'),
  flag('sglang-tokens', 'sglang.maxPrefillTokens', '--max-prefill-tokens'),
  flag('number', 'workload.memoryFraction', '--mem-fraction-static'),
  flag('string', 'sglang.quantization', '--quantization'),
  flag('string', 'sglang.kvCacheDtype', '--kv-cache-dtype'),
  flag('string', 'sglang.config', '--config'),
  ...choiceSpecs(SGLANG_CHOICES),
];

export const SGLANG_OPTIONS = optionTable(SPECS);
