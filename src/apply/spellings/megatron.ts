import { MEGATRON_OPTIONS } from '../../config/frameworks/megatron/flags';
import type { Scenario, StateDtype } from '../../scenario/scenario';
import { flag, isWritten, type Language, type Speller, type Spelling, stated } from '../spelling';

/** Ranks follow from machines: what is written of them is their number. */
const machines: Speller = ({ cluster }, job) =>
  isWritten(job, 'cluster.nodes')
    ? [{ fact: 'cluster.nodes', value: cluster.nodes }]
    : 'no file of the job says the number of machines: what starts it does';

/** Layers per virtual stage where a script counts them so, else stages per rank (training/arguments.py). */
const virtualStages: Speller = ({ model, layout }, job) => {
  const perStage = 'megatron.numLayersPerVirtualPipelineStage';
  if (!isWritten(job, perStage))
    return [
      { fact: 'layout.vpp', value: layout.vpp === 1 && !isWritten(job, 'layout.vpp') ? null : layout.vpp },
    ];
  const layers = model.layers / layout.pp / layout.vpp;
  return Number.isInteger(layers)
    ? [{ fact: perStage, value: layout.vpp === 1 ? null : layers }]
    : `${model.layers} layers do not divide over PP ${layout.pp} × VPP ${layout.vpp}`;
};

/** `moe_token_dispatcher_type`, and the backend of the flex one (transformer_config.py). */
const dispatcher: Speller = ({ communication }, job) => {
  const type = 'megatron.moeTokenDispatcherType';
  const backend = 'megatron.moeFlexDispatcherBackend';
  switch (communication.backend) {
    case 'nccl-alltoall':
      return [{ fact: type, value: 'alltoall' }];
    case 'allgather-reducescatter':
      return [{ fact: type, value: 'allgather' }];
    case 'deepep-high-throughput':
      return [
        { fact: type, value: 'flex' },
        { fact: backend, value: isWritten(job, backend) ? 'deepep' : (stated(job, backend) ?? null) },
      ];
    case 'hybrid-ep':
      return [
        { fact: type, value: 'flex' },
        { fact: backend, value: 'hybridep' },
      ];
    default:
      return `its dispatchers do not include ${communication.backend}`;
  }
};

/** All recompute options together: each of them changes what the others mean (training/arguments.py). */
const recompute: Speller = ({ workload }, job) => {
  const { recompute: parts, recomputeMethod, recomputeLayers } = workload;
  const granularity = parts === 'none' ? null : parts === 'full' ? 'full' : 'selective';
  const isFull = granularity === 'full';
  if (Array.isArray(parts) && parts.includes('moe_experts')) {
    return 'its selective recomputation has no word for the routed experts alone';
  }
  return [
    { fact: 'megatron.recomputeGranularity', value: granularity },
    { fact: 'megatron.recomputeModules', value: Array.isArray(parts) ? parts.join(' ') : null },
    { fact: 'megatron.recomputeMethod', value: isFull ? recomputeMethod : null },
    { fact: 'megatron.recomputeNumLayers', value: isFull ? recomputeLayers : null },
    ...(isWritten(job, 'megatron.recomputeActivations')
      ? [flag('megatron.recomputeActivations', false)]
      : []),
  ];
};

/** Formats and their recipes (transformer_config.py: fp8, fp8_recipe); a recipe that is left out is `delayed`. */
const RECIPES: Readonly<Record<string, string | null>> = {
  bf16: null,
  fp8: 'delayed',
  'fp8-blockwise': 'blockwise',
  mxfp8: 'mxfp8',
};

const precision: Speller = ({ workload }, job) => {
  const recipe = RECIPES[workload.precision] ?? null;
  const format = recipe === null ? null : (stated(job, 'megatron.fp8Format') ?? 'hybrid');
  return [
    { fact: 'megatron.fp8Format', value: format },
    { fact: 'megatron.fp8Recipe', value: recipe },
  ];
};

