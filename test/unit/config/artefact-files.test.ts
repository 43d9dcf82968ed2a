import { expect, test } from 'vitest';
import { factOf, mustRead, textOf } from './facts';

const SGLANG = 'python -m sglang.launch_server --model-path m --tp 8 --ep 8 --init-expert-location';

test.each([
  [
    'serve.sh',
    `${SGLANG} ./eplb/location.json\n`,
    'placement.file',
    './eplb/location.json',
    './eplb/location.json',
  ],
  ['serve.sh', `${SGLANG}=/data/dump.pt\n`, 'placement.file', '/data/dump.pt', '/data/dump.pt'],
  [
    'options.yaml',
    'tensor_parallel_size: 8\nmoe_expert_parallel_size: 8\nmoe_config:\n  load_balancer: ./balancer.yaml\n',
    'placement.file',
    './balancer.yaml',
    './balancer.yaml',
  ],
  [
    'train.sh',
    'torchrun pretrain_gpt.py --num-experts 8 --moe-routing-trace-path /logs/trace/\n',
    'routing.file',
    '/logs/trace/router_trace_rank0.jsonl',
    '/logs/trace/',
  ],
  [
    'serve.sh',
    `vllm serve m -tp 8 --enable-expert-parallel --additional-config '{"eplb_config": {"expert_map_path": "map.json"}}'\n`,
    'placement.file',
    'map.json',
    'map.json',
  ],
])('%s names a file: %s', (file, text, name, path, written) => {
  const fact = factOf(mustRead(file, text), name);
  expect(fact).toMatchObject({ value: path, state: 'derived' });
  expect(textOf(text, fact)).toBe(written);
});

test.each([
  `${SGLANG} trivial\n`,
  `${SGLANG} '{"logical_count": [[1, 2]]}'\n`,
  `${SGLANG.replace(' --init-expert-location', '')}\n`,
])('%s names none', (text) => {
  expect(mustRead('serve.sh', text).facts.map(({ name }) => name)).not.toContain('placement.file');
});

test('a file in a variable that is not known is left open', () => {
  const fact = factOf(mustRead('serve.sh', `${SGLANG} $LOCATION\n`), 'placement.file');
  expect(fact).toMatchObject({ state: 'unresolved', expression: '$LOCATION' });
});
