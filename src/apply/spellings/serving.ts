import { SGLANG_OPTIONS } from '../../config/frameworks/sglang/flags';
import { ENGINE_KEYS } from '../../config/frameworks/trtllm/keys';
import { VLLM_OPTIONS } from '../../config/frameworks/vllm/flags';
import { flag, isWritten, type Language, type Speller, type Spelling, stated, translated } from '../spelling';

/** Every field that says how many ranks there are of something: engines have fewer sizes, from which these follow. */
const SIZES = [
  'layout.tp',
  'layout.pp',
  'layout.cp',
  'layout.dp',
  'layout.ep',
  'layout.etp',
  'layout.worldSize',
  'layout.expertParallelEnabled',
  'layout.attentionDataParallel',
  'cluster.nodes',
] as const;

const sizes = (speller: Speller): Record<string, Speller> =>
  Object.fromEntries(SIZES.map((name) => [name, speller]));

const size = (fact: string, value: number): Spelling => ({ fact, value });

/** A size that an engine takes for one where nothing is said. */
const sizeAboveOne = (fact: string, value: number, written: boolean): Spelling => ({
  fact,
  value: value === 1 && !written ? null : value,
});

/** EP = TP × PCP × DP with --enable-expert-parallel (vllm-project/vllm@00193b82: config/parallel.py). */
const vllmSizes: Speller = ({ layout }, job) => [
  size('layout.tp', layout.tp),
  size('layout.pp', layout.pp),
  size('layout.dp', layout.dp),
  sizeAboveOne(
    'vllm.prefillContextParallelSize',
    layout.cp,
    isWritten(job, 'vllm.prefillContextParallelSize'),
  ),
  flag('layout.expertParallelEnabled', layout.expertParallelEnabled),
];

/** `--tp` is the whole replica; most all-to-all backends set EP to it (sgl-project/sglang@001067ff: srt/server_args.py). */
const sglangSizes: Speller = ({ layout, communication, cluster }, job) => {
  const replica = layout.attentionDataParallel ? layout.tp * layout.dp : layout.tp;
  const keepsEp = communication.backend === 'allgather-reducescatter' || isWritten(job, 'layout.ep');
  return [
    size('layout.tp', replica),
    size('layout.dp', layout.dp),
    size('layout.pp', layout.pp),
    ...(keepsEp ? [size('layout.ep', layout.ep)] : []),
    ...(isWritten(job, 'cluster.nodes') ? [size('cluster.nodes', cluster.nodes)] : []),
    flag('layout.attentionDataParallel', layout.attentionDataParallel),
  ];
};

/** TP is the whole engine per stage, and MoE-TP × MoE-EP divide it (NVIDIA/TensorRT-LLM@05ebebb2: mapping.py). */
const trtllmSizes: Speller = ({ layout }, job) => [
  size('layout.tp', layout.tp * layout.dp),
  size('layout.pp', layout.pp),
  sizeAboveOne('layout.cp', layout.cp, isWritten(job, 'layout.cp')),
  size('layout.ep', layout.ep),
  ...(isWritten(job, 'layout.etp') ? [size('layout.etp', layout.etp)] : []),
  flag('layout.attentionDataParallel', layout.attentionDataParallel),
];

/** Sequences of each of `shares` parts of an engine. */
const concurrency =
  (shares: (target: Parameters<Speller>[0]) => number): Speller =>
  (target) => {
    const each = target.workload.concurrency / shares(target);
    return Number.isInteger(each)
      ? [size('workload.concurrency', each)]
      : `${target.workload.concurrency} sequences do not divide over the ranks that each have their own`;
  };

const CONTEXT: Speller = () =>
  'its option is only the most tokens that a sequence may have, not how many are cached';

const cache =
  (fact: string, names: Readonly<Record<string, string>>): Speller =>
  ({ workload }, job) => {
    const value = names[workload.kvCacheDtype]!;
    return [{ fact, value: workload.kvCacheDtype === 'bf16' && !isWritten(job, fact) ? null : value }];
  };

/** EPLB is a switch beside the placement that experts start from. */
const strategy =
  (words: Readonly<Record<string, string>>): Speller =>
  ({ placement }) => {
    const eplb = flag('placement.eplb', placement.strategy === 'eplb');
    if (placement.strategy === 'eplb') return [eplb];
    const word = words[placement.strategy];
    if (word === undefined) return `the framework has no word for ${placement.strategy} in its options`;
    return word === '' ? [eplb] : [eplb, { fact: 'placement.strategy', value: word }];
  };

const option = (
  options: ReadonlyMap<string, readonly { readonly name: string; readonly flags: readonly string[] }[]>,
  fact: string,
): string | undefined => [...options.values()].flat().find((one) => one.name === fact)?.flags[0];

