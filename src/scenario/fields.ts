import { type AcceleratorId, accelerators } from '../catalog/accelerators';
import type { FieldName } from './field-name';
import type { Scenario } from './scenario';

/** What one scenario field may hold, how it is called on screen, and what it means. */
export interface Field {
  /** Dotted name, as in `--set` and in what-ifs. */
  readonly name: string;
  /** Short label in the field's own terms: `EP`, `Top-k`. */
  readonly label: string;
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text';
  /** Legal values of a `choice`. */
  readonly choices?: readonly string[];
  /** What a `text` may be, or list with commas or blanks between; any text without. */
  readonly words?: readonly string[];
  readonly unit?: string;
  /** Smallest legal value of a number. */
  readonly minimum?: number;
  /** Largest value of a number that is simulated; beyond it a figure is a typing mistake, not a cluster. */
  readonly maximum?: number;
  /** One sentence: what it is. Shown in hovers. */
  readonly meaning: string;
}

/** No count in a job comes near it, and products of a few such counts are still finite. */
const LARGEST_COUNT = 1e9;

const integer = (
  name: string,
  label: string,
  meaning: string,
  minimum = 1,
  maximum = LARGEST_COUNT,
): Field => ({
  name,
  label,
  kind: 'integer',
  minimum,
  maximum,
  meaning,
});
const choice = (name: string, label: string, choices: readonly string[], meaning: string): Field => ({
  name,
  label,
  kind: 'choice',
  choices,
  meaning,
});
const flag = (name: string, label: string, meaning: string): Field => ({
  name,
  label,
  kind: 'boolean',
  meaning,
});
const number = (
  name: string,
  label: string,
  unit: string,
  meaning: string,
  minimum = 0,
  maximum = LARGEST_COUNT,
): Field => ({
  name,
  label,
  kind: 'number',
  minimum,
  maximum,
  unit,
  meaning,
});

/** Every layer and every expert is counted one by one, and a matrix has EP × EP entries. */
const LARGEST_LAYERS = 10_000;
const LARGEST_EXPERTS = 16_384;
const LARGEST_EP = 4096;
const LARGEST_WORLD = 2 ** 20;
/** GB/s or GiB: a link without bandwidth has no time. */
const SMALLEST_AMOUNT = 0.001;
/** Beyond it one expert takes everything, and the popularity of the others is no longer a number. */
const LARGEST_SIGMA = 10;

export const recomputeParts = [
  'layernorm',
  'mla_up_proj',
  'moe_act',
  'moe_experts',
  'mlp',
  'moe',
  'shared_experts',
  'core_attn',
] as const;
export const workloadModes = ['train', 'prefill', 'decode', 'serve'] as const;
export const trainingPrecisions = ['bf16', 'fp8', 'fp8-blockwise', 'mxfp8'] as const;
export const stateDtypes = ['fp32', 'fp16', 'bf16', 'fp8', 'none'] as const;
export const overlaps = ['none', 'expert-parallel', 'two-batch'] as const;
export const kvCacheDtypes = ['bf16', 'fp8', 'fp4'] as const;

