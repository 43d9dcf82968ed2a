import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { resolveScenario } from '../../../src/scenario/resolve';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const RECIPE = `recipe: TrainFinetuneRecipeForNextTokenPrediction
step_scheduler:
  global_batch_size: 32
  local_batch_size: 4
model:
  _target_: nemo_automodel.NeMoAutoModelForCausalLM.from_pretrained
  pretrained_model_name_or_path: Qwen/Qwen3-30B-A3B
  backend:
    dispatcher: hybridep
distributed:
  strategy: fsdp2
  tp_size: 2
  ep_size: 8
  activation_checkpointing: true
packed_sequence:
  packed_sequence_size: 1024
optimizer:
  _target_: torch.optim.AdamW
`;

describe('a recipe of NeMo AutoModel', () => {
  const document = mustRead('recipe.yaml', RECIPE);

  test('keeps parameters as ever where its format is a word that every object has', () => {
    const named = RECIPE.replace('model:\n', 'model:\n  torch_dtype: constructor\n');
    const kept = valuesOf(document.facts)['workload.gradientDtype'];
    expect(valuesOf(mustRead('recipe.yaml', named).facts)['workload.gradientDtype']).toBe(kept);
  });

  test('states its sizes, batch, model and dispatcher', () => {
    expect(document).toMatchObject({ framework: 'automodel', problems: [] });
    expect(textOf(RECIPE, factOf(document, 'layout.ep'))).toBe('8');
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.ep': 8,
      'layout.tp': 2,
      'layout.pp': 1,
      'layout.etp': 1,
      'workload.globalBatchSize': 32,
      'workload.microBatchSize': 4,
      'workload.sequenceLength': 1024,
      'workload.recompute': 'full',
      'workload.optimizer': 'adam',
    });
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  test('under DDP shards nothing', () => {
    const replicated = mustRead(
      'recipe.yaml',
      RECIPE.replace('fsdp2', 'ddp').replace('ep_size: 8', 'ep_size: 1'),
    );
    expect(valuesOf(replicated.facts)['workload.sharding']).toBe('none');
  });

  test('lays its experts over the ranks of the dense part', () => {
    const [job] = linkJobs([document]);
    const { scenario } = resolveScenario({
      framework: 'automodel',
      facts: job!.facts,
      overrides: { 'layout.worldSize': 16 },
    });
    expect(scenario!.layout).toMatchObject({ tp: 2, dp: 8, ep: 8, edp: 2 });
    expect(scenario!.communication.backend).toBe('hybrid-ep');
    expect(scenario!.workload.mode).toBe('train');
  });

  test('has the forms of older recipes', () => {
    const older = RECIPE.replace(
      '  strategy: fsdp2\n',
      '  _target_: nemo_automodel.components.distributed.fsdp2.FSDP2Manager\n',
    )
      .replace('dispatcher: hybridep', 'enable_deepep: true')
      .replace('  pretrained_model_name_or_path:', '  config:\n    pretrained_model_name_or_path:');
    const facts = valuesOf(mustRead('a.yaml', older).facts);
    expect(facts).toMatchObject({ 'communication.backend': 'deepep', 'workload.sharding': 'gradients' });
    expect(linkJobs([mustRead('a.yaml', older)])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  test('cuts a batch into the microbatches of its pipeline, and leaves an unknown optimizer open', () => {
    const piped = RECIPE.replace(
      '  tp_size: 2',
      '  pp_size: 4\n  pipeline: { pp_microbatch_size: 1 }',
    ).replace('torch.optim.AdamW', 'dion.Muon');
    const document = mustRead('a.yaml', piped);
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.pp': 4, 'workload.microBatchSize': 1 });
    expect(factOf(document, 'workload.optimizer')).toMatchObject({
      state: 'unresolved',
      expression: 'dion.Muon',
    });
  });

  test.each([
    ['weights of experts stay gathered until they run backward', '', ['gradients', 'bf16', 'bf16', 'bf16']],
    ['a pipeline reduces once', '\n  pp_size: 2', ['optimizer', 'bf16', 'bf16', 'fp32']],
    ['without expert parallelism they are freed', '\n  ep_size: 1', ['parameters', 'bf16', 'none', 'bf16']],
  ])('%s', (_, size, [sharding, parameterDtype, masterDtype, gradientDtype]) => {
    const text = size.includes('ep_size') ? RECIPE.replace('\n  ep_size: 8', size) : RECIPE;
    const sized = text.replace('  tp_size: 2', `  tp_size: 2${size.includes('pp_size') ? size : ''}`);
    expect(valuesOf(mustRead('a.yaml', sized).facts)).toMatchObject({
      'workload.sharding': sharding,
      'workload.parameterDtype': parameterDtype,
      'workload.masterDtype': masterDtype,
      'workload.gradientDtype': gradientDtype,
      'workload.momentDtype': 'bf16',
    });
  });

  test('trains adapters, or keeps its shards on the host', () => {
    const more = (lines: string) => valuesOf(mustRead('a.yaml', `${RECIPE}${lines}`).facts);
    const peft = 'peft:\n  _target_: nemo_automodel.components._peft.lora.PeftConfig\n  dim: 32\n';
    expect(more(peft)).toMatchObject({ 'workload.adapterRank': 32 });
    expect(more(`${peft}  match_all_linear: true\n`)['workload.adapterTargets']).toBe('all');
    const listed = more(`${peft}  target_modules: [q_proj, "*_proj"]\n`);
    expect(listed['workload.adapterTargets']).toBe('attention,mlp,shared_experts,experts');
    expect(more(`${peft}  target_modules: [q_proj, other]\n`)).not.toHaveProperty('workload.adapterTargets');
    const policy = '  offload_policy: { _target_: torch.distributed.fsdp.CPUOffloadPolicy }\n  tp_size: 2';
    const offloaded = valuesOf(mustRead('a.yaml', RECIPE.replace('  tp_size: 2', policy)).facts);
    expect(offloaded).toMatchObject({ 'workload.parameterOffload': true, 'workload.optimizerOffload': 1 });
  });

  test('keeps what torch_dtype says, and no states of an optimizer that is not of torch', () => {
    const fp32 = RECIPE.replace('  backend:', '  torch_dtype: float32\n  backend:').replace(
      'ep_size: 8',
      'ep_size: 1',
    );
    expect(valuesOf(mustRead('a.yaml', fp32).facts)).toMatchObject({
      'workload.parameterDtype': 'fp32',
      'workload.masterDtype': 'none',
      'workload.momentDtype': 'fp32',
    });
    const fused = RECIPE.replace('torch.optim.AdamW', 'transformer_engine.pytorch.optimizers.FusedAdam');
    expect(valuesOf(mustRead('a.yaml', fused).facts)).not.toHaveProperty('workload.momentDtype');
  });

  test('is none without expert parallelism or of another library', () => {
    expect(read({ file: 'a.yaml', text: RECIPE.replace('  ep_size: 8\n', '') })).toBeNull();
    expect(read({ file: 'a.yaml', text: RECIPE.replaceAll('nemo_automodel.', 'other.') })).toBeNull();
  });
});
