import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';
import { type SizeProposals, sizeProposals } from '../../../src/worker/sizes';

const CHOICES = { disabled: [], settings: {} };

/** What is proposed where `|` stands in a file. */
function proposed(marked: string, file = 'train.sh', others: Readonly<Record<string, string>> = {}) {
  const engine = new Engine();
  for (const [name, text] of Object.entries(others)) engine.setDocument(name, text);
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  engine.setDocument(file, text);
  const before = JSON.stringify(engine.analyse(file, {}, []));
  const found = runToEnd(
    sizeProposals(text, offset, {
      analyse: (trial) => engine.analyseAs({ file, text: trial, ...CHOICES }),
      *simulate({ job }) {
        const request = { ...CHOICES, overrides: {}, engine: 'expected', matrices: false } as const;
        return (yield* engine.simulate(job, request)).result;
      },
    }),
  );
  expect(JSON.stringify(engine.analyse(file, {}, [])), 'trials leave nothing behind').toBe(before);
  return found;
}
const values = (found: SizeProposals | null) => found?.options.map(({ value }) => value);

const MODEL = `torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py \\
  --num-layers 8 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 \\
  --num-experts 8 --moe-router-topk 2 --moe-ffn-hidden-size 512 --micro-batch-size 1 --global-batch-size 64 \\
  --moe-token-dispatcher-type alltoall --disable-bias-linear`;

describe('the values of a parallel size', () => {
  it.each([
    ['behind a flag', `${MODEL} --expert-model-parallel-size |\n`],
    [
      'behind a flag that others follow',
      `${MODEL} --expert-model-parallel-size | --tensor-model-parallel-size 1\n`,
    ],
    ['behind an equals sign', `${MODEL} --expert-model-parallel-size=|\n`],
    ['half typed', `${MODEL} --expert-model-parallel-size 3|\n`],
    ['where the variable is assigned', `EP=|\n${MODEL} --expert-model-parallel-size $EP\n`],
    ['as the fallback of a variable', `EP=\${EP:-|8}\n${MODEL} --expert-model-parallel-size $EP\n`],
    ['in quotes', `EP="|"\n${MODEL} --expert-model-parallel-size $EP\n`],
  ])('are those that divide the experts, %s', (_, text) => {
    expect(values(proposed(text))).toEqual([1, 2, 4, 8]);
  });

  it('say what each makes of the job', () => {
    const options = proposed(`${MODEL} --expert-model-parallel-size |\n`)?.options ?? [];
    expect(options.map(({ figures }) => figures?.expertsPerRank.most)).toEqual([8, 4, 2, 1]);
    expect(options.map(({ figures }) => figures?.gpus)).toEqual([16, 16, 16, 16]);
    expect(options[0]?.figures).toMatchObject({ remoteNodes: 0, layerMicroseconds: 0, shortage: 'none' });
    expect(options[3]?.figures?.layerMicroseconds).toBeGreaterThan(0);
  });

  it('name the option that a value needs beside it', () => {
    const options = proposed(`${MODEL} --tensor-model-parallel-size |\n`)?.options ?? [];
    expect(options.find(({ value }) => value === 1)?.needs).toEqual([]);
    expect(options.find(({ value }) => value === 2)?.needs).toEqual(['Add --sequence-parallel']);
  });

  it('leave out what the world or the layers refuse', () => {
    const of = (flag: string) => values(proposed(`${MODEL} ${flag} |\n`));
    expect(of('--pipeline-model-parallel-size')).toEqual([1, 2, 4, 8]);
    expect(of('--context-parallel-size')).not.toContain(32);
  });

  it('are found in YAML, TOML, JSON and scenario files', () => {
    const yaml = `MODEL_ARGS:
  --num-layers: 16
  --hidden-size: 2048
  --num-attention-heads: 16
  --disable-bias-linear: true
  --num-experts: 64
  --moe-router-topk: 6
  --moe-ffn-hidden-size: 1024
  --moe-token-dispatcher-type: alltoall
  --expert-model-parallel-size: |
`;
    expect(values(proposed(yaml, 'args.yaml'))).toEqual([1, 2, 4, 8, 16, 32, 64]);
    const toml = `[model]
name = "qwen3"
flavor = "30B-A3B"
[parallelism]
tensor_parallel_degree = 4
expert_parallel_degree = |
expert_tensor_parallel_degree = 1
`;
    expect(proposed(toml, 'train.toml')?.name).toBe('layout.ep');
    const json = '{ "expert_parallel": { "enabled": true, "autoep_size": | } }';
    expect(proposed(json, 'ds_config.json')?.name).toBe('layout.ep');
    const scenario = 'model: Qwen/Qwen3-30B-A3B\nlayout:\n  ep: |\n';
    expect(values(proposed(scenario, 'a.moe.yaml'))).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
    const answer = 'job: train.sh\nvariables:\n  EP: |\n';
    const script = `${MODEL} --expert-model-parallel-size $EP\n`;
    expect(values(proposed(answer, 'a.moe.yaml', { 'train.sh': script }))).toEqual([1, 2, 4, 8]);
  });

  it.each([
    ['an option that is no size', `${MODEL} --lr |\n`],
    ['what comes from outside', `${MODEL} --expert-model-parallel-size $|EP\n`],
    ['an expression', `N=2\n${MODEL} --expert-model-parallel-size $((N * |4))\n`],
    ['a word', `${MODEL} --expert-model-par|allel-size 8\n`],
    ['a file of others', 'echo 8|\n'],
  ])('are not proposed for %s', (_, text) => expect(proposed(text)).toBeNull());
});