/** Every field that a user can set, in the order in which they are listed. */
export const fields: readonly Field[] = [
  { name: 'model.name', label: 'Model', kind: 'text', meaning: 'Name of the model, for display.' },
  integer(
    'model.hiddenSize',
    'Hidden size',
    'Width of one token, in elements: what one row of the all-to-all carries.',
  ),
  integer('model.layers', 'Layers', 'Transformer layers, dense and MoE together.', 1, LARGEST_LAYERS),
  integer('model.vocabSize', 'Vocabulary', 'Rows of the embedding table.'),
  integer('model.intermediateSize', 'Dense MLP width', 'Width of the MLP in dense layers.', 0),
  integer('model.attentionHeads', 'Attention heads', 'Query heads; tensor parallelism must divide them.'),
  integer('model.kvHeads', 'KV heads', 'Key and value heads (grouped-query attention).'),
  integer('model.headDim', 'Head size', 'Width of one attention head.'),
  integer(
    'model.routedExperts',
    'Experts',
    'Routed experts per MoE layer; expert parallelism spreads them over ranks.',
    1,
    LARGEST_EXPERTS,
  ),
  integer('model.topK', 'Top-k', 'Experts that each token is sent to.'),
  integer('model.expertIntermediateSize', 'Expert width', 'Width of the MLP of one routed expert.'),
  integer(
    'model.sharedExperts',
    'Shared experts',
    'Experts that every token uses; they are not dispatched.',
    0,
  ),
  integer(
    'model.sharedExpertIntermediateSize',
    'Shared expert width',
    'Width of all shared experts together.',
    0,
  ),
  integer('model.firstDenseLayers', 'First dense layers', 'Layers at the start that have a dense MLP.', 0),
  integer('model.moeLayerFrequency', 'MoE every n layers', 'One layer in so many is a MoE layer.'),
  integer(
    'model.mtpLayers',
    'MTP modules',
    'Multi-token-prediction modules, trained and stored with the model.',
    0,
  ),
  integer(
    'model.zeroExperts',
    'Zero experts',
    'Experts that return their input: the router may choose them, and nothing is sent.',
    0,
    LARGEST_EXPERTS,
  ),
  integer('model.router.groups', 'Expert groups', 'Groups for group-limited routing; 1 when unlimited.'),
  integer('model.router.topkGroups', 'Groups per token', 'Expert groups that one token may use.'),
  choice(
    'model.weightDtype',
    'Weights',
    ['bf16', 'fp16', 'fp8', 'mxfp4', 'mxfp4-fp8', 'nvfp4', 'int4'],
    'Storage format of the weights when served.',
  ),
  integer(
    'layout.tp',
    'TP',
    'Tensor parallel size: ranks that split each attention and dense matrix.',
    1,
    LARGEST_WORLD,
  ),
  integer(
    'layout.pp',
    'PP',
    'Pipeline parallel size: stages that hold consecutive layers.',
    1,
    LARGEST_WORLD,
  ),
  integer('layout.cp', 'CP', 'Context parallel size: ranks that split each sequence.', 1, LARGEST_WORLD),
  integer('layout.dp', 'DP', 'Data parallel size of the dense part of the model.', 1, LARGEST_WORLD),
  integer(
    'layout.ep',
    'EP',
    'Expert parallel size: ranks that one set of experts is spread over.',
    1,
    LARGEST_EP,
  ),
  integer(
    'layout.etp',
    'ETP',
    'Expert tensor parallel size: ranks that split each expert.',
    1,
    LARGEST_WORLD,
  ),
  integer('layout.edp', 'EDP', 'Expert data parallel size: copies of one set of experts.', 1, LARGEST_WORLD),
  integer('layout.vpp', 'VPP', 'Model chunks per pipeline rank (interleaved schedule).', 1, LARGEST_LAYERS),
  integer('layout.worldSize', 'World size', 'Ranks (GPUs) of one job.', 1, LARGEST_WORLD),
  flag(
    'layout.sequenceParallel',
    'Sequence parallel',
    'Activations outside attention are split over the tensor parallel ranks.',
  ),
  flag(
    'layout.expertParallelEnabled',
    'Expert parallel',
    'Experts are spread over ranks instead of being split by tensor parallelism.',
  ),
  flag(
    'layout.attentionDataParallel',
    'Attention DP',
    'Attention runs data parallel inside the tensor parallel group.',
  ),
  choice(
    'layout.order',
    'Rank order',
    ['tp-cp-ep-dp-pp', 'tp-cp-ep-pp-dp', 'tp-cp-dp-ep-pp', 'tp-cp-pp-dp', 'ep-tp-cp-pp'],
    'Which dimension of the grids world ranks run through first; decides which ranks share a node.',
  ),
  choice(
    'cluster.accelerator',
    'Accelerator',
    Object.keys(accelerators),
    'GPU or TPU that one rank runs on.',
  ),
  integer('cluster.nodes', 'Nodes', 'Machines of the job.', 1, LARGEST_WORLD),
  integer('cluster.gpusPerNode', 'GPUs per node', 'Accelerators in one machine.', 1, LARGEST_WORLD),
  integer(
    'cluster.scaleUpDomain',
    'Scale-up domain',
    'Ranks that reach each other over NVLink or xGMI.',
    1,
    LARGEST_WORLD,
  ),
  number(
    'cluster.scaleUpGBps',
    'Scale-up bandwidth',
    'GB/s',
    'One direction, per GPU, into the scale-up fabric.',
    SMALLEST_AMOUNT,
  ),
  number(
    'cluster.scaleOutGBps',
    'NIC bandwidth',
    'GB/s',
    'One direction, per GPU, into the scale-out network.',
    SMALLEST_AMOUNT,
  ),
  number('cluster.memoryGiB', 'GPU memory', 'GiB', 'Memory of one accelerator.', SMALLEST_AMOUNT),
  choice(
    'workload.mode',
    'Mode',
    workloadModes,
    'What one step is: an optimizer step, a prompt, or one token per sequence (decode, serve).',
  ),
  choice('workload.engine', 'Engine', ['vllm', 'sglang', 'tensorrt-llm'], 'Serving engine.'),
  integer('workload.sequenceLength', 'Sequence length', 'Tokens of one training sequence.'),
  integer(
    'workload.microBatchSize',
    'Microbatch',
    'Sequences that one data parallel rank processes at a time.',
  ),
  integer('workload.globalBatchSize', 'Global batch', 'Sequences of one optimizer step, all ranks together.'),
  number(
    'workload.tokensPerRank',
    'Tokens per rank',
    '',
    'Tokens that one rank routes in one forward pass of a MoE layer, mean over the EP group: below 1 some ranks are idle.',
  ),
  integer('workload.inputLength', 'Input length', 'Tokens of one prompt.'),
  integer('workload.outputLength', 'Output length', 'Tokens generated per request.'),
  integer('workload.contextLength', 'Context length', 'Tokens of KV cache held per sequence.'),
  integer('workload.concurrency', 'Concurrency', 'Sequences that one engine serves at a time.'),
  integer(
    'workload.receiveInterval',
    'Receive interval',
    'Decode steps from one look for new requests to the next (SGLang).',
  ),
  {
    name: 'workload.recompute',
    label: 'Recompute',
    kind: 'text',
    words: ['none', 'full', ...recomputeParts],
    meaning: 'Activations that are recomputed: none, full, or a comma-separated list of modules.',
  },
  choice(
    'workload.recomputeMethod',
    'Recompute method',
    ['uniform', 'block'],
    'Full recomputation of groups of layers, or of the first layers of each chunk.',
  ),
  integer(
    'workload.recomputeLayers',
    'Recompute layers',
    'Layers of one recomputed group, or recomputed layers of each chunk.',
    1,
    LARGEST_LAYERS,
  ),
  choice(
    'workload.precision',
    'Precision',
    trainingPrecisions,
    'Format that linear layers and experts compute in while training.',
  ),
  choice('workload.gradientDtype', 'Gradients', ['fp32', 'bf16'], 'Format in which gradients are reduced.'),
  choice(
    'workload.masterDtype',
    'Master weights',
    stateDtypes,
    "Format of the optimizer's copy of the weights.",
  ),
  choice('workload.momentDtype', 'First moment', stateDtypes, "Format of Adam's first moment, or momentum."),
  choice('workload.secondMomentDtype', 'Second moment', stateDtypes, "Format of Adam's second moment."),
  choice(
    'workload.overlap',
    'Overlap',
    overlaps,
    'What runs beside the compute of another microbatch (expert-parallel) or of the other half batch (two-batch).',
  ),
  choice('workload.kvCacheDtype', 'KV cache', kvCacheDtypes, 'Format of cached keys and values.'),
  number(
    'workload.memoryFraction',
    'Memory fraction',
    '',
    "Share of the memory that the serving engine may use, in the engine's own sense.",
    SMALLEST_AMOUNT,
    1,
  ),
  choice(
    'workload.optimizer',
    'Optimizer',
    ['adam', 'adam-bf16-moments', 'sgd'],
    'Decides the bytes of optimizer state per parameter.',
  ),
  number(
    'workload.optimizerOffload',
    'Optimizer offload',
    '',
    "Share of the optimizer's state that lies in host memory.",
    0,
    1,
  ),
  choice(
    'workload.sharding',
    'Sharding',
    ['none', 'optimizer', 'gradients', 'parameters'],
    'What is sharded over data parallel ranks (ZeRO-1, 2, 3).',
  ),
  choice(
    'routing.distribution',
    'Routing',
    ['balanced', 'lognormal', 'zipf', 'loads', 'trace'],
    'How unevenly the router uses the experts; loads and trace are read from a file (routing.file).',
  ),
  number(
    'routing.sigma',
    'Skew',
    '',
    'Standard deviation of the logarithm of expert popularity; 0 is balanced.',
    0,
    LARGEST_SIGMA,
  ),
  number(
    'routing.exponent',
    'Zipf exponent',
    '',
    'Popularity of the r-th expert is r to the minus this; 0 is balanced.',
    0,
    LARGEST_SIGMA,
  ),
  integer('routing.seed', 'Seed', 'Which experts are the popular ones.', 0),
  number(
    'routing.capacityFactor',
    'Capacity factor',
    '',
    'Tokens that one expert takes, over the mean; the rest is dropped.',
    SMALLEST_AMOUNT,
  ),
  choice(
    'routing.dropPolicy',
    'Drop policy',
    ['probs', 'position'],
    'Which tokens an expert drops beyond its capacity: the least probable, or the last.',
  ),
  flag(
    'routing.padToCapacity',
    'Pad to capacity',
    'Every expert gets as many rows as its capacity, filled where too few tokens chose it.',
  ),
  integer('routing.layer', 'MoE layer', 'MoE layer that is simulated, counted from 0.', 0, LARGEST_LAYERS),
  choice(
    'placement.strategy',
    'Placement',
    ['linear', 'round-robin', 'eplb', 'explicit'],
    'Which expert lives on which rank; explicit is read from a file (placement.file).',
  ),
  integer(
    'placement.redundantExperts',
    'Redundant experts',
    'Physical experts beyond the logical ones.',
    0,
    LARGEST_EXPERTS,
  ),
  number(
    'placement.drift',
    'Load drift',
    '',
    'Standard deviation of the logarithm of load served over load that EPLB placed by; 0 is none.',
    0,
    LARGEST_SIGMA,
  ),
  flag('placement.eplb', 'EPLB', 'The engine rebalances experts while it serves.'),
  choice(
    'communication.backend',
    'Backend',
    [
      'nccl-alltoall',
      'allgather-reducescatter',
      'deepep-high-throughput',
      'deepep-low-latency',
      'nvlink-one-sided',
    ],
    'Kernel that dispatches tokens to their experts and combines the results.',
  ),
  choice(
    'communication.dispatchDtype',
    'Dispatch',
    ['bf16', 'fp8', 'fp4'],
    'Format of the rows that dispatch sends.',
  ),
  choice(
    'communication.combineDtype',
    'Combine',
    ['bf16', 'fp8', 'fp4'],
    'Format of the rows that combine returns.',
  ),
  integer('communication.sms', 'Communication SMs', 'Streaming multiprocessors that the DeepEP kernels use.'),
];

