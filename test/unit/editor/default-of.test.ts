import { expect, test } from 'vitest';
import { read } from '../../../src/config/read';
import { defaultOf } from '../../../src/editor/default-of';

function defaultIn(file: string, text: string, name: string) {
  const fact = read({ file, text })?.facts.find((one) => one.name === name && one.state !== 'default');
  if (!fact) throw new Error(`${name} is not in the file`);
  return defaultOf(fact, text)?.value;
}

test('a default is what is read of the file without the option', () => {
  const script =
    'torchrun pretrain_gpt.py \\\n  --num-experts 8 \\\n  --moe-router-topk 4 \\\n  --expert-model-parallel-size 2\n';
  expect(defaultIn('train.sh', script, 'model.topK')).toBe(2);
  const config =
    '{ "model_type": "mixtral", "num_local_experts": 64, "num_experts_per_tok": 4, "hidden_size": 64 }';
  expect(defaultIn('config.json', config, 'model.topK')).toBe(2);
});

test('what has no default has none', () => {
  const script =
    'torchrun pretrain_gpt.py --num-experts 8 --hidden-size 1024 --expert-model-parallel-size 2\n';
  expect(defaultIn('train.sh', script, 'model.hiddenSize')).toBeUndefined();
});
