import { describe, expect, test } from 'vitest';
import { findPreset, MODEL_PRESETS } from '../../../src/catalog/models';
import { linkJobs, referencedConfigPaths } from '../../../src/config/link';
import { presetFacts } from '../../../src/config/preset';
import { mustRead, valuesOf } from './facts';

const MODEL = '{"model_type": "mixtral", "num_local_experts": 4, "hidden_size": 512, "num_hidden_layers": 2}';

function serve(file: string, model: string) {
  return mustRead(file, `vllm serve ${model} -tp 2\n`);
}

describe('a model file in the workspace', () => {
  test.each([
    ['run/serve.sh', './tiny', 'run/tiny/config.json'],
    ['run/serve.sh', '../models/tiny/', 'models/tiny/config.json'],
    ['run/serve.sh', 'models/tiny', 'models/tiny/config.json'],
    ['run/serve.sh', 'models/tiny/config.json', 'models/tiny/config.json'],
    ['/w/run/serve.sh', '/data/models/tiny', '/w/models/tiny/config.json'],
    ['file:///w/run/serve.sh', '/mnt/tiny', 'file:///w/checkpoints/tiny/config.json'],
    ['C:\\w\\serve.sh', './tiny', 'C:\\w\\tiny\\config.json'],
  ])('%s with %s runs %s', (script, reference, file) => {
    const jobs = linkJobs([serve(script, reference.replaceAll('\\', '/')), mustRead(file, MODEL)]);
    expect(jobs[0]?.model?.file).toBe(file);
    expect(valuesOf(jobs[0]!.facts)).toMatchObject({ 'layout.tp': 2, 'model.routedExperts': 4 });
  });

  test('of two that fit the nearer one counts', () => {
    const models = ['a/tiny/config.json', 'b/tiny/config.json'].map((file) => mustRead(file, MODEL));
    expect(linkJobs([serve('b/run/serve.sh', '/mnt/tiny'), ...models])[0]?.model?.file).toBe(
      'b/tiny/config.json',
    );
    expect(linkJobs([serve('c/serve.sh', '/mnt/tiny'), ...models])[0]?.model).toBeNull();
  });

  test('another folder is another model', () => {
    expect(
      linkJobs([serve('serve.sh', './small'), mustRead('tiny/config.json', MODEL)])[0]?.model,
    ).toBeNull();
  });

  test('is a job of its own too', () => {
    const [job] = linkJobs([mustRead('tiny/config.json', MODEL)]);
    expect(job).toMatchObject({
      id: 'tiny/config.json',
      framework: 'huggingface',
      launch: null,
      command: null,
    });
  });

  test('the tower of a multimodal model is left out', () => {
    const text =
      '{"text_config": {"model_type": "qwen3_moe", "num_experts": 8}, "vision_config": {"hidden_size": 9}}';
    const [job] = linkJobs([mustRead('vl/config.json', text)]);
    expect(job!.facts.some((fact) => fact.value === 9)).toBe(false);
  });
});

test('a Hub name stands for a preset', () => {
  const [job] = linkJobs([serve('serve.sh', 'deepseek-ai/DeepSeek-V3')]);
  expect(job).toMatchObject({
    model: null,
    preset: 'deepseek-ai/DeepSeek-V3',
    reference: { value: 'deepseek-ai/DeepSeek-V3' },
  });
  expect(valuesOf(job!.facts)).toMatchObject({ 'model.routedExperts': 256, 'layout.tp': 2 });
});

test('several commands are several jobs', () => {
  const document = mustRead(
    'serve.sh',
    'vllm serve openai/gpt-oss-20b -tp 1 &\nvllm serve openai/gpt-oss-120b -tp 4 &\n',
  );
  const jobs = linkJobs([document]);
  expect(jobs.map((job) => [job.id, job.command, job.preset])).toEqual([
    ['serve.sh#1', 0, 'openai/gpt-oss-20b'],
    ['serve.sh#2', 1, 'openai/gpt-oss-120b'],
  ]);
  expect(valuesOf(jobs[1]!.facts)).toMatchObject({ 'layout.tp': 4, 'model.routedExperts': 128 });
});

describe('Megatron scripts', () => {
  const complete = '--num-experts 8 --num-layers 4 --hidden-size 64';

  test('describe their model themselves', () => {
    const script = mustRead(
      't.sh',
      `torchrun t.py ${complete} --tokenizer-model mistralai/Mixtral-8x7B-v0.1\n`,
    );
    expect(linkJobs([script])[0]).toMatchObject({ preset: null, model: null });
  });

  test('are completed by a checkpoint that agrees, and by no other', () => {
    const script = (experts: number) =>
      mustRead(
        't.sh',
        `torchrun t.py --num-experts ${experts} --load /models/DeepSeek-V3 --use-checkpoint-args\n`,
      );
    const [job] = linkJobs([script(256)]);
    expect(job?.preset).toBe('deepseek-ai/DeepSeek-V3');
    expect(valuesOf(job!.facts)).toMatchObject({ 'model.topK': 8, 'model.hiddenSize': 7168, 'layout.tp': 1 });
    expect(linkJobs([script(64)])[0]?.preset).toBeNull();
  });

  test('what only one branch says is open in the job', () => {
    const text = 'if [ $A = 1 ]; then o="--sequence-parallel"; fi\ntorchrun t.py --num-experts 8 $o\n';
    const [job] = linkJobs([mustRead('t.sh', text)]);
    const facts = job!.facts.filter((fact) => fact.name === 'layout.sequenceParallel');
    expect(facts).toMatchObject([{ value: null, state: 'unresolved', expression: '[ $A = 1 ]' }]);
  });
});

