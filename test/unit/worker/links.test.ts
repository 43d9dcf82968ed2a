import { expect, test } from 'vitest';
import { Engine } from '../../../src/worker/engine';

const CONFIG = JSON.stringify({
  architectures: ['MixtralForCausalLM'],
  model_type: 'mixtral',
  hidden_size: 1024,
  intermediate_size: 2048,
  num_attention_heads: 16,
  num_key_value_heads: 4,
  num_hidden_layers: 4,
  num_local_experts: 64,
  num_experts_per_tok: 4,
  vocab_size: 32_000,
});
const OPTIONS = 'data-parallel-size: 4\nenable-expert-parallel: true\n';

/** The stretches of the first file that lead somewhere, with where they lead. */
function links(files: Readonly<Record<string, string>>) {
  const engine = new Engine();
  for (const [file, text] of Object.entries(files)) engine.setDocument(file, text);
  const [file, text] = Object.entries(files)[0]!;
  return engine
    .links(file)
    .map(({ range, target }) => [
      text.slice(range.start, range.end),
      'file' in target ? target.file : target.model,
    ]);
}

test('a model path leads to its config.json, a name of the catalog to the model', () => {
  const serve = 'vllm serve ./model --tensor-parallel-size 8\n';
  expect(links({ 'file:///w/serve.sh': serve, 'file:///w/model/config.json': CONFIG })).toEqual([
    ['./model', 'file:///w/model/config.json'],
  ]);
  expect(links({ 'file:///w/serve.sh': 'vllm serve deepseek-ai/DeepSeek-V3 -tp 8\n' })).toEqual([
    ['deepseek-ai/DeepSeek-V3', 'deepseek-ai/DeepSeek-V3'],
  ]);
  expect(links({ 'file:///w/serve.sh': 'vllm serve acme/unheard-of -tp 8\n' })).toEqual([]);
});

test('a file of options is reached where its path is used and where the variable is assigned', () => {
  const serve = 'OPTS=opts.yaml\nvllm serve Qwen/Qwen3-30B-A3B --config $OPTS\n';
  expect(links({ 'file:///w/serve.sh': serve, 'file:///w/opts.yaml': OPTIONS })).toEqual([
    ['Qwen/Qwen3-30B-A3B', 'Qwen/Qwen3-30B-A3B'],
    ['$OPTS', 'file:///w/opts.yaml'],
    ['opts.yaml', 'file:///w/opts.yaml'],
  ]);
  expect(links({ 'file:///w/serve.sh': serve })).toHaveLength(1);
});

test('a scenario file leads to its job and its model', () => {
  const scenario = 'job: serve.sh\nmodel: other/config.json\n';
  const files = {
    'file:///w/a.moe.yaml': scenario,
    'file:///w/serve.sh': 'vllm serve ./model --tensor-parallel-size 8\n',
    'file:///w/model/config.json': CONFIG,
    'file:///w/other/config.json': CONFIG,
  };
  expect(links(files)).toEqual([
    ['serve.sh', 'file:///w/serve.sh'],
    ['other/config.json', 'file:///w/other/config.json'],
  ]);
});
