import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { call, folderWith } from './workspace';

const at = folderWith({});

const TRAIN = `python pretrain_gpt.py --num-experts 8 --expert-model-parallel-size 4 --moe-router-topk 2 \\
  --num-layers 4 --hidden-size 512 --ffn-hidden-size 512 --num-attention-heads 4 --seq-length 512 \\
  --micro-batch-size 1 --global-batch-size 8`;
const LENGTH = 500_000;
const many = (text: string): string => text.repeat(LENGTH / text.length);

/** Each takes minutes where something looks at the rest of the text once for every place in it. */
const TEXTS: Readonly<Record<string, string>> = {
  'an embedded blob': `${TRAIN}\nBLOB=${many('a')}\n`,
  'a blob of words with dashes and dots': `${TRAIN}\nBLOB=${many('a-b.')}\n`,
  'empty lines': `${TRAIN}\n${many('\n')}x\n`,
  'half a merge': `<<<<<<< a\n${TRAIN}\n${many('=======\n')}`,
  'a directive without a value': `#!/bin/bash\n#SBATCH ${many('-A')}\n${TRAIN}\n`,
  'parentheses that stay open': `${TRAIN} --pipeline-model-parallel-layout "${many('(')}"\n`,
  'a path of slashes': `${TRAIN} --load ${many('/')}x\n`,
  'one long sum': `N=$((1${many('+1')}))\n${TRAIN} --seed $N\n`,
};

test.each(Object.keys(TEXTS))('%s is read in the time of its length', { timeout: 20_000 }, (name) => {
  const file = at(`${name.replaceAll(' ', '-')}.sh`);
  writeFileSync(file, TEXTS[name]!);
  expect(call(['lint', file]).message).toContain('1 MoE config');
});
