// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import type { Fact, ReadDocument } from '../../../../src/config/fact';
import { effectiveDocument } from '../../../../src/config/link/effective';
import { plainPath } from '../../../../src/config/paths';
import { factOf, valuesOf } from '../facts';

const TRAIN = `#!/bin/bash
#SBATCH --nodes=99
EP=\${1:-2}
torchrun --nnodes $SLURM_NNODES --nproc_per_node 8 pretrain_gpt.py \\
  --num-experts 64 --moe-router-topk 4 --num-layers 24 --hidden-size 2048 --num-attention-heads 16 \\
  --expert-model-parallel-size $EP --tensor-model-parallel-size \${2} --pipeline-model-parallel-size \${PP:-1}
`;

function effective(files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(([file, text]) => ({ file, text }));
  return effectiveDocument(sources[0]!, { sources, pathOf: plainPath });
}
function documentOf(files: Readonly<Record<string, string>>): ReadDocument {
  const { document } = effective(files);
  if (document === null) throw new Error('nothing is started');
  return document;
}
const written = (files: Readonly<Record<string, string>>, { file, range }: Fact): string =>
  `${file}: ${files[file]?.slice(range.start, range.end)}`;

describe('a script that starts another one', () => {
  const files = {
    'jobs/submit.slurm':
      '#!/bin/bash\n#SBATCH --nodes=4\n#SBATCH --gpus-per-node=8\nexport PP=2\nsrun bash ../train.sh 8 1\n',
    'train.sh': TRAIN,
  };

  test('gives machines, arguments and environment', () => {
    const document = documentOf(files);
    expect(document).toMatchObject({ file: 'jobs/submit.slurm', framework: 'megatron-lm', kind: 'launch' });
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.ep': 8,
      'layout.tp': 1,
      'layout.pp': 2,
      'cluster.nodes': 4,
      'layout.worldSize': 32,
      'model.routedExperts': 64,
    });
  });

  test('every fact stands in the file that it is read from', () => {
    const document = documentOf(files);
    expect(written(files, factOf(document, 'cluster.nodes'))).toBe('jobs/submit.slurm: 4');
    expect(written(files, factOf(document, 'model.routedExperts'))).toBe('train.sh: 64');
    const ep = factOf(document, 'layout.ep');
    expect([ep.file, ep.state, ep.via]).toEqual(['train.sh', 'constant', undefined]);
    expect(written(files, ep)).toBe('train.sh: $EP');
    for (const fact of document.facts) {
      const text = files[fact.file as keyof typeof files];
      for (const { start, end } of [
        fact.range,
        fact.keyRange,
        ...(fact.via ?? []).map((step) => step.range),
      ]) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(end).toBeGreaterThanOrEqual(start);
      }
    }
  });

  test('what it leaves open stays open', () => {
    const document = documentOf({ 'a.sh': 'bash train.sh 4 "$TP"\n', 'train.sh': TRAIN });
    expect(factOf(document, 'layout.tp')).toMatchObject({ state: 'unresolved', expression: '$TP' });
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.ep': 4, 'layout.pp': 1 });
    expect(document.facts.some((fact) => fact.name === 'cluster.nodes' && fact.value === 99)).toBe(false);
  });

  test('the header of a script counts when it is submitted', () => {
    const document = documentOf({ 'a.sh': 'PP=4 sbatch ./train.sh 8 1\n', 'train.sh': TRAIN });
    expect(valuesOf(document.facts)).toMatchObject({ 'cluster.nodes': 99, 'layout.pp': 4 });
  });

  test('twice is two commands', () => {
    const document = documentOf({ 'a.sh': './train.sh 8 1\n./train.sh 16 2\n', 'train.sh': TRAIN });
    expect([0, 1].map((command) => factOf(document, 'layout.ep', command).value)).toEqual([8, 16]);
  });

  test('through a script between them', () => {
    const document = documentOf({
      'a.slurm': '#SBATCH --nodes=2\nsrun bash b.sh 4\n',
      'b.sh': 'exec bash train.sh "$1" 1\n',
      'train.sh': TRAIN,
    });
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.ep': 4, 'cluster.nodes': 2 });
  });

  test('that is not there is missed; one that starts itself ends', () => {
    expect(effective({ 'a.sh': 'bash sub/train.sh 8\n' })).toMatchObject({
      document: null,
      missing: ['sub/train.sh'],
    });
    expect(effective({ 'a.sh': 'bash a.sh\n' }).document).toBeNull();
    expect(effective({ 'a.sh': 'bash b.sh\n', 'b.sh': 'bash a.sh\n' }).document).toBeNull();
  });

  test('quotes in arguments keep their letters', () => {
    const document = documentOf({
      'a.sh': `bash t.sh "it's" 8\n`,
      't.sh': 'vllm serve "$1" -tp $2 --enable-expert-parallel\n',
    });
    expect(document.models.map(({ value }) => value)).toEqual(["it's"]);
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.tp': 8 });
  });
});