const byName = new Map(fields.map((field) => [field.name, field]));

/** The field of that dotted name, or `undefined`. */
export function field(name: string): Field | undefined {
  return byName.get(name);
}

/** What is called something on screen and that no one sets as a value. */
const otherLabels: Partial<Record<FieldName, string>> = {
  framework: 'Job',
  'model.family': 'Model family',
  'routing.loads': 'Loads',
  'routing.trace': 'Trace',
  'placement.slots': 'Placement file',
};

/** How a value of a scenario is called on screen: `EP`; its name where it has no other. */
export const fieldLabel = (name: FieldName): string => byName.get(name)?.label ?? otherLabels[name] ?? name;

/** A change that cannot be made; `message` says what is wrong and what would be right. */
export class FieldError extends Error {}

/**
 * The typed value of a field from its text, as typed after `--set NAME=` or picked in a list.
 * @throws FieldError for an unknown name or a value that the field cannot hold.
 */
export function parseField(name: string, text: string): number | string | boolean {
  const found = byName.get(name);
  if (!found) throw new FieldError(`There is no field ${name}.${suggestion(name)}`);
  switch (found.kind) {
    case 'text': {
      const problem = rangeProblem(found, text);
      if (problem) throw new FieldError(problem);
      return text;
    }
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw new FieldError(`${name} is true or false, not "${text}".`);
    case 'choice':
      if (found.choices?.includes(text)) return text;
      throw new FieldError(`${name} is one of ${found.choices?.join(', ')}, not "${text}".`);
    case 'integer':
    case 'number': {
      const value = Number(text);
      const legal = text.trim() !== '' && Number.isFinite(value) && value >= (found.minimum ?? 0);
      if (!legal || (found.kind === 'integer' && !Number.isInteger(value))) {
        const what = found.kind === 'integer' ? 'a whole number' : 'a number';
        throw new FieldError(`${name} is ${what} of at least ${found.minimum ?? 0}, not "${text}".`);
      }
      if (value > (found.maximum ?? Number.POSITIVE_INFINITY)) throw new FieldError(tooLarge(found, value));
      return value;
    }
  }
}

