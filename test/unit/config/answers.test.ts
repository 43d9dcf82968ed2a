import { expect, test } from 'vitest';
import type { Answers } from '../../../src/config/answers';
import { read } from '../../../src/config/read';
import { readShell } from '../../../src/config/syntax/shell';
import { factOf } from './facts';

const PLACE = { file: 'x.moe.yaml', range: { start: 40, end: 42 } };
const answers = (texts: Record<string, string>): Answers =>
  new Map(Object.entries(texts).map(([name, text]) => [name, { text, ...PLACE }]));

function words(script: string, texts: Record<string, string>) {
  const { commands } = readShell(script, [], answers(texts));
  return commands.map((command) => command.words.map((word) => word.text).join(' '));
}

test.each([
  ['run --ep $EP', 'run --ep 32'],
  ['run --ep ${EP:-8}', 'run --ep 32'],
  ['EP=${1:-8}\nrun --ep $EP', 'run --ep 16'],
  ['HALF=$(( EP / 2 ))\nrun --ep $HALF', 'run --ep 16'],
  ['if [ -z "$EP" ]; then EP=4; fi\nrun --ep $EP', 'run --ep 32'],
  ['EP=8\nrun --ep $EP', 'run --ep 8'],
  ['shift\nrun --ep $1', 'run --ep 2'],
  ['f() { run --ep $1; }\nf 64', 'run --ep 64'],
  ['run $EXTRA', 'run --a 1 --b 2'],
])('%j runs %j', (script, command) => {
  expect(words(script, { EP: '32', '1': '16', '2': '2', EXTRA: '--a 1 --b 2' })).toEqual([command]);
});

test('what a script takes from outside is known by name', () => {
  const script = 'EP=${1:-8}\nTP=2\nrun --ep $EP --tp $TP --pp $PP $? "$@"\n';
  expect([...readShell(script).outside].sort()).toEqual(['1', 'PP']);
  expect([...readShell(script, [], answers({ PP: '4' })).outside].sort()).toEqual(['1', 'PP']);
});

test('an answered fact leads through the script to the answer', () => {
  const text = 'EP=$1\ntorchrun t.py --num-experts 8 --expert-model-parallel-size $EP $OPTIONS\n';
  const document = read({
    file: 't.sh',
    text,
    answers: answers({ '1': '4', OPTIONS: '--moe-router-topk 2' }),
  })!;
  const ep = factOf(document, 'layout.ep');
  expect(ep).toMatchObject({ value: 4, state: 'constant' });
  expect(ep.via).toEqual([
    { variable: 'EP', range: { start: 3, end: 5 } },
    { variable: '1', ...PLACE },
  ]);
  expect(text.slice(ep.range.start, ep.range.end)).toBe('$EP');
  const topK = factOf(document, 'model.topK');
  expect(topK.value).toBe(2);
  expect(text.slice(topK.range.start, topK.range.end)).toBe('$OPTIONS');
});

test.each([
  ['torchtitan.sh', 'vllm serve m -tp ${TP}\n', 'layout.tp'],
  ['options.yaml', 'tensor-parallel-size: ${TP}\nenable-expert-parallel: true\n', 'layout.tp'],
  [
    'options.yaml',
    'tensor-parallel-size: "{{ .Values.tp | default 8 }}"\nenable-expert-parallel: true\n',
    'layout.tp',
  ],
  ['megatron.yaml', 'MODEL_ARGS:\n  --num-experts: 8\n  --tensor-model-parallel-size: ${TP}\n', 'layout.tp'],
  [
    'args.yaml',
    'model_name: m\nserver_args: --tensor-parallel-size $TP --enable-expert-parallel\n',
    'layout.tp',
  ],
  ['trtllm.yaml', 'moe_expert_parallel_size: 2\ntensor_parallel_size: $TP\n', 'layout.tp'],
  [
    'pod.yaml',
    'spec:\n  containers:\n  - command: [vllm, serve, m, --tensor-parallel-size, $TP, --enable-expert-parallel]\n',
    'layout.tp',
  ],
])('%s %j takes an answer', (file, text, name) => {
  const document = read({ file, text, answers: answers({ TP: '4', '.Values.tp': '4' }) })!;
  const fact = factOf(document, name);
  expect(fact).toMatchObject({ value: 4, state: 'constant' });
  expect(fact.via?.at(-1)).toMatchObject(PLACE);
  expect(text.slice(fact.range.start, fact.range.end)).toMatch(/TP|tp/);
});
