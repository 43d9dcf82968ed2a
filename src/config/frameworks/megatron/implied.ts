import { withoutEndSlashes } from '../../paths';
import { addArtefactFile } from '../shared/artefact-file';
import { deriveByMeaning } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';
import { pipelineStages } from '../shared/pipeline-stages';
import { addRecipe, addStatedOverlap, addStatedRecipe } from './recipe';
import { addStatedSharding } from './sharding';

const SOURCE = 'NVIDIA/Megatron-LM@d98e8a64';
const TRACE = 'NVIDIA/Megatron-LM@059f0f5c: core/transformer/moe/router_trace.py';

export interface LaunchShape {
  /** True when torchrun (or torch.distributed.run) starts the processes. */
  readonly torchrun: boolean;
  /** False where another file gives options too: what is absent here may stand there. */
  readonly isCommand: boolean;
  /** True when a checkpoint or a Hub id says what the model is: options that are absent are not at their defaults. */
  readonly modelElsewhere?: boolean;
}

/** Sizes that are 1, or off, when their option is absent. */
const DEFAULTS: readonly {
  readonly name: string;
  readonly key: string;
  readonly value: number | string | boolean;
  readonly at: string;
}[] = [
  { name: 'layout.tp', key: '--tensor-model-parallel-size', value: 1, at: 'model_parallel_config.py' },
  { name: 'layout.pp', key: '--pipeline-model-parallel-size', value: 1, at: 'model_parallel_config.py' },
  { name: 'layout.cp', key: '--context-parallel-size', value: 1, at: 'model_parallel_config.py' },
  { name: 'layout.ep', key: '--expert-model-parallel-size', value: 1, at: 'model_parallel_config.py:127' },
  {
    name: 'layout.sequenceParallel',
    key: '--sequence-parallel',
    value: false,
    at: 'model_parallel_config.py',
  },
  { name: 'model.topK', key: '--moe-router-topk', value: 2, at: 'transformer_config.py:760' },
  { name: 'model.moeLayerFrequency', key: '--moe-layer-freq', value: 1, at: 'transformer_config.py:735' },
  {
    name: 'model.router.scoreFunction',
    key: '--moe-router-score-function',
    value: 'softmax',
    at: 'transformer_config.py:808',
  },
  {
    name: 'model.router.correctionBias',
    key: '--moe-router-enable-expert-bias',
    value: false,
    at: 'transformer_config.py',
  },
  {
    name: 'model.sharedExpertGate',
    key: '--moe-shared-expert-gate',
    value: false,
    at: 'transformer_config.py',
  },
  {
    name: 'model.tieWordEmbeddings',
    key: '--untie-embeddings-and-output-weights',
    value: true,
    at: 'training/arguments.py',
  },
  { name: 'model.mtpLayers', key: '--mtp-num-layers', value: 0, at: 'transformer_config.py' },
  {
    name: 'megatron.moeTokenDispatcherType',
    key: '--moe-token-dispatcher-type',
    value: 'allgather',
    at: 'transformer_config.py:891',
  },
];

/**
 * MLA widths when `--multi-latent-attention` stands without them (`_add_mla_args`). The rank of keys and values is left
 * open: the option's default is 32, that of MLATransformerConfig 512.
 */
const MLA_DEFAULTS = [
  { name: 'model.mla.qLoraRank', key: '--q-lora-rank', value: null },
  { name: 'model.mla.qkNopeHeadDim', key: '--qk-head-dim', value: 128 },
  { name: 'model.mla.qkRopeHeadDim', key: '--qk-pos-emb-head-dim', value: 64 },
  { name: 'model.mla.vHeadDim', key: '--v-head-dim', value: 128 },
] as const;

function drop(facts: CommandFacts, matches: (name: string) => boolean): void {
  const kept = facts.facts.filter((fact) => !matches(fact.name));
  facts.facts.splice(0, facts.facts.length, ...kept);
}

const FLEX_BACKEND = 'megatron.moeFlexDispatcherBackend';

/** The backend of the flex dispatcher says more than `flex`, so it comes first; without flex it has no effect. */
function addFlexBackend(facts: CommandFacts): void {
  const types = facts.facts.filter((fact) => fact.name === 'megatron.moeTokenDispatcherType');
  const mayBeFlex = types.some((fact) => fact.value === 'flex' || fact.state === 'unresolved');
  if (!mayBeFlex) return;
  const backends = facts.facts.filter((fact) => fact.name === FLEX_BACKEND);
  facts.facts.unshift(...backends.map((fact) => ({ ...fact, name: 'communication.backend' })));
}