function tooLarge({ name, maximum }: Field, value: number): string {
  const most = (maximum ?? 0).toLocaleString('en-US');
  return `${name} ${value.toLocaleString('en-US')} is more than is simulated; the most is ${most}.`;
}

/** A value that its field cannot hold, and what it can. */
export interface IllegalValue {
  readonly field: FieldName;
  readonly problem: string;
}

/** What a scenario holds outside the range or the choices of its fields. `null` stands for a value that there is not. */
export function outOfRange(scenario: Scenario): readonly IllegalValue[] {
  return paths.flatMap(({ one, path }) => {
    const problem = rangeProblem(one, valueAt(scenario, path));
    return problem === null ? [] : [{ field: one.name as FieldName, problem }];
  });
}

/** Why a field cannot hold a number or a choice; `null` when it can, and for values of other kinds. */
export function rangeProblem(one: Field, value: unknown): string | null {
  const { name, kind, choices, words, minimum = 0, maximum = Number.POSITIVE_INFINITY } = one;
  if (words && typeof value === 'string' && !value.split(/[\s,]+/).every((word) => words.includes(word))) {
    return `${name} is one or more of ${words.join(', ')}, not ${value}.`;
  }
  if (kind === 'choice' && typeof value === 'string' && !choices?.includes(value)) {
    return `${name} is one of ${choices?.join(', ')}, not ${value}.`;
  }
  if (typeof value !== 'number') return null;
  if (Number.isFinite(value) && value > maximum) return tooLarge(one, value);
  const what = kind === 'integer' ? 'a whole number' : 'a number';
  const isWhole = kind !== 'integer' || Number.isInteger(value);
  return value >= minimum && value <= maximum && isWhole
    ? null
    : `${name} is ${what} of at least ${minimum}, not ${value}.`;
}

function suggestion(name: string): string {
  const last = name.split('.').at(-1)?.toLowerCase() ?? '';
  const near = fields.find((f) => f.name.toLowerCase().endsWith(`.${last}`));
  return near
    ? ` Did you mean ${near.name}?`
    : ' The names are listed in the README under "Scenario fields".';
}

/** The value that a scenario has under a dotted name; `undefined` when there is no such field in it. */
export function fieldValue(scenario: Scenario, name: string): unknown {
  return valueAt(scenario, name.split('.'));
}

const valueAt = (scenario: Scenario, path: readonly string[]): unknown =>
  path.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], scenario);

/** Every field with the way to it: each scenario is checked whole. */
const paths = fields.map((one) => ({ one, path: one.name.split('.') }));

/** Whether `text` is the id of an accelerator in the catalog. */
export function isAcceleratorId(text: unknown): text is AcceleratorId {
  return typeof text === 'string' && text in accelerators;
}
