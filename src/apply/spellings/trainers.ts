import { KEYS as AUTOMODEL_KEYS } from '../../config/frameworks/automodel/automodel';
import { AUTO_EP_KEYS, JOB_KEYS } from '../../config/frameworks/deepspeed/keys';
import type { SettingSpec } from '../../config/frameworks/shared/read-settings';
import { ZERO_STAGES } from '../../config/frameworks/shared/zero-stages';
import { KEYS as TORCHTITAN_KEYS } from '../../config/frameworks/torchtitan/keys';
import { flag, type Language, type Speller, stated, translated } from '../spelling';

const keyOf =
  (keys: readonly SettingSpec[]) =>
  (fact: string): string | undefined => {
    const path = keys.find((one) => one.name === fact)?.path;
    return path?.slice(path.lastIndexOf('.') + 1);
  };

const zeroStage: Speller = ({ workload }) => [
  { fact: 'deepspeed.zeroStage', value: ZERO_STAGES.indexOf(workload.sharding) },
];

/** deepspeedai/DeepSpeed@edaa7221: runtime/zero/config.py, module_inject/auto_ep_config.py. */
export const deepspeed: Language = {
  frameworks: ['deepspeed'],
  fields: { 'workload.sharding': zeroStage },
  optionOf: keyOf([...AUTO_EP_KEYS, ...JOB_KEYS]),
};

/** DP = replicate × shard (pytorch/torchtitan@b5bcd76c: distributed/parallel_dims.py). */
const torchtitanData: Speller = ({ layout }, job) => {
  const replicate = Number(stated(job, 'torchtitan.dataParallelReplicateDegree') ?? 1);
  return layout.dp % replicate === 0
    ? [{ fact: 'torchtitan.dataParallelShardDegree', value: layout.dp / replicate }]
    : `DP ${layout.dp} does not divide over data_parallel_replicate_degree ${replicate}`;
};

/** pytorch/torchtitan@000204a4: torchtitan/config/job_config.py. */
export const torchtitan: Language = {
  frameworks: ['torchtitan'],
  fields: {
    'layout.dp': torchtitanData,
    'layout.worldSize': torchtitanData,
    'cluster.nodes': torchtitanData,
    'workload.globalBatchSize': ({ workload }) => [
      { fact: 'torchtitan.globalBatchSize', value: workload.globalBatchSize },
    ],
    'workload.recompute': ({ workload }) =>
      workload.recompute === 'none' || workload.recompute === 'full'
        ? [{ fact: 'torchtitan.activationCheckpoint', value: workload.recompute }]
        : 'its selective checkpointing names operators, not modules',
  },
  optionOf: keyOf(Object.values(TORCHTITAN_KEYS).flat()),
};

/** Ranks with data of their own are EP × dp_shard_size × dp_replicate_size (integrations/expert_parallel/README.md). */
const axolotlData: Speller = ({ layout }, job) => {
  const others = layout.ep * Number(stated(job, 'axolotl.dpReplicateSize') ?? 1);
  return layout.dp % others === 0
    ? [{ fact: 'axolotl.dpShardSize', value: layout.dp / others }]
    : `DP ${layout.dp} is no multiple of EP × dp_replicate_size ${others}`;
};

const AXOLOTL_KEYS: Readonly<Record<string, string>> = {
  'layout.ep': 'expert_parallel_size',
  'layout.tp': 'tensor_parallel_size',
  'layout.cp': 'context_parallel_size',
  'axolotl.dpShardSize': 'dp_shard_size',
  'axolotl.expertParallelBackend': 'expert_parallel_backend',
  'axolotl.gradientCheckpointing': 'gradient_checkpointing',
  'workload.sequenceLength': 'sequence_len',
  'workload.microBatchSize': 'micro_batch_size',
};

/** axolotl-ai-cloud/axolotl@091ac712: integrations/expert_parallel/args.py. */
export const axolotl: Language = {
  frameworks: ['axolotl'],
  fields: {
    'layout.dp': axolotlData,
    'layout.worldSize': axolotlData,
    'cluster.nodes': axolotlData,
    'communication.backend': ({ communication }) =>
      translated('axolotl.expertParallelBackend', communication.backend, {
        'nccl-alltoall': 'torch',
        'deepep-high-throughput': 'deep_ep',
      }),
    'workload.recompute': ({ workload }) =>
      Array.isArray(workload.recompute)
        ? 'it checkpoints whole layers or none'
        : [flag('axolotl.gradientCheckpointing', workload.recompute === 'full')],
  },
  optionOf: (fact) => AXOLOTL_KEYS[fact],
};

/** A rank's microbatch: what a pipeline cuts its batch into, or the batch itself. */
const automodelBatch: Speller = ({ workload, layout }) => [
  {
    fact: layout.pp > 1 ? 'automodel.pipelineMicrobatchSize' : 'automodel.localBatchSize',
    value: workload.microBatchSize,
  },
];

/** NVIDIA-NeMo/Automodel@2c92df12: examples/llm_benchmark, nemo_automodel/components/distributed/mesh_utils.py. */
export const automodel: Language = {
  frameworks: ['automodel'],
  fields: {
    'workload.microBatchSize': automodelBatch,
    'workload.sequenceLength': ({ workload }, job) => [
      {
        fact:
          Number(stated(job, 'automodel.packedSequenceSize') ?? 0) > 0
            ? 'automodel.packedSequenceSize'
            : 'automodel.datasetLength',
        value: workload.sequenceLength,
        onlyWritten: true,
      },
    ],
    'communication.backend': ({ communication }) =>
      translated('communication.backend', communication.backend, {
        'deepep-high-throughput': 'deepep',
        'hybrid-ep': 'hybridep',
      }),
    'workload.recompute': ({ workload }) =>
      Array.isArray(workload.recompute)
        ? 'it checkpoints whole layers or none'
        : [flag('automodel.activationCheckpointing', workload.recompute === 'full')],
  },
  optionOf: keyOf(AUTOMODEL_KEYS),
};
