import type { Fact, ReadDocument, SyntaxProblem } from '../../fact';
import type { Framework, SourceText } from '../framework';
import { fieldSpecs, isExpertField } from '../megatron/fields';
import { addMegatronRules } from '../megatron/implied';
import { flagOf } from '../serving/option-map';
import { deriveAdapters } from '../shared/adapters';
import { overridesOf } from '../shared/assigned-options';
import { CommandFacts } from '../shared/command-facts';
import { deriveCpuOffload, deriveFsdpStates } from '../shared/fsdp-states';
import { modelReference } from '../shared/model-word';
import { namesMoeModel } from '../shared/moe-model';
import { type OptionSpec, type OptionUse, readOptions } from '../shared/options';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { slurmFacts } from '../shared/slurm';
import { addBatch, addCheckpointing, withoutIdleBatch } from './batch';
import {
  ACTOR_DEFAULTS,
  ENGINE_KEYS,
  ENGINE_SECTIONS,
  FSDP_STRATEGIES,
  MEGATRON_SECTIONS,
  MODEL_KEY,
  ON_BY_DEFAULT,
  OTHER_ENGINES,
  OWN_KEYS,
  ROLES,
  type Role,
} from './keys';

/** What one override says, and of which worker. */
interface Meaning {
  readonly role: Role;
  readonly specs: readonly OptionSpec[];
  readonly isExpert: boolean;
}

/** What is only said of a model with experts. */
const EXPERT_FACTS: ReadonlySet<string> = new Set(['layout.ep', 'layout.expertParallelEnabled']);

function meaningOf(use: OptionUse): Meaning | null {
  const own = [...OWN_KEYS, ...ENGINE_KEYS].find(({ spec }) => spec.flags.includes(use.flag));
  if (own !== undefined)
    return { role: own.role, specs: [own.spec], isExpert: EXPERT_FACTS.has(own.spec.name) };
  const engine = ENGINE_SECTIONS.find(({ section }) => use.flag.startsWith(section));
  if (engine !== undefined) {
    const specs = engine.options.get(flagOf(use.flag.slice(engine.section.length))) ?? [];
    return { role: 'rollout', specs, isExpert: specs.some(({ name }) => EXPERT_FACTS.has(name)) };
  }
  const place = MEGATRON_SECTIONS.find(({ section }) => use.flag.startsWith(section));
  if (place === undefined) return null;
  const field = use.flag.slice(place.section.length);
  return { role: place.role, specs: fieldSpecs(field, use), isExpert: isExpertField(field) };
}

interface Launch {
  readonly uses: readonly OptionUse[];
  readonly slurm: readonly Fact[];
  readonly command: number | undefined;
}

const modelWord = (uses: readonly OptionUse[]) => uses.find((use) => use.flag === MODEL_KEY)?.values[0];

/** A job with experts: an override says so, or the name of its model. */
function isMoe(uses: readonly OptionUse[]): boolean {
  const meanings = uses.flatMap((use) => meaningOf(use) ?? []);
  if (meanings.some(({ isExpert }) => isExpert)) return true;
  return meanings.length > 0 && modelReference(modelWord(uses), {}).some(({ value }) => namesMoeModel(value));
}

/**
 * The actor is made in FP32 unless told otherwise, and computes in BF16; its gathered weights are freed after the forward pass
 * (verl-project/verl@03b0081c verl/workers/fsdp_workers.py, _build_model_optimizer).
 */
function addFsdpStates(actor: CommandFacts, strategy: Fact): void {
  const dtype = actor.get('verl.modelDtype');
  const lora = actor.get('verl.loraRank');
  if (Number(lora?.value) > 0)
    deriveAdapters(actor, { by: lora!, rank: lora, targets: actor.get('verl.targetModules') });
  const by = { by: strategy, key: strategy.key };
  const offload = actor.get('verl.offloadPolicy');
  if (strategy.value === 'fsdp2' && /^true$/i.test(String(offload?.value))) deriveCpuOffload(actor, offload!);
  deriveFsdpStates(actor, {
    kept: /^(bf16|bfloat16)$/.test(String(dtype?.value)) ? 'bf16' : 'fp32',
    keptBy: dtype === undefined ? by : { by: dtype, key: dtype.key },
    whole: 'nothing',
    wholeBy: by,
    hasTorchOptimizer: true,
  });
}

/** FSDP shards parameters over all ranks; experts stay whole on each (verl/workers/fsdp_workers.py). */
function addFsdpRules(actor: CommandFacts, strategy: Fact): void {
  const rule = `strategy ${String(strategy.value)}`;
  addFsdpStates(actor, strategy);
  for (const name of ['layout.tp', 'layout.pp', 'layout.ep', 'layout.etp']) {
    actor.derive(name, 1, strategy, strategy.key, `${rule} splits no layer`);
  }
  addUlysses(actor);
  addCheckpointing(actor);
}

/** Ulysses splits every sequence over so many ranks, as context parallelism does (verl/utils/ulysses.py). */
function addUlysses(actor: CommandFacts): void {
  const ulysses = actor.get('verl.ulyssesSequenceParallelSize');
  const open = actor.open('verl.ulyssesSequenceParallelSize');
  const rule = 'each sequence is split over the ranks of Ulysses';
  if (open !== undefined) actor.leaveOpen('layout.cp', open, rule);
  else if (ulysses !== undefined) actor.derive('layout.cp', ulysses.value, ulysses, ulysses.key, rule);
}

