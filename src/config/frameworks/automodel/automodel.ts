import type { ModelReference, ReadDocument } from '../../fact';
import { type Setting, settingsOfYaml } from '../../syntax/settings';
import type { Framework, SourceText } from '../framework';
import { deriveByMeaning, type Meanings } from '../shared/by-meaning';
import { CommandFacts } from '../shared/command-facts';
import { anchorOf, readSettings, setting } from '../shared/read-settings';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { addAutomodelStates } from './states';

const SOURCE = 'NVIDIA-NeMo/Automodel@210f58f2: nemo_automodel/components/distributed/mesh_utils.py';

/** Keys of a recipe (NVIDIA-NeMo/Automodel@07760ec4 and e1378447: examples/llm_finetune/qwen). */
export const KEYS = [
  setting('integer', 'layout.tp', 'distributed.tp_size'),
  setting('integer', 'layout.pp', 'distributed.pp_size'),
  setting('integer', 'layout.cp', 'distributed.cp_size'),
  setting('integer', 'layout.ep', 'distributed.ep_size'),
  setting('boolean', 'layout.sequenceParallel', 'distributed.sequence_parallel'),
  setting('string', 'automodel.strategy', 'distributed.strategy'),
  setting('boolean', 'automodel.activationCheckpointing', 'distributed.activation_checkpointing'),
  setting('boolean', 'automodel.activationCheckpointing', 'parallelizer.activation_checkpointing'),
  setting('integer', 'workload.globalBatchSize', 'step_scheduler.global_batch_size'),
  setting('integer', 'automodel.localBatchSize', 'step_scheduler.local_batch_size'),
  setting('integer', 'automodel.pipelineMicrobatchSize', 'distributed.pipeline.pp_microbatch_size'),
  setting('integer', 'automodel.pipelineMicrobatchSize', 'autopipeline.pp_microbatch_size'),
  setting('integer', 'automodel.packedSequenceSize', 'packed_sequence.packed_sequence_size'),
  setting('integer', 'automodel.datasetLength', 'dataset.seq_len'),
  setting('string', 'communication.backend', 'model.backend.dispatcher'),
  setting('boolean', 'automodel.enableDeepep', 'model.backend.enable_deepep'),
  setting('boolean', 'automodel.deferGradSync', 'model.backend.enable_fsdp_optimizations'),
  setting('string', 'automodel.peft', 'peft._target_'),
  setting('integer', 'automodel.loraRank', 'peft.dim'),
  setting('words', 'automodel.targetModules', 'peft.target_modules'),
  setting('boolean', 'automodel.matchAllLinear', 'peft.match_all_linear'),
  setting('string', 'automodel.offloadPolicy', 'distributed.offload_policy._target_'),
  setting('string', 'automodel.torchDtype', 'model.torch_dtype'),
  setting('string', 'automodel.optimizer', 'optimizer._target_'),
  // Of a benchmark recipe: the machines that its figures are counted for (examples/llm_benchmark).
  setting('integer', 'cluster.nodes', 'benchmark.num_nodes'),
] as const;

const MODEL_KEYS: ReadonlySet<string> = new Set([
  'model.pretrained_model_name_or_path',
  'model.config.pretrained_model_name_or_path',
  'model.config',
]);

const OPTIMIZERS: Meanings = {
  'torch.optim.Adam': 'adam',
  'torch.optim.AdamW': 'adam',
  'torch.optim.SGD': 'sgd',
};

/** What a recipe leaves out, and what FSDP2 makes of its sizes. */
function addAutomodelRules(facts: CommandFacts): void {
  for (const [name, key] of [
    ['layout.tp', 'tp_size'],
    ['layout.pp', 'pp_size'],
    ['layout.cp', 'cp_size'],
    ['layout.ep', 'ep_size'],
  ] as const) {
    facts.byDefault(name, 1, key, SOURCE);
  }
  facts.byDefault('layout.etp', 1, 'ep_size', 'experts are spread, never split');
  const checkpointing = facts.get('automodel.activationCheckpointing');
  if (checkpointing !== undefined) {
    const recompute = checkpointing.value === true ? 'full' : 'none';
    facts.derive(
      'workload.recompute',
      recompute,
      checkpointing,
      checkpointing.key,
      'activation checkpointing',
    );
  }
  addBatch(facts);
  deriveByMeaning(facts, 'workload.optimizer', 'automodel.optimizer', OPTIMIZERS);
  addAutomodelStates(facts);
  const deepep = facts.get('automodel.enableDeepep');
  if (deepep?.value === true) {
    facts.derive('communication.backend', 'deepep', deepep, deepep.key, 'enable_deepep');
  }
}

/** A rank's batch is one microbatch, unless a pipeline cuts it; packed sequences all have one length. */
function addBatch(facts: CommandFacts): void {
  const pp = facts.number('layout.pp');
  const cut = pp !== undefined && pp > 1 ? facts.get('automodel.pipelineMicrobatchSize') : undefined;
  const batch = cut ?? facts.get('automodel.localBatchSize');
  if (batch !== undefined) {
    facts.derive('workload.microBatchSize', batch.value, batch, batch.key, 'sequences of one rank at a time');
  }
  const packed = facts.get('automodel.packedSequenceSize');
  const length =
    typeof packed?.value === 'number' && packed.value > 0 ? packed : facts.get('automodel.datasetLength');
  if (length !== undefined) {
    facts.derive('workload.sequenceLength', length.value, length, length.key, 'tokens of one sequence');
  }
}

function modelReferences(settings: readonly Setting[]): ModelReference[] {
  return settings.flatMap(({ path, value, range }) =>
    MODEL_KEYS.has(path) && typeof value === 'string' && value !== '' && !value.includes('$')
      ? [{ value, range }]
      : [],
  );
}

function read(source: SourceText): ReadDocument | null {
  if (!isYamlSource(source)) return null;
  const { documents, problems } = yamlOf(source);
  const settings = settingsOfYaml(documents[0]);
  const has = (key: string) => settings.some(({ path }) => path === key);
  const isOurs = settings.some(
    ({ value }) => typeof value === 'string' && value.startsWith('nemo_automodel.'),
  );
  if (!isOurs || !has('distributed.ep_size')) return null;
  const context = { file: source.file };
  const stated = readSettings(context, settings, KEYS, source.text);
  const complete = new CommandFacts(stated.facts, anchorOf(context, settings));
  addAutomodelRules(complete);
  return {
    file: source.file,
    framework: 'automodel',
    title: 'NeMo AutoModel recipe',
    kind: 'launch',
    facts: complete.facts,
    problems: [...problems, ...stated.problems],
    models: modelReferences(settings),
  };
}

/** Recipes of NVIDIA NeMo AutoModel: PyTorch with FSDP2, whose experts have a mesh of their own. */
export const automodel: Framework = {
  id: 'automodel',
  mightBe: (text) => text.includes('nemo_automodel.') && /\bep_size\b/.test(text),
  read,
};