function addDispatcher(facts: CommandFacts): void {
  const type = facts.get('megatron.moeTokenDispatcherType');
  if (type?.value === 'flex') {
    const origin = `${SOURCE}: transformer_config.py:898, backend of the flex dispatcher`;
    facts.byDefault(FLEX_BACKEND, 'deepep', '--moe-flex-dispatcher-backend', origin);
  } else if (type?.state === 'default') {
    facts.byDefault('communication.backend', 'allgather', type.key, type.origin ?? SOURCE);
  }
}

function addStatedNorm(facts: CommandFacts): void {
  const norm = facts.get('megatron.qkLayernorm');
  if (norm === undefined || facts.has('megatron.multiLatentAttention')) return;
  facts.derive('model.qkNorm', 'per-head', norm, norm.key, 'one norm over each head of queries and keys');
}

function addAttention(facts: CommandFacts): void {
  const mla = facts.has('megatron.multiLatentAttention');
  if (mla) {
    for (const entry of MLA_DEFAULTS) {
      facts.byDefault(entry.name, entry.value, entry.key, `${SOURCE}: training/arguments.py, _add_mla_args`);
    }
  } else drop(facts, (name) => name.startsWith('model.mla.'));
  if (!facts.has('megatron.groupQueryAttention')) {
    // Without --group-query-attention the number of query groups is not looked at.
    drop(facts, (name) => name === 'model.kvHeads');
    const heads = facts.get('model.attentionHeads');
    const origin = `${SOURCE}: training/arguments.py, one key-value head per query head without --group-query-attention`;
    if (heads !== undefined) facts.derive('model.kvHeads', heads.value, heads, heads.key, origin);
  }
  const hidden = facts.get('model.hiddenSize');
  const heads = facts.number('model.attentionHeads');
  if (
    !mla &&
    typeof hidden?.value === 'number' &&
    heads !== undefined &&
    heads > 0 &&
    hidden.value % heads === 0
  ) {
    const origin = `${SOURCE}: training/arguments.py, kv_channels = hidden_size / num_attention_heads`;
    facts.derive('model.headDim', hidden.value / heads, hidden, hidden.key, origin);
  }
  addStatedNorm(facts);
  if (!facts.has('megatron.qkLayernorm') || mla) {
    facts.byDefault('model.qkNorm', 'none', '--qk-layernorm', `${SOURCE}: transformer_config.py`);
  }
  if (facts.open('megatron.disableBiasLinear') !== undefined) return;
  const off = facts.get('megatron.disableBiasLinear');
  for (const name of ['model.qkvBias', 'model.outputBias', 'model.expertBias']) {
    const origin = 'add_bias_linear, on unless --disable-bias-linear';
    if (off !== undefined) facts.derive(name, false, off, off.key, origin);
    else facts.byDefault(name, true, '--disable-bias-linear', `${SOURCE}: training/arguments.py, ${origin}`);
  }
}

/** Options whose activation is gated: the MLP has a third matrix. */
const GATED = ['megatron.swiglu', 'megatron.quickGeglu'] as const;

function addMlp(facts: CommandFacts): void {
  const name = 'model.mlpMatrices';
  for (const option of GATED) {
    const open = facts.open(option);
    if (open !== undefined) facts.leaveOpen(name, open, `depends on ${open.key}`);
    const gate = facts.get(option);
    if (gate?.value === true) facts.derive(name, 3, gate, gate.key, 'gate, up and down');
  }
  const origin = `${SOURCE}: training/arguments.py, no gated_linear_unit without --swiglu or --quick-geglu`;
  facts.byDefault(name, 2, '--swiglu', origin);
  addWidth(facts);
}

/** The width of an MLP that no option states: 4 × hidden size, or two thirds of it in whole 64s for SwiGLU's three matrices. */
function addWidth(facts: CommandFacts): void {
  const hidden = facts.get('model.hiddenSize');
  if (typeof hidden?.value !== 'number' || facts.open('megatron.swiglu') !== undefined) return;
  const isSwiglu = facts.get('megatron.swiglu')?.value === true;
  const width = isSwiglu ? Math.floor((4 * hidden.value * 2) / 3 / 64) * 64 : 4 * hidden.value;
  const rule = isSwiglu ? '8/3 × hidden size in whole 64s (SwiGLU)' : '4 × hidden size';
  const origin = `${SOURCE}: training/arguments.py, ${rule} where --ffn-hidden-size is absent`;
  facts.derive('model.intermediateSize', width, hidden, hidden.key, origin);
}

