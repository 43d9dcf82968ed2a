// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const SCRIPT = `#!/bin/bash
TP=\${5:-2}
MODEL="Qwen/Qwen3-30B-A3B"
VLLM_ALL2ALL_BACKEND=pplx vllm serve "$MODEL" \\
  --tensor-parallel-size $TP -dp 4 --enable-expert-parallel \\
  --enable-eplb --eplb-config '{"window_size": 10, "num_redundant_experts": 32}' \\
  --all2all-backend=deepep_low_latency \\
  --max-model-len 8192 --max-num-seqs=256 --gpu-memory-utilization 0.9 &
`;

describe('a server', () => {
  test('takes underscores for dashes, as vLLM does', () => {
    const text =
      'vllm serve m --tensor_parallel_size 4 --max_model_len=8192 --enable_expert_parallel -dp 2\n';
    const values = Object.fromEntries(
      read({ file: 'a.sh', text })!.facts.map(({ name, value }) => [name, value]),
    );
    expect(values).toMatchObject({ 'layout.tp': 4, 'workload.contextLength': 8192, 'layout.ep': 8 });
  });

  test('says its nodes once, itself before the header of the batch script', () => {
    const text = '#SBATCH --nodes=4\npython -m sglang.launch_server --model-path m --tp 16 --nnodes 2\n';
    const nodes = read({ file: 'a.sh', text })!.facts.filter(({ name }) => name === 'cluster.nodes');
    expect(nodes.map(({ value }) => value)).toEqual([2]);
  });

  const document = mustRead('serve.sh', SCRIPT);

  test('states its layout and workload', () => {
    expect(document).toMatchObject({ framework: 'vllm', kind: 'launch', problems: [] });
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 2,
      'layout.dp': 4,
      'layout.pp': 1,
      'layout.expertParallelEnabled': true,
      'layout.ep': 8,
      'layout.worldSize': 8,
      'placement.eplb': true,
      'placement.redundantExperts': 32,
      'communication.backend': 'deepep_low_latency',
      'workload.contextLength': 8192,
      'workload.concurrency': 256,
      'workload.engine': 'vllm',
      'workload.memoryFraction': 0.9,
    });
    expect(factOf(document, 'layout.ep')).toMatchObject({
      state: 'derived',
      origin: expect.stringContaining('TP x PCP x DP'),
    });
    expect(factOf(document, 'layout.pp').state).toBe('default');
  });

  test('a positional with a default is a constant', () => {
    const tp = factOf(document, 'layout.tp');
    expect(tp).toMatchObject({ value: 2, state: 'constant' });
    const last = tp.via!.at(-1)!;
    expect(SCRIPT.slice(last.range.start, last.range.end)).toBe('2');
  });

  test('numbers inside the JSON have their own place', () => {
    const fact = factOf(document, 'placement.redundantExperts');
    expect(fact).toMatchObject({ state: 'literal', key: '--eplb-config.num_redundant_experts' });
    expect(textOf(SCRIPT, fact)).toBe('32');
    expect(factOf(document, 'placement.eplbConfig').value).toBe(
      '{"window_size": 10, "num_redundant_experts": 32}',
    );
  });

  test('names its model', () => {
    expect(document.models).toEqual([{ value: 'Qwen/Qwen3-30B-A3B', range: expect.anything() }]);
    const { range } = document.models[0]!;
    expect(SCRIPT.slice(range.start, range.end)).toBe('$MODEL');
  });
});

function facts(command: string): Record<string, unknown> {
  return valuesOf(mustRead('s.sh', `${command}\n`).facts);
}

test('without the flag there is no expert parallelism', () => {
  expect(facts('vllm serve m -tp 8')).toMatchObject({
    'layout.expertParallelEnabled': false,
    'layout.ep': 1,
  });
});

describe('the model without an option', () => {
  const model = (text: string) => mustRead('s.sh', text).models.map(({ value }) => value);

  test.each([
    'vllm serve -tp 8 --enable-expert-parallel org/m --port 80',
    'vllm serve --max-model-len=8k org/m -tp 8',
    'vllm serve --trust-remote-code --kv-cache-dtype fp8 org/m',
    'if [ "$DRAFT" = 1 ]; then X="--speculative-config {}"; fi\nvllm serve $X $MORE org/m -tp 8',
  ])('is found in %s', (text) => {
    expect(model(`${text}\n`)).toEqual(['org/m']);
  });

  test('is not taken for what may be the value of an option', () => {
    expect(model('vllm serve --served-model-name org/m -tp 8\n')).toEqual([]);
    expect(model('vllm serve $MODEL -tp 8 --dtype bfloat16\n')).toEqual([]);
  });
});

test('counts of tokens have suffixes', () => {
  const long = (value: string) => mustRead('s.sh', `vllm serve m -tp 8 --max-model-len ${value}\n`);
  const values = ['8192', '128k', '25.6k', '32K', '1M'].map(
    (value) => factOf(long(value), 'workload.contextLength').value,
  );
  expect(values).toEqual([8192, 128_000, 25_600, 32_768, 1_048_576]);
  expect(factOf(long('128k'), 'workload.contextLength').state).toBe('constant');
  for (const open of ['auto', '-1']) {
    expect(long(open).problems).toEqual([]);
    expect(factOf(long(open), 'workload.contextLength').state).toBe('unresolved');
  }
  expect(long('long').problems).toHaveLength(1);
  const yaml = mustRead(
    'c.yaml',
    'tensor-parallel-size: 8\nenable-expert-parallel: true\nmax-model-len: 16K\n',
  );
  expect(factOf(yaml, 'workload.contextLength').value).toBe(16_384);
});

test('the module, Docker images and dotted options', () => {
  expect(facts('python3 -m vllm.entrypoints.openai.api_server --model m -tp 4')).toMatchObject({
    'layout.tp': 4,
  });
  expect(facts('docker run --gpus all vllm/vllm-openai:latest --model m -tp 4')).toMatchObject({
    'layout.tp': 4,
  });
  expect(facts('vllm serve m --eplb-config.num_redundant_experts 16')).toMatchObject({
    'placement.redundantExperts': 16,
  });
});

test('a cache of sparse MLA has elements of one byte', () => {
  expect(facts('vllm serve m -tp 4 --kv-cache-dtype fp8_ds_mla')).toMatchObject({
    'workload.kvCacheDtype': 'fp8',
  });
});

test('the removed option and the environment variable still say what was meant', () => {
  const text =
    'export VLLM_ALL2ALL_BACKEND=deepep_high_throughput\nvllm serve m -ep -dp 8 --num-redundant-experts 8\n';
  const document = mustRead('s.sh', text);
  expect(factOf(document, 'placement.redundantExperts').key).toBe('--num-redundant-experts');
  const backend = factOf(document, 'communication.backend');
  expect(backend).toMatchObject({ value: 'deepep_high_throughput', key: 'VLLM_ALL2ALL_BACKEND' });
});

test('what EP rests on is open when one of its sizes is', () => {
  const document = mustRead('s.sh', 'vllm serve m -ep -tp 2 -dp $DP\n');
  expect(factOf(document, 'layout.ep')).toMatchObject({
    value: null,
    state: 'unresolved',
    expression: '$DP',
  });
  expect(factOf(document, 'layout.worldSize').state).toBe('unresolved');
});

test('a function of the script that starts servers', () => {
  const text =
    'serve() { vllm serve "$1" -tp ${2:-1}; }\nserve Qwen/Qwen3-30B-A3B 4 &\nserve openai/gpt-oss-20b\n';
  const document = mustRead('s.sh', text);
  expect(document.models.map((model) => model.value)).toEqual(['Qwen/Qwen3-30B-A3B', 'openai/gpt-oss-20b']);
  expect(factOf(document, 'layout.tp', 0)).toMatchObject({ value: 4, state: 'constant' });
  expect(factOf(document, 'layout.tp', 1)).toMatchObject({ value: 1, state: 'constant' });
});

test('with a config file nothing is a default', () => {
  expect(facts('vllm serve m --config c.yaml')).toEqual({ 'vllm.config': 'c.yaml' });
});

test('JSON that is not JSON is a problem', () => {
  const document = mustRead(
    's.sh',
    `vllm serve m -ep --enable-eplb --eplb-config '{"num_redundant_experts": }'\n`,
  );
  expect(document.problems[0]?.message).toContain('needs a JSON object');
});

test('two servers in one script', () => {
  const document = mustRead('s.sh', 'vllm serve a -tp 2 &\nvllm serve b -tp 4 &\n');
  expect(factOf(document, 'layout.tp', 0).value).toBe(2);
  expect(factOf(document, 'layout.tp', 1).value).toBe(4);
  expect(document.models.map((model) => [model.value, model.command])).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
});

test.each([
  ['s.sh', 'pip install vllm\nvllm bench throughput --model m\n'],
  ['s.sh', 'echo "vllm serve m"\n'],
  ['notes', 'kind: Pod\nspec:\n  command: vllm serve m\n'],
])('%s: %s is not one', (file, text) => {
  expect(read({ file, text })).toBeNull();
});