/** Formats of the optimizer's state, which only the precision-aware optimizer looks at (optimizer_config.py). */
const states: Speller = ({ workload }) => {
  const { masterDtype, momentDtype, secondMomentDtype, optimizer } = workload;
  if (optimizer === 'adam-bf16-moments')
    return 'Megatron-LM says it by the formats of both moments: change workload.momentDtype and workload.secondMomentDtype';
  const all = [masterDtype, momentDtype, ...(optimizer === 'sgd' ? [] : [secondMomentDtype])];
  if (all.includes('none')) return 'its optimizer keeps master weights and moments';
  const isAware = all.some((dtype) => dtype !== 'fp32');
  const option = (fact: string, dtype: StateDtype): Spelling => ({
    fact,
    value: isAware && dtype !== 'fp32' ? dtype : null,
  });
  return [
    flag('megatron.usePrecisionAwareOptimizer', isAware),
    { fact: 'megatron.optimizer', value: optimizer === 'sgd' ? 'sgd' : null },
    option('megatron.mainParamsDtype', masterDtype),
    option('megatron.expAvgDtype', momentDtype),
    ...(optimizer === 'sgd' ? [] : [option('megatron.expAvgSqDtype', secondMomentDtype)]),
  ];
};

const sharding: Speller = ({ workload }, job) => {
  if (isWritten(job, 'megatron.useTorchFsdp2') || isWritten(job, 'megatron.useMegatronFsdp')) {
    return 'what FSDP shards is spread over several options';
  }
  return workload.sharding === 'none' || workload.sharding === 'optimizer'
    ? [flag('megatron.useDistributedOptimizer', workload.sharding === 'optimizer')]
    : `${workload.sharding} are sharded by FSDP, which asks for a checkpoint format and options of its own`;
};

const offload: Speller = ({ workload: { optimizerOffload: share } }) => [
  flag('megatron.optimizerCpuOffload', share > 0),
  { fact: 'megatron.optimizerOffloadFraction', value: share > 0 ? share : null },
];

/** Experts under tensor parallelism follow TP unless the option says otherwise (model_parallel_config.py). */
const expertTensor: Speller = ({ layout }, job) => [
  {
    fact: 'layout.etp',
    value: layout.etp === layout.tp && !isWritten(job, 'layout.etp') ? null : layout.etp,
  },
];

const order: Speller = ({ layout }) =>
  layout.order === 'tp-cp-ep-dp-pp' || layout.order === 'tp-cp-ep-pp-dp'
    ? [{ fact: 'layout.order', value: layout.order === 'tp-cp-ep-pp-dp' ? layout.order : null }]
    : `its ranks do not run as ${layout.order}`;

const capacity: Speller = ({ routing }) => [
  { fact: 'routing.capacityFactor', value: routing.capacityFactor },
];

const specOf = (fact: string) => [...MEGATRON_OPTIONS.values()].flat().find((one) => one.name === fact);

/**
 * NVIDIA/Megatron-LM@d98e8a64. What the others have on by default they take a value for: verl as Hydra does
 * (verl-project/verl@b178a3cd: trainer/config/engine/megatron.yaml), ms-swift as an argument (modelscope/ms-swift@006938be:
 * megatron/arguments/megatron_args.py).
 */
export const megatron: Language = {
  frameworks: ['megatron-lm', 'megatron-bridge', 'ms-swift', 'verl'],
  fields: {
    'layout.vpp': virtualStages,
    'layout.etp': expertTensor,
    'layout.dp': machines,
    'layout.worldSize': machines,
    'cluster.nodes': machines,
    'layout.sequenceParallel': ({ layout }) => [flag('layout.sequenceParallel', layout.sequenceParallel)],
    'layout.order': order,
    'communication.backend': dispatcher,
    'routing.capacityFactor': capacity,
    'routing.padToCapacity': ({ routing }) => [
      flag('megatron.moePadExpertInputToCapacity', routing.padToCapacity),
    ],
    'workload.recompute': recompute,
    'workload.recomputeMethod': recompute,
    'workload.recomputeLayers': recompute,
    'workload.precision': precision,
    'workload.optimizer': states,
    'workload.masterDtype': states,
    'workload.momentDtype': states,
    'workload.secondMomentDtype': states,
    'workload.sharding': sharding,
    'workload.optimizerOffload': offload,
    'workload.gradientDtype': ({ workload }) => [
      flag('megatron.gradReduceInBf16', workload.gradientDtype === 'bf16'),
    ],
    'workload.overlap': ({ workload }: Scenario) =>
      workload.overlap === 'two-batch'
        ? 'two halves of a batch overlap when serving'
        : [flag('megatron.overlapMoeExpertParallelComm', workload.overlap === 'expert-parallel')],
  },
  isSwitch: (fact) => specOf(fact)?.type === 'switch' && specOf(fact)?.value !== undefined,
  optionOf: (fact) => {
    if (fact.startsWith('cluster.')) return undefined;
    const spec = specOf(fact);
    return (
      spec?.flags[0] ??
      (fact === 'megatron.moePadExpertInputToCapacity' ? '--moe-pad-expert-input-to-capacity' : undefined)
    );
  },
};