function addExperts(facts: CommandFacts): void {
  addMlp(facts);
  const width = facts.get('model.intermediateSize');
  if (width !== undefined) {
    const origin = `${SOURCE}: transformer_config.py:1689, ffn_hidden_size where --moe-ffn-hidden-size is absent`;
    facts.derive('model.expertIntermediateSize', width.value, width, width.key, origin);
  }
  const shared = facts.get('model.sharedExpertIntermediateSize');
  const option = '--moe-shared-expert-intermediate-size';
  if (shared !== undefined) {
    const origin = 'one shared MLP of this total width';
    facts.derive('model.sharedExperts', shared.value === 0 ? 0 : 1, shared, option, origin);
  } else if (!facts.has('model.sharedExpertIntermediateSize')) {
    facts.byDefault('model.sharedExperts', 0, option, `${SOURCE}: transformer_config.py:701`);
    facts.byDefault('model.sharedExpertIntermediateSize', 0, option, `${SOURCE}: transformer_config.py:701`);
  }
  const routing = `${SOURCE}: transformer_config.py:2671, no groups`;
  facts.byDefault('model.router.groups', 1, '--moe-router-num-groups', routing);
  facts.byDefault('model.router.topkGroups', 1, '--moe-router-group-topk', routing);
}

function addTraining(facts: CommandFacts): void {
  addStatedSharding(facts);
  facts.byDefault(
    'workload.sharding',
    'none',
    '--use-distributed-optimizer',
    `${SOURCE}: training/arguments.py`,
  );
  addStatedRecompute(facts);
  facts.byDefault(
    'workload.recompute',
    'none',
    '--recompute-granularity',
    `${SOURCE}: training/arguments.py`,
  );
  const optimizer = facts.get('megatron.optimizer');
  if (optimizer?.value === 'sgd') facts.derive('workload.optimizer', 'sgd', optimizer, optimizer.key, 'SGD');
  else facts.byDefault('workload.optimizer', 'adam', '--optimizer', `${SOURCE}: training/arguments.py`);
  addRecipe(facts);
}

/** What the recompute options come to, where there are any. */
function addStatedRecompute(facts: CommandFacts): void {
  const granularity = facts.get('megatron.recomputeGranularity');
  const modules = facts.get('megatron.recomputeModules');
  const activations = facts.get('megatron.recomputeActivations');
  const open = ['Granularity', 'Modules', 'Activations']
    .map((part) => facts.open(`megatron.recompute${part}`))
    .find((fact) => fact !== undefined);
  if (open !== undefined) {
    facts.leaveOpen('workload.recompute', open, 'depends on the recompute options');
  } else if (granularity?.value === 'full') {
    facts.derive('workload.recompute', 'full', granularity, granularity.key, 'every layer is recomputed');
    addRecomputeMethod(facts);
  } else if (granularity?.value === 'selective' || activations !== undefined) {
    const from = modules ?? granularity ?? activations;
    const value = typeof modules?.value === 'string' ? modules.value : 'core_attn';
    const origin =
      modules === undefined ? `${SOURCE}: core_attn where --recompute-modules is absent` : 'selective';
    facts.derive('workload.recompute', value, from, from?.key ?? '', origin);
  }
}

const METHODS = { uniform: 'uniform', block: 'block' } as const;

function addRecomputeMethod(facts: CommandFacts): void {
  deriveByMeaning(facts, 'workload.recomputeMethod', 'megatron.recomputeMethod', METHODS);
  const layers = facts.get('megatron.recomputeNumLayers');
  if (layers !== undefined) {
    facts.derive(
      'workload.recomputeLayers',
      layers.value,
      layers,
      layers.key,
      'layers of a group or a chunk',
    );
  }
}

/** Expert tensor parallelism: TP unless its own option says otherwise. */
function addExpertTensorParallel(facts: CommandFacts): void {
  const tp = facts.get('layout.tp');
  const open = facts.open('layout.tp');
  const origin = `${SOURCE}: model_parallel_config.py:506, TP where --expert-tensor-parallel-size is absent`;
  if (tp !== undefined) facts.derive('layout.etp', tp.value, tp, tp.key, origin);
  else if (open !== undefined) facts.leaveOpen('layout.etp', open, origin);
}

function addPipeline(facts: CommandFacts): void {
  const perStage = facts.get('megatron.numLayersPerVirtualPipelineStage');
  const open = facts.open('megatron.numLayersPerVirtualPipelineStage');
  const layers = facts.number('model.layers');
  const pp = facts.number('layout.pp');
  if (open !== undefined) facts.leaveOpen('layout.vpp', open, 'layers / PP / layers per virtual stage');
  else if (typeof perStage?.value === 'number') {
    const vpp = layers === undefined || pp === undefined ? Number.NaN : layers / pp / perStage.value;
    if (Number.isSafeInteger(vpp) && vpp > 0) {
      facts.derive('layout.vpp', vpp, perStage, perStage.key, 'layers / PP / layers per virtual stage');
    }
  } else if (facts.has(PIPELINE_LAYOUT)) addWrittenStages(facts);
  else {
    facts.byDefault(
      'layout.vpp',
      1,
      '--num-virtual-stages-per-pipeline-rank',
      `${SOURCE}: training/arguments.py`,
    );
  }
}

