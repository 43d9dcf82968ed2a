import type { Fact } from '../../fact';
import type { CommandFacts } from '../shared/command-facts';
import { fsdpRule, SHARDED } from '../shared/fsdp-states';
import { heldWhole } from './held-whole';
import { addPrecision } from './precision';

const DEFAULTS_SOURCE = 'pytorch/torchtitan@000204a4: torchtitan/config/job_config.py';
const PIPELINE_SOURCE = 'pytorch/torchtitan@02ef790c: torchtitan/distributed/pipeline_parallel.py';
const MESH_SOURCE = 'pytorch/torchtitan@b5bcd76c: distributed/parallel_dims.py';

const DEFAULTS: readonly (readonly [name: string, key: string, value: number])[] = [
  ['torchtitan.dataParallelReplicateDegree', 'data_parallel_replicate_degree', 1],
  ['torchtitan.dataParallelShardDegree', 'data_parallel_shard_degree', -1],
  ['layout.tp', 'tensor_parallel_degree', 1],
  ['layout.pp', 'pipeline_parallel_degree', 1],
  ['layout.cp', 'context_parallel_degree', 1],
  ['layout.ep', 'expert_parallel_degree', 1],
  ['layout.etp', 'expert_tensor_parallel_degree', 1],
  ['workload.microBatchSize', 'local_batch_size', 8],
  ['workload.sequenceLength', 'seq_len', 2048],
];

/** What torchtitan adds to a file: defaults, the size of data parallelism, what FSDP shards. */
export function addTorchtitanRules(facts: CommandFacts): void {
  for (const [name, key, value] of DEFAULTS) facts.byDefault(name, value, key, DEFAULTS_SOURCE);
  facts.byDefault('torchtitan.activationCheckpoint', 'selective', 'mode', DEFAULTS_SOURCE);
  addDataParallel(facts);
  addExpertData(facts);
  addVirtualStages(facts);
  addPrecision(facts);
  addGlobalBatch(facts);
  addRecompute(facts);
}

/** What options say over a config that is not seen: nothing that its other values could change. */
export function addStatedRules(facts: CommandFacts): void {
  addDataParallel(facts);
  addExpertData(facts);
  addRecompute(facts);
}

function addGlobalBatch(facts: CommandFacts): void {
  const name = 'workload.globalBatchSize';
  const stated = facts.get('torchtitan.globalBatchSize');
  const open = facts.open('torchtitan.globalBatchSize');
  const local = facts.get('workload.microBatchSize');
  const dp = facts.number('layout.dp');
  if (typeof stated?.value === 'number' && stated.value > 0) {
    facts.derive(name, stated.value, stated, stated.key, 'global_batch_size as it is');
  } else if (open === undefined && typeof local?.value === 'number' && local.value > 0 && dp !== undefined) {
    const rule = 'local_batch_size × DP where no global_batch_size is given: no gradient accumulation';
    facts.derive(name, local.value * dp, local, local.key, rule);
  }
}

/**
 * What per-operator checkpointing runs again: all but attention, exchanges and every second product of linear layers
 * (pytorch/torchtitan@01db32e9: torchtitan/distributed/activation_checkpoint.py, the lists of operators that are saved;
 * the grouped product of the experts is not among them). That every second product is kept is not counted. Without expert
 * parallelism no exchange keeps the rows of the experts.
 */
const PER_OPERATOR = {
  exchanged: 'layernorm,mla_up_proj,mlp,shared_experts,moe_experts',
  local: 'layernorm,mla_up_proj,mlp,moe',
} as const;

function addRecompute(facts: CommandFacts): void {
  const name = 'workload.recompute';
  const mode = facts.get('torchtitan.activationCheckpoint');
  const option = facts.get('torchtitan.selectiveOption');
  if (mode === undefined) return;
  if (mode.value === 'full' || mode.value === 'none') {
    facts.derive(name, mode.value, mode, mode.key, `activation checkpointing ${mode.value}`);
  } else if (mode.value === 'selective' && (option === undefined || option.value === 'op')) {
    const rule = 'selective checkpointing by operator recomputes what no attention and no exchange makes';
    const recomputed = facts.number('layout.ep') === 1 ? PER_OPERATOR.local : PER_OPERATOR.exchanged;
    facts.derive(name, recomputed, option ?? mode, (option ?? mode).key, rule);
  } else if (option !== undefined && mode.value === 'selective') {
    const isEvery = Number(option.value) === 0 || Number(option.value) === 1;
    if (isEvery) facts.derive(name, 'full', option, option.key, 'every layer is checkpointed');
    else {
      const because = {
        ...option,
        expression: `${option.key} ${String(option.value)} (one layer of so many)`,
      };
      facts.leaveOpen(name, because, 'checkpointing of some layers has no model here');
    }
  } else {
    const because = { ...mode, expression: `${mode.key} ${String(mode.value)}` };
    facts.leaveOpen(name, because, 'what this mode keeps is not known from the file');
  }
}