/** The trainer that the actor's layout is written for, where that is neither Megatron nor FSDP alone. */
function otherEngine(uses: readonly OptionUse[]): OptionUse | undefined {
  return uses.find(({ flag }) =>
    OTHER_ENGINES.some((engine) =>
      new RegExp(`^actor_rollout_ref\\.actor\\.${engine}(_config)?\\.`).test(flag),
    ),
  );
}

/** FSDP over all ranks of data parallelism, with the experts of a layer spread over some of them. */
function addEngineRules(actor: CommandFacts, mark: OptionUse): void {
  const source = 'verl-project/verl: verl/trainer/config/engine';
  addUlysses(actor);
  for (const name of ['layout.ep', 'layout.tp', 'layout.pp', 'layout.cp', 'layout.etp']) {
    actor.byDefault(name, 1, mark.flag, source);
  }
  const strategy = actor.get('verl.distributedStrategy');
  const isSharded = strategy === undefined || String(strategy.value) !== 'ddp';
  const rule = isSharded ? 'FSDP shards parameters' : 'DDP shards nothing';
  actor.derive(
    'workload.sharding',
    isSharded ? 'parameters' : 'none',
    strategy,
    strategy?.key ?? mark.flag,
    rule,
  );
  const checkpointing = actor.get('verl.activationCheckpointing');
  if (checkpointing !== undefined) {
    const recompute = /^true$/i.test(String(checkpointing.value)) ? 'full' : 'none';
    actor.derive(
      'workload.recompute',
      recompute,
      checkpointing,
      checkpointing.key,
      'activation checkpointing',
    );
  }
  const mode = actor.get('verl.activationCheckpoint');
  if (mode?.value === 'full' || mode?.value === 'none') {
    actor.derive('workload.recompute', mode.value, mode, mode.key, 'activation checkpointing');
  }
}

/** Of one name the first counts in a job: the actor's layout comes first, it is what the job trains. */
function complete(file: string, { uses, slurm, command }: Launch) {
  const tag = command === undefined ? {} : { command };
  const problems: SyntaxProblem[] = [];
  const byRole = ROLES.map((role) => {
    const own = uses.filter((use) => meaningOf(use)?.role === role);
    const stated = readOptions(
      { file, command, onByDefault: ON_BY_DEFAULT },
      own,
      (use) => meaningOf(use)?.specs ?? [],
    );
    problems.push(...stated.problems);
    return { role, facts: withoutIdleBatch(stated.facts).map((fact) => ({ ...fact, role })) };
  });
  const of = (role: Role): readonly Fact[] => byRole.find((entry) => entry.role === role)?.facts ?? [];
  const cluster = [
    ...of('trainer'),
    ...slurm.filter((fact) => !of('trainer').some((own) => own.name === fact.name)),
  ];
  const known = uses.filter((use) => meaningOf(use) !== null);
  const mark = (known.find((use) => meaningOf(use)?.isExpert === true) ?? known[0]!).flagRange;
  const anchor = { file, range: mark, keyRange: mark, role: 'actor', ...tag };
  const actor = new CommandFacts([...of('actor'), ...cluster.map((fact) => ({ ...fact, ...tag }))], anchor);
  const strategy = actor.get('verl.strategy');
  const engine = otherEngine(uses);
  if (engine !== undefined) addEngineRules(actor, engine);
  else if (strategy !== undefined && FSDP_STRATEGIES.has(String(strategy.value)))
    addFsdpRules(actor, strategy);
  else if (of('actor').some((fact) => fact.name.startsWith('layout.'))) {
    // Megatron-Core turns sequence parallelism off where there is nothing to split.
    const alone = actor.number('layout.tp') === 1;
    const defaults = ACTOR_DEFAULTS.filter((entry) => !alone || entry.name !== 'layout.sequenceParallel');
    for (const entry of defaults) actor.byDefault(entry.name, entry.value, entry.key, entry.origin);
    addMegatronRules(actor, { torchrun: false, isCommand: true, modelElsewhere: true });
  }
  addBatch(actor);
  const models = modelReference(modelWord(uses), { command });
  const others = ROLES.filter((role) => role !== 'actor' && role !== 'trainer').flatMap(of);
  return { facts: [...actor.facts, ...others], problems, models };
}

function read(source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = scriptOf(source);
  const launches = script.commands.map((command) => overridesOf(command.words)).filter(isMoe);
  if (launches.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const parts = launches.map((uses, index) =>
    complete(source.file, { uses, slurm, command: launches.length > 1 ? index : undefined }),
  );
  return {
    file: source.file,
    framework: 'verl',
    title: launches.length > 1 ? `verl script (${launches.length} jobs)` : 'verl script',
    kind: 'launch',
    facts: parts.flatMap((part) => part.facts),
    problems: [...script.problems, ...parts.flatMap((part) => part.problems)],
    models: parts.flatMap((part) => part.models),
  };
}

export const verl: Framework = {
  id: 'verl',
  mightBe: (text) => text.includes('actor_rollout_ref.'),
  read,
};