const PIPELINE_LAYOUT = 'megatron.pipelineModelParallelLayout';

/** The stages that a rank has of a pipeline that is written out. */
function addWrittenStages(facts: CommandFacts): void {
  const layout = facts.get(PIPELINE_LAYOUT);
  const pp = facts.number('layout.pp');
  const stages = typeof layout?.value === 'string' ? pipelineStages(layout.value) : undefined;
  if (stages === undefined || pp === undefined || pp < 1 || stages.length % pp !== 0) return;
  // Stages of the embedding, the loss or MTP alone are none of the scenario's chunks, which hold a layer each.
  if (stages.filter((stage) => stage.includes('t')).length < stages.length) return;
  const rule = `${SOURCE}: pipeline_parallel_layer_layout.py, stages / PP`;
  facts.derive('layout.vpp', stages.length / pp, layout, layout!.key, rule);
}

/** World size, and the data-parallel sizes of the dense and the expert grid where they come out even. */
function addWorld(facts: CommandFacts, shape: LaunchShape): void {
  if (shape.torchrun && !facts.has('cluster.nodes')) {
    facts.byDefault('cluster.nodes', 1, '--nnodes', 'torch.distributed.run: one node');
  }
  const nodes = facts.number('cluster.nodes');
  const perNode = facts.number('cluster.gpusPerNode');
  const from = facts.get('cluster.gpusPerNode');
  if (nodes === undefined || perNode === undefined || nodes <= 0 || perNode <= 0) return;
  const world = nodes * perNode;
  facts.derive('layout.worldSize', world, from, from?.key ?? '', 'nodes x GPUs per node');
  const rest = (names: readonly string[]): number => {
    const sizes = names.map((name) => facts.number(name) ?? Number.NaN);
    const size = world / sizes.reduce((product, value) => product * value, 1);
    return Number.isSafeInteger(size) ? size : 0;
  };
  const dp = rest(['layout.tp', 'layout.pp', 'layout.cp']);
  const edp = rest(['layout.etp', 'layout.ep', 'layout.pp']);
  if (dp > 0) facts.derive('layout.dp', dp, from, from?.key ?? '', 'world / (TP x PP x CP)');
  if (edp > 0) facts.derive('layout.edp', edp, from, from?.key ?? '', 'world / (ETP x EP x PP)');
}

/** What follows from Megatron-Core's options where a recipe elsewhere has their defaults. */
export function addStatedRules(facts: CommandFacts): void {
  addFlexBackend(facts);
  addStatedTraining(facts);
  addStatedOverlap(facts);
  addWrittenStages(facts);
}

/** What is recomputed, sharded and taken to the host, and in which format it is computed, as far as it is said. */
function addStatedTraining(facts: CommandFacts): void {
  addStatedRecompute(facts);
  addStatedSharding(facts);
  addStatedRecipe(facts);
}

/** What Megatron-LM adds to the options of one command: its defaults, and what follows from them. */
export function addMegatronRules(facts: CommandFacts, shape: LaunchShape): void {
  const isMoe = facts.has('model.routedExperts') || facts.has('layout.ep');
  const trace = `${TRACE}: one file per rank in that folder`;
  addArtefactFile(facts, 'routing.file', 'megatron.moeRoutingTracePath', trace, (folder) => {
    return `${withoutEndSlashes(folder)}/router_trace_rank0.jsonl`;
  });
  // A YAML file may hold any of the options.
  if (isMoe && shape.isCommand && !facts.has('megatron.yamlCfg')) {
    // With --use-checkpoint-args the checkpoint says what the model is.
    const fromCheckpoint = shape.modelElsewhere === true || facts.has('megatron.useCheckpointArgs');
    for (const entry of DEFAULTS) {
      if (fromCheckpoint && entry.name.startsWith('model.')) continue;
      facts.byDefault(entry.name, entry.value, entry.key, `${SOURCE}: ${entry.at}`);
    }
    addExpertTensorParallel(facts);
    addDispatcher(facts);
    if (!fromCheckpoint) {
      addAttention(facts);
      addExperts(facts);
    }
    addTraining(facts);
    addPipeline(facts);
    addWorld(facts, shape);
  } else if (isMoe) {
    addStatedTraining(facts);
    addStatedNorm(facts);
  }
  addFlexBackend(facts);
}