test('paths that the editor may try', () => {
  const document = mustRead(
    's.sh',
    'vllm serve ./tiny &\nvllm serve /m/big/ &\nvllm serve s3://bucket/x &\n',
  );
  expect(referencedConfigPaths(document)).toEqual(['tiny/config.json', '/m/big/config.json']);
});

describe('presets', () => {
  test.each(MODEL_PRESETS.map((preset) => [preset.id, preset] as const))('%s is complete', (_, preset) => {
    const facts = presetFacts(preset);
    const values = valuesOf(facts);
    for (const name of [
      'hiddenSize',
      'layers',
      'vocabSize',
      'attentionHeads',
      'routedExperts',
      'topK',
      'weightDtype',
    ]) {
      expect(values[`model.${name}`]).toBeDefined();
    }
    expect(values['model.name']).toBe(preset.id.split('/').at(-1));
    // Nothing that decides a size may be left to a default.
    const defaults = facts.filter(
      (fact) => fact.origin?.endsWith(': the default') && typeof fact.value === 'number',
    );
    expect(defaults.map((fact) => fact.name)).toEqual([]);
  });

  test.each([
    ['deepseek-ai/DeepSeek-V3', 'deepseek-ai/DeepSeek-V3'],
    ['DEEPSEEK-V3', 'deepseek-ai/DeepSeek-V3'],
    ['/models/DeepSeek-R1/', 'deepseek-ai/DeepSeek-V3'],
    ['~/.cache/huggingface/hub/models--openai--gpt-oss-20b/snapshots/abc', 'openai/gpt-oss-20b'],
    ['Qwen/Qwen3-235B-A22B-Instruct-2507', 'Qwen/Qwen3-235B-A22B'],
    ['QWen/Qwen3-30B-A3B-FP8', 'QWen/Qwen3-30B-A3B-FP8'],
    ['mistralai/Mixtral-8x22B-v0.3', 'mistralai/Mixtral-8x22B-v0.3'],
    ['mistralai/Mixtral-8x22B-Instruct-v0.1', undefined],
    ['deepseek-ai/DeepSeek-V3.2', 'deepseek-ai/DeepSeek-V3.2'],
    ['nvidia/DeepSeek-V3.2-NVFP4', 'nvidia/DeepSeek-V3.2-NVFP4'],
    ['zai-org/GLM-4.6-FP8', 'zai-org/GLM-4.6-FP8'],
    ['zai-org/GLM-4.6', 'zai-org/GLM-4.5'],
    ['meta-llama/Llama-4-Scout-17B-16E-Instruct', 'meta-llama/Llama-4-Scout-17B-16E'],
    ['nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8', 'nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8'],
    ['$BASE/GLM-4.5-355B-A32B', 'zai-org/GLM-4.5'],
    ['/lustre/deepseek-ai_DeepSeek-V4-Pro', 'deepseek-ai/DeepSeek-V4-Pro'],
    ['Qwen__Qwen3-30B-A3B-FP8', 'Qwen__Qwen3-30B-A3B-FP8'],
    ['qwen35-vl-35b-a3b', 'Qwen/Qwen3.5-35B-A3B'],
    ['glm45_air_106b', 'zai-org/GLM-4.5-Air'],
    ['Qwen3-30B-A3B-Base-mcore', 'Qwen/Qwen3-30B-A3B'],
    ['/root/Qwen3-30B-A3B_torch_dist', 'Qwen/Qwen3-30B-A3B'],
    ['/ckpts/Qwen3-235B-A22B-to-mcore-tp2-pp4', 'Qwen/Qwen3-235B-A22B'],
    ['deepseek-ai/DeepSeek-V4-Pro-0813', 'deepseek-ai/DeepSeek-V4-Pro'],
    ['deepseek-ai/DeepSeek-V4-Pro-9999', undefined],
    ['/hub/models--Qwen--Qwen3-30B-A3B-FP8/snapshots/core', 'Qwen/Qwen3-30B-A3B-FP8'],
    ['other_model', undefined],
    ['deepseek-ai/DeepSeek-V9', undefined],
    ['deepseek-ai/DeepSeek-R1-Distill-Qwen-32B', undefined],
    ['', undefined],
  ])('%s is %s', (name, id) => {
    expect(findPreset(name)?.id).toBe(id);
  });

  test('a storage format changes the weights only', () => {
    const fp8 = valuesOf(presetFacts(findPreset('Qwen3-30B-A3B-FP8')!));
    expect(fp8).toMatchObject({ 'model.weightDtype': 'fp8', 'model.routedExperts': 128 });
    expect(valuesOf(presetFacts(findPreset('DeepSeek-V3-bf16')!))['model.weightDtype']).toBe('bf16');
    expect(valuesOf(presetFacts(findPreset('DeepSeek-R1-NVFP4')!))['model.weightDtype']).toBe('nvfp4');
  });
});