/** vllm-project/vllm@00193b82: config/parallel.py, engine/arg_utils.py. */
export const vllm: Language = {
  frameworks: ['vllm'],
  fields: {
    ...sizes(vllmSizes),
    'workload.concurrency': concurrency(({ layout }) => layout.dp),
    'workload.contextLength': CONTEXT,
    'workload.kvCacheDtype': cache('vllm.kvCacheDtype', { bf16: 'auto', fp8: 'fp8', fp4: 'nvfp4' }),
    'workload.overlap': ({ workload }) => [flag('vllm.enableDbo', workload.overlap === 'two-batch')],
    'placement.eplb': ({ placement }) => [flag('placement.eplb', placement.eplb)],
    'placement.strategy': strategy({ linear: 'linear', 'round-robin': 'round_robin' }),
    'communication.backend': ({ communication, workload }) =>
      translated('communication.backend', communication.backend, {
        mori: workload.mode === 'prefill' ? 'mori_high_throughput' : 'mori_low_latency',
        'allgather-reducescatter': 'allgather_reducescatter',
        'deepep-high-throughput': 'deepep_high_throughput',
        'deepep-low-latency': 'deepep_low_latency',
        'nvlink-one-sided': 'flashinfer_nvlink_one_sided',
      }),
  },
  optionOf: (fact) => option(VLLM_OPTIONS, fact),
};

/** DeepEP is named once; its mode chooses the kernels, and `auto` those of the half that the engine is. */
const sglangBackend: Speller = ({ communication, workload }, job) => {
  const decodes = workload.mode === 'decode' || workload.mode === 'serve';
  const isAuto = !isWritten(job, 'sglang.deepepMode') || stated(job, 'sglang.deepepMode') === 'auto';
  const kernels = (mode: string, byAuto: boolean): readonly Spelling[] => [
    { fact: 'communication.backend', value: 'deepep' },
    ...(isAuto && byAuto ? [] : [{ fact: 'sglang.deepepMode', value: mode }]),
  ];
  switch (communication.backend) {
    case 'allgather-reducescatter':
      return [{ fact: 'communication.backend', value: 'none' }];
    case 'mori':
      return [{ fact: 'communication.backend', value: 'mori' }];
    case 'deepep-low-latency':
      return kernels('low_latency', decodes);
    case 'deepep-high-throughput':
      return kernels('normal', !decodes);
    default:
      return `the framework has no word for ${communication.backend} in its options`;
  }
};

/** sgl-project/sglang@001067ff: srt/server_args.py. */
export const sglang: Language = {
  frameworks: ['sglang'],
  fields: {
    ...sizes(sglangSizes),
    'workload.concurrency': concurrency(({ layout }) => (layout.attentionDataParallel ? 1 : layout.dp)),
    'workload.contextLength': CONTEXT,
    'workload.kvCacheDtype': cache('sglang.kvCacheDtype', {
      bf16: 'auto',
      fp8: 'fp8_e4m3',
      fp4: 'fp4_e2m1',
    }),
    'workload.overlap': ({ workload }) => [
      flag('sglang.enableTwoBatchOverlap', workload.overlap === 'two-batch'),
    ],
    'placement.eplb': ({ placement }) => [flag('placement.eplb', placement.eplb)],
    'placement.strategy': strategy({ linear: '' }),
    'communication.backend': sglangBackend,
  },
  optionOf: (fact) => (fact === 'cluster.nodes' ? undefined : option(SGLANG_OPTIONS, fact)),
};

/** NVIDIA/TensorRT-LLM@00043967: tensorrt_llm/llmapi/llm_args.py. */
export const trtllm: Language = {
  frameworks: ['trtllm'],
  fields: {
    ...sizes(trtllmSizes),
    'workload.concurrency': concurrency(({ layout }) => (layout.attentionDataParallel ? layout.dp : 1)),
    'workload.kvCacheDtype': cache('trtllm.kvCacheDtype', { bf16: 'auto', fp8: 'fp8', fp4: 'nvfp4' }),
    'placement.redundantExperts': ({ model, placement }, job) =>
      isWritten(job, 'trtllm.numSlots')
        ? [size('trtllm.numSlots', model.routedExperts + placement.redundantExperts)]
        : 'no load balancer of the job has a number of slots',
    'placement.eplb': () => 'a load balancer in a file of its own turns it on',
    'placement.strategy': () => 'a load balancer in a file of its own places the experts',
    'communication.backend': () => 'it chooses the all-to-all itself, by the sizes and the machine',
  },
  optionOf: (fact) => {
    const path = ENGINE_KEYS.find((one) => one.name === fact)?.path;
    return path?.slice(path.lastIndexOf('.') + 1);
  },
};
