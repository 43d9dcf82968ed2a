import type { Fact } from '../../fact';
import type { CommandFacts } from '../shared/command-facts';

const BATCH_SOURCE = 'verl-project/verl@20ee16bf: verl/workers/actor/megatron_actor.py';
const CONFIG_SOURCE = 'verl-project/verl@0db13434: verl/trainer/config';

const isOn = (fact: Fact | undefined): boolean => /^true$/i.test(String(fact?.value));

/**
 * The batch that one optimizer step of the actor sees. Of fixed size, a microbatch has so many sequences, padded to the
 * longest that is allowed. With `use_dynamic_bsz` it has sequences up to a number of tokens, on each rank of context
 * parallelism, whatever `ppo_micro_batch_size_per_gpu` says; those are simulated as one packed sequence.
 */
export function addBatch(actor: CommandFacts): void {
  const lengths = ['verl.maxPromptLength', 'verl.maxResponseLength'].map((name) => actor.get(name));
  const longest = sum(lengths);
  const sequences = stepSequences(actor);
  const dynamic = actor.get('verl.useDynamicBatch');
  const undecided = actor.open('verl.useDynamicBatch');
  if (undecided) {
    for (const name of ['workload.microBatchSize', 'workload.sequenceLength']) {
      actor.leaveOpen(name, undecided, BATCH_SOURCE);
    }
    return;
  }
  if (!isOn(dynamic)) {
    if (longest !== null) {
      const rule = 'longest prompt and response';
      actor.derive('workload.sequenceLength', longest, lengths[1], lengths[1]!.key, rule);
    }
    if (sequences !== null) {
      const { count, fact, rule } = sequences;
      actor.derive('workload.globalBatchSize', count, fact, fact.key, rule);
    }
    return;
  }
  const tokens = actor.get('verl.maxTokensPerGpu');
  const cp = actor.has('layout.cp') ? actor.number('layout.cp') : 1;
  if (typeof tokens?.value !== 'number' || cp === undefined) return;
  const packed = tokens.value * cp;
  const rule = `${BATCH_SOURCE}: use_dynamic_bsz packs up to ${tokens.key.split('.').at(-1)} × CP tokens`;
  actor.derive('workload.microBatchSize', 1, dynamic, dynamic!.key, rule);
  actor.derive('workload.sequenceLength', packed, tokens, tokens.key, rule);
  if (sequences !== null && longest !== null && packed > 0) {
    // Every data parallel rank packs its own share (verl/utils/seqlen_balancing.py, rearrange_micro_batches).
    const ranks = dataParallel(actor) ?? 1;
    const packs = ranks * Math.max(1, Math.ceil(((sequences.count / ranks) * longest) / packed));
    const { fact } = sequences;
    actor.derive(
      'workload.globalBatchSize',
      packs,
      fact,
      fact.key,
      `${sequences.rule}, as packs at full length`,
    );
  }
}

/** Ranks with data of their own, where the cluster and the layout are known. */
function dataParallel(actor: CommandFacts): number | undefined {
  const size = (name: string): number => actor.number(name) ?? Number.NaN;
  const split = ['layout.tp', 'layout.pp', 'layout.cp'].map((name) => (actor.has(name) ? size(name) : 1));
  const world = size('cluster.nodes') * size('cluster.gpusPerNode');
  const ranks = world / split.reduce((product, one) => product * one, 1);
  return Number.isSafeInteger(ranks) && ranks > 0 ? ranks : undefined;
}

/** Sequences of one optimizer step: prompts of a mini batch, each with all its responses. */
function stepSequences(
  actor: CommandFacts,
): { readonly count: number; readonly fact: Fact; readonly rule: string } | null {
  const fact = actor.get('verl.miniBatchSize');
  const n = actor.has('verl.responsesPerPrompt') ? actor.number('verl.responsesPerPrompt') : 1;
  if (typeof fact?.value !== 'number' || n === undefined) return null;
  return { count: fact.value * n, fact, rule: 'ppo_mini_batch_size × rollout.n' };
}

function sum(facts: readonly (Fact | undefined)[]): number | null {
  const values = facts.map((fact) => fact?.value);
  return values.every((value) => typeof value === 'number') ? values.reduce((a, b) => a + b, 0) : null;
}

/** A microbatch size beside batches by tokens, or what may be such, is in force nowhere. */
export function withoutIdleBatch(facts: readonly Fact[]): readonly Fact[] {
  const dynamic = facts.find(({ name }) => name === 'verl.useDynamicBatch');
  if (dynamic === undefined || (dynamic.state !== 'unresolved' && !isOn(dynamic))) return facts;
  return facts.map((fact) =>
    fact.name === 'workload.microBatchSize' ? { ...fact, name: 'verl.microBatchSizePerGpu' } : fact,
  );
}

/** Models of transformers are trained with gradient checkpointing unless the job says otherwise. */
export function addCheckpointing(actor: CommandFacts): void {
  const source = `${CONFIG_SOURCE}/model/hf_model.yaml`;
  const written = actor.get('verl.gradientCheckpointing');
  if (actor.open('verl.gradientCheckpointing')) return;
  if (written === undefined)
    actor.byDefault('workload.recompute', 'full', 'enable_gradient_checkpointing', source);
  else {
    const recompute = isOn(written) ? 'full' : 'none';
    actor.derive('workload.recompute', recompute, written, written.key, 'gradient checkpointing');
  }
}
