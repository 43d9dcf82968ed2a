// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const SCRIPT = `#!/bin/bash
TP=\${TP:-16}
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 \\
  --tp $TP --dp-size 16 --enable-dp-attention --nnodes 2 --node-rank 0 \\
  --moe-a2a-backend deepep --deepep-mode=low_latency --moe-dense-tp-size 1 \\
  --ep-num-redundant-experts 32 --enable-eplb \\
  --chunked-prefill-size 65536 --max-running-requests 2048 --context-length 9600
`;

describe('a server', () => {
  const document = mustRead('serve.sh', SCRIPT);

  test('states its layout and workload', () => {
    expect(document).toMatchObject({ framework: 'sglang', title: 'SGLang script', problems: [] });
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 16,
      'layout.dp': 16,
      'layout.pp': 1,
      'layout.attentionDataParallel': true,
      'layout.worldSize': 16,
      'cluster.nodes': 2,
      'communication.backend': 'deepep',
      'sglang.deepepMode': 'low_latency',
      'sglang.moeDenseTpSize': 1,
      'sglang.chunkedPrefillSize': 65536,
      'placement.redundantExperts': 32,
      'placement.eplb': true,
      'workload.engine': 'sglang',
      'workload.concurrency': 2048,
      'workload.contextLength': 9600,
    });
    expect(document.models).toEqual([{ value: 'deepseek-ai/DeepSeek-V3', range: expect.anything() }]);
  });

  test('its all-to-all makes EP what TP is', () => {
    expect(factOf(document, 'layout.ep')).toMatchObject({
      value: 16,
      state: 'derived',
      key: '--tp',
      origin: expect.stringContaining('sets EP to TP'),
    });
  });

  test('values are where they are used, and where they are assigned', () => {
    const tp = factOf(document, 'layout.tp');
    expect([textOf(SCRIPT, tp), tp.state]).toEqual(['$TP', 'constant']);
    const last = tp.via!.at(-1)!;
    expect(SCRIPT.slice(last.range.start, last.range.end)).toBe('16');
    expect(textOf(SCRIPT, factOf(document, 'layout.dp'))).toBe('16');
    expect(textOf(SCRIPT, factOf(document, 'sglang.deepepMode'))).toBe('low_latency');
  });
});

const facts = (command: string) => valuesOf(mustRead('s.sh', `${command}\n`).facts);

test('other ways to start it', () => {
  expect(facts('sglang serve --model-path m --tp-size 8')).toMatchObject({ 'layout.tp': 8 });
  expect(facts('docker run lmsysorg/sglang:v0.5 python -m sglang.launch_server --tp 4')).toMatchObject({
    'layout.tp': 4,
  });
  expect(facts('python3 -m dynamo.sglang --tensor-parallel-size=2')).toMatchObject({ 'layout.tp': 2 });
});

test('without options SGLang has its own values', () => {
  expect(facts('sglang serve --model-path m')).toMatchObject({
    'layout.tp': 1,
    'layout.ep': 1,
    'layout.worldSize': 1,
    'communication.backend': 'none',
  });
});

test('plain data parallelism multiplies the GPUs', () => {
  expect(facts('sglang serve --tp 8 --dp 2')['layout.worldSize']).toBe(16);
  expect(facts('sglang serve --tp 8 --dp 2 --enable-dp-attention')['layout.worldSize']).toBe(8);
});

test('an expert-parallel size that is written stays what is written', () => {
  const document = mustRead('s.sh', 'sglang serve --tp 8 --ep 4 --moe-a2a-backend deepep\n');
  expect(factOf(document, 'layout.ep')).toMatchObject({ value: 4, state: 'literal', key: '--ep' });
});

test.each([
  ['sglang serve --tp $TP --moe-a2a-backend deepep', '$TP'],
  ['sglang serve --tp 8 --moe-a2a-backend $BACKEND', '$BACKEND'],
])('%s: EP is open', (command, expression) => {
  const document = mustRead('s.sh', `${command}\n`);
  expect(factOf(document, 'layout.ep')).toMatchObject({ value: null, state: 'unresolved', expression });
});

test('counts of tokens have suffixes of its own', () => {
  const document = (value: string) => mustRead('s.sh', `sglang serve --tp 8 --context-length ${value}\n`);
  const values = ['25.6k', '1M', '1Mi'].map(
    (value) => factOf(document(value), 'workload.contextLength').value,
  );
  expect(values).toEqual([25_600, 1_000_000, 1_048_576]);
  // Versions differ in what they take.
  expect(factOf(document('32K'), 'workload.contextLength').state).toBe('unresolved');
  expect(document('32K').problems).toEqual([]);
});

test('one side of a disaggregated pair says which', () => {
  expect(facts('sglang serve --disaggregation-mode prefill')['workload.mode']).toBe('prefill');
});

test('half-typed options are problems, not values', () => {
  const document = mustRead('s.sh', 'sglang serve --tp --ep eight\n');
  expect(document.problems.map((problem) => problem.message)).toEqual([
    '--tp needs a whole number.',
    '--ep needs a whole number, not “eight”.',
  ]);
  expect(factOf(document, 'layout.tp').state).toBe('unresolved');
  expect(factOf(document, 'layout.ep').state).toBe('unresolved');
});

test.each([
  ['s.sh', 'python -m sglang.bench_serving --backend sglang --num-prompts 8\n'],
  ['s.sh', 'pip install "sglang[all]"\n'],
])('%s: %s is not one', (file, text) => {
  expect(read({ file, text })).toBeNull();
});