/** Schedules that give each rank one stage; the others of torch.distributed.pipelining give it several. */
const SINGLE_STAGE = /^(1f1b|gpipe)$/i;
const MULTI_STAGE = /^(interleaved1f1b|interleavedzerobubble|loopedbfs|zbvzerobubble|dualpipev)$/i;

/** Stages per rank: one with a plain schedule, two with a looped one unless the layers per stage say otherwise. */
function addVirtualStages(facts: CommandFacts): void {
  const rule = `${PIPELINE_SOURCE}: 1 stage per rank with a single-stage schedule, 2 with others`;
  const pp = facts.get('layout.pp');
  const schedule = facts.get('torchtitan.pipelineSchedule');
  const perStage = facts.get('torchtitan.layersPerStage') ?? facts.open('torchtitan.layersPerStage');
  const name = schedule === undefined ? '1F1B' : String(schedule.value);
  const open = facts.open('layout.pp') ?? facts.open('torchtitan.pipelineSchedule');
  if (open !== undefined) facts.leaveOpen('layout.vpp', open, rule);
  else if (pp?.value === 1 || SINGLE_STAGE.test(name)) {
    facts.derive('layout.vpp', 1, schedule, schedule?.key ?? 'pipeline_parallel_schedule', rule);
  } else if (perStage !== undefined) {
    const because = { ...perStage, expression: `layers / ${perStage.key} / PP` };
    facts.leaveOpen('layout.vpp', because, `${PIPELINE_SOURCE}: stages = layers / layers per stage`);
  } else if (MULTI_STAGE.test(name)) facts.derive('layout.vpp', 2, schedule, schedule?.key ?? '', rule);
}

const SHAPE = [
  'torchtitan.dataParallelReplicateDegree',
  'torchtitan.dataParallelShardDegree',
  'layout.cp',
  'layout.tp',
] as const;

/** The world is the dense mesh; experts fold into it: EP × ETP × EDP are the ranks of one pipeline stage. */
function addExpertData(facts: CommandFacts): void {
  const sizes = SHAPE.map((name) => facts.number(name));
  const [pp, ep, etp] = ['layout.pp', 'layout.ep', 'layout.etp'].map((name) => facts.number(name));
  if (sizes.some((size) => size === undefined || size < 1)) return;
  const ranks = sizes.reduce<number>((product, size) => product * (size ?? 1), 1);
  const shard = facts.get('torchtitan.dataParallelShardDegree');
  if (pp !== undefined) {
    const rule = `${MESH_SOURCE}: world = DP replicate × DP shard × CP × TP × PP`;
    facts.derive('layout.worldSize', ranks * pp, shard, shard?.key ?? '', rule);
  }
  const experts = (ep ?? 0) * (etp ?? 0);
  if (experts < 1 || ranks % experts !== 0) return;
  const rule = `${MESH_SOURCE}: EDP = DP replicate × DP shard × CP × TP / (EP × ETP)`;
  facts.derive('layout.edp', ranks / experts, shard, shard?.key ?? '', rule);
}

/** FSDP over more than one shard, and wherever experts are spread; else DDP, which shards nothing. */
function addSharding(facts: CommandFacts, shard: Fact): void {
  const name = 'workload.sharding';
  const pp = facts.open('layout.pp');
  if (shard.value === 1 && facts.number('layout.ep') === 1) {
    facts.derive(name, 'none', shard, shard.key, 'DDP shards nothing');
  } else if (pp !== undefined) {
    facts.leaveOpen(name, pp, 'a pipeline holds what FSDP has gathered');
  } else if (shard.value !== 1) {
    const { whole, wholeBy } = heldWhole(facts);
    facts.derive(name, SHARDED[whole], wholeBy.by, wholeBy.key, fsdpRule(whole));
  }
}

function addDataParallel(facts: CommandFacts): void {
  const replicate = facts.get('torchtitan.dataParallelReplicateDegree');
  const shard = facts.get('torchtitan.dataParallelShardDegree');
  const open =
    facts.open('torchtitan.dataParallelReplicateDegree') ?? facts.open('torchtitan.dataParallelShardDegree');
  const rule = `${MESH_SOURCE}: DP = replicate × shard`;
  if (open !== undefined) facts.leaveOpen('layout.dp', open, rule);
  if (typeof replicate?.value !== 'number' || typeof shard?.value !== 'number') return;
  if (shard.value === -1) {
    const because = { ...shard, expression: 'data_parallel_shard_degree -1 (the ranks that are left)' };
    facts.leaveOpen('layout.dp', because, rule);
  } else {
    const from = shard.state === 'default' ? replicate : shard;
    facts.derive('layout.dp', replicate.value * shard.value, from, from.key, rule);
  }
  addSharding(facts, shard);
}
