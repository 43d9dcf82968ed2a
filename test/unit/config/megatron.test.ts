// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const SCRIPT = `#!/bin/bash
#SBATCH --nodes=4 --gres=gpu:h100:8
export CUDA_DEVICE_MAX_CONNECTIONS=1
TP=2
EP=\${EP:-8}
MOE_ARGS=(
    --num-experts 64
    --moe-router-topk 6
    --moe-token-dispatcher-type alltoall
    --moe-layer-freq '([0]*1+[1]*26)'
    --moe-grouped-gemm
    --moe-aux-loss-coeff 1e-2
)
torchrun --nproc_per_node=8 --nnodes $SLURM_NNODES pretrain_gpt.py \\
    "\${MOE_ARGS[@]}" \\
    --tensor-model-parallel-size $TP --expert-model-parallel-size \${EP} \\
    --num-layers 27 --hidden-size 2048 --ffn-hidden-size 10944 --num-attention-heads 16 \\
    --seq-length 4096 --micro-batch-size 1 --global-batch-size 256 \\
    --sequence-parallel --use-distributed-optimizer --bf16 \\
    --recompute-granularity selective --recompute-modules moe_act layernorm
`;

describe('a launch script', () => {
  const document = mustRead('train.sh', SCRIPT);

  test('states its layout, model, cluster and workload', () => {
    expect(document).toMatchObject({ framework: 'megatron-lm', kind: 'launch', problems: [] });
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 2,
      'layout.ep': 8,
      'layout.sequenceParallel': true,
      'model.routedExperts': 64,
      'model.topK': 6,
      'model.layers': 27,
      'model.hiddenSize': 2048,
      'model.moeLayerFrequency': '([0]*1+[1]*26)',
      'cluster.nodes': 4,
      'cluster.gpusPerNode': 8,
      'workload.sequenceLength': 4096,
      'workload.recompute': 'moe_act layernorm',
      'workload.sharding': 'optimizer',
      'communication.backend': 'alltoall',
      'megatron.moeGroupedGemm': true,
      'megatron.moeAuxLossCoeff': '1e-2',
      'megatron.cudaDeviceMaxConnections': 1,
    });
  });

  test('that forces balance is routed evenly', () => {
    const forced = mustRead('train.sh', `${SCRIPT.trimEnd()} --moe-router-force-load-balancing\n`);
    expect(valuesOf(forced.facts)['routing.distribution']).toBe('balanced');
    expect(valuesOf(document.facts)['routing.distribution']).toBeUndefined();
  });

  test('every literal is where it says', () => {
    for (const fact of document.facts) {
      if (fact.state !== 'literal' || typeof fact.value === 'boolean') continue;
      expect([fact.name, textOf(SCRIPT, fact)]).toEqual([fact.name, String(fact.value)]);
      if (fact.key === 'CUDA_DEVICE_MAX_CONNECTIONS') continue;
      expect(SCRIPT.slice(fact.keyRange.start, fact.keyRange.end)).toBe(fact.key.replace('#SBATCH ', ''));
    }
  });

  test('followed values lead to their assignment', () => {
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({ state: 'constant', key: '--expert-model-parallel-size' });
    expect(textOf(SCRIPT, ep)).toBe('${EP}');
    const last = ep.via!.at(-1)!;
    expect([last.variable, SCRIPT.slice(last.range.start, last.range.end)]).toEqual(['EP', '8']);
  });

  test('what is not written is a default or derived, with its source', () => {
    expect(factOf(document, 'layout.pp')).toMatchObject({ value: 1, state: 'default' });
    expect(factOf(document, 'layout.etp')).toMatchObject({
      value: 2,
      state: 'derived',
      origin: expect.stringContaining('model_parallel_config.py:506'),
    });
    expect(factOf(document, 'layout.worldSize')).toMatchObject({ value: 32, state: 'derived' });
    expect(factOf(document, 'layout.dp')).toMatchObject({ value: 16, state: 'derived' });
    expect(factOf(document, 'layout.edp')).toMatchObject({ value: 2, state: 'derived' });
    expect(factOf(document, 'model.expertIntermediateSize')).toMatchObject({
      value: 10944,
      state: 'derived',
    });
    expect(factOf(document, 'model.kvHeads')).toMatchObject({ value: 16, state: 'derived' });
    expect(factOf(document, 'model.headDim')).toMatchObject({ value: 128, state: 'derived' });
  });
});

function facts(options: string, before = ''): Record<string, unknown> {
  return valuesOf(mustRead('t.sh', `${before}torchrun train.py --num-experts 8 ${options}\n`).facts);
}

describe('options', () => {
  test('the dispatcher is allgather unless said, and flex is named by its backend', () => {
    expect(facts('')['communication.backend']).toBe('allgather');
    const flex = facts('--moe-token-dispatcher-type flex');
    expect(flex).toMatchObject({
      'communication.backend': 'deepep',
      'megatron.moeTokenDispatcherType': 'flex',
    });
    const hybrid = '--moe-token-dispatcher-type=flex --moe-flex-dispatcher-backend hybridep';
    expect(facts(hybrid)['communication.backend']).toBe('hybridep');
  });

  test('query groups count only with --group-query-attention', () => {
    const heads = '--num-attention-heads 32 --num-query-groups 4';
    expect(facts(heads)['model.kvHeads']).toBe(32);
    expect(facts(`${heads} --group-query-attention`)['model.kvHeads']).toBe(4);
  });

  test('MLA widths count only with --multi-latent-attention', () => {
    expect(facts('--kv-lora-rank 512')['model.mla.kvLoraRank']).toBeUndefined();
    expect(facts('--kv-lora-rank 512 --multi-latent-attention')).toMatchObject({
      'model.mla.kvLoraRank': 512,
      'model.mla.qLoraRank': null,
      'model.mla.vHeadDim': 128,
    });
  });

  test('an MLP has a gate with SwiGLU only', () => {
    const matrices = (options: string) =>
      factOf(
        mustRead('train.sh', `torchrun pretrain_gpt.py --num-experts 8 ${options}\n`),
        'model.mlpMatrices',
      );
    expect(matrices('--swiglu')).toMatchObject({ value: 3, state: 'derived', key: '--swiglu' });
    expect(matrices('--quick-geglu')).toMatchObject({ value: 3, key: '--quick-geglu' });
    expect(matrices('')).toMatchObject({ value: 2, state: 'default' });
  });

  test('biases are on unless they are disabled', () => {
    expect(facts('')).toMatchObject({ 'model.qkvBias': true, 'model.expertBias': true });
    expect(facts('--disable-bias-linear --add-qkv-bias')).toMatchObject({
      'model.qkvBias': true,
      'model.outputBias': false,
      'model.expertBias': false,
    });
  });

  test('virtual stages', () => {
    const pipeline = '--num-layers 32 --pipeline-model-parallel-size 4';
    expect(facts(`${pipeline} --num-layers-per-virtual-pipeline-stage 2`)['layout.vpp']).toBe(4);
    expect(facts(`${pipeline} --num-virtual-stages-per-pipeline-rank 8`)['layout.vpp']).toBe(8);
    expect(facts(pipeline)['layout.vpp']).toBe(1);
  });

  test('the last one counts', () => {
    const document = mustRead('t.sh', 'torchrun t.py --num-experts 8 --num-experts 16\n');
    expect(factOf(document, 'model.routedExperts').value).toBe(16);
  });

  test('sizes that do not come out even are left out', () => {
    const sizes = facts('--nproc-per-node 8 --nnodes 1 --tensor-model-parallel-size 3');
    expect(sizes['layout.worldSize']).toBe(8);
    expect(sizes['layout.dp']).toBeUndefined();
  });

  test('an option without a value, or with a wrong one, is a problem and no value', () => {
    const text =
      'torchrun t.py --num-experts --moe-router-topk two --expert-model-parallel-size 8 --seq-length\n';
    const document = mustRead('t.sh', text);
    expect(document.problems.map((problem) => [problem.severity, problem.message])).toEqual([
      ['error', '--num-experts needs a whole number.'],
      ['error', '--moe-router-topk needs a whole number, not “two”.'],
      ['error', '--seq-length needs a whole number.'],
    ]);
    expect(text.slice(document.problems[1]!.range.start, document.problems[1]!.range.end)).toBe('two');
    for (const name of ['model.routedExperts', 'model.topK', 'workload.sequenceLength']) {
      expect(factOf(document, name)).toMatchObject({ value: null, state: 'unresolved' });
    }
  });
});

describe('what cannot be known', () => {
  test('sizes that torchrun finds out', () => {
    const document = mustRead('t.sh', 'torchrun --nproc_per_node gpu --nnodes 1:4 t.py --num-experts 8\n');
    expect(document.problems).toEqual([]);
    expect(factOf(document, 'cluster.nodes')).toMatchObject({ state: 'unresolved', expression: '1:4' });
    expect(factOf(document, 'cluster.gpusPerNode')).toMatchObject({ state: 'unresolved', expression: 'gpu' });
  });

  test('what a checkpoint or a YAML file says has no default', () => {
    expect(facts('--use-checkpoint-args')['model.topK']).toBeUndefined();
    expect(facts('--use-checkpoint-args')['layout.pp']).toBe(1);
    expect(facts('--yaml-cfg c.yaml')).toEqual({ 'model.routedExperts': 8, 'megatron.yamlCfg': 'c.yaml' });
  });

  test('a part of the command that the file does not say may say what is taken for a default', () => {
    const origin = (command: string) => factOf(mustRead('train.sh', `${command}\n`), 'layout.pp').origin;
    const known = 'torchrun pretrain_gpt.py --num-experts 8 --micro-batch-size $MBS';
    expect(origin(known)).toMatch(/model_parallel_config\.py$/);
    expect(origin(`${known} --swiglu $EXTRA "$@"`)).toMatch(/, unless \$EXTRA or \$@ says otherwise$/);
    expect(origin(`EXTRA="--bf16"\n${known} $EXTRA`)).not.toContain('unless');
  });

  test('a variable that is never set', () => {
    const document = mustRead('t.sh', 'torchrun t.py --num-experts 64 --expert-model-parallel-size $EP\n');
    expect(factOf(document, 'layout.ep')).toMatchObject({
      value: null,
      state: 'unresolved',
      expression: '$EP',
    });
  });

  test('TP that is open leaves ETP open, and no size rests on it', () => {
    const text =
      'TP=${10}\ntorchrun --nproc_per_node 8 t.py --num-experts 8 --tensor-model-parallel-size $TP\n';
    const document = mustRead('t.sh', text);
    expect(factOf(document, 'layout.etp')).toMatchObject({ state: 'unresolved', expression: '${10}' });
    expect(document.facts.some((fact) => fact.name === 'layout.dp')).toBe(false);
    expect(factOf(document, 'layout.worldSize').value).toBe(8);
  });

  test('options of branches keep their condition, equal ones in all branches do not', () => {
    const text = `if [ $SIZE = a ]; then
  opts="--num-experts 64 --moe-router-topk 6"
else
  opts="--num-experts 160 --moe-router-topk 6"
fi
torchrun t.py $opts --expert-model-parallel-size 8
`;
    const document = mustRead('t.sh', text);
    const experts = document.facts.filter((fact) => fact.name === 'model.routedExperts');
    expect(experts.map((fact) => [fact.value, fact.condition])).toEqual([
      [64, '[ $SIZE = a ]'],
      [160, 'otherwise'],
    ]);
    expect(factOf(document, 'model.topK')).toMatchObject({ value: 6, state: 'literal' });
    expect(factOf(document, 'model.topK').condition).toBeUndefined();
  });
});

describe('which files', () => {
  test('option variables that another file uses', () => {
    const document = mustRead(
      'model.sh',
      'EP=${EP:-32}\nMODEL_OPTIONS="--num-experts 64 --expert-model-parallel-size $EP"\n',
    );
    expect(valuesOf(document.facts)).toEqual({ 'model.routedExperts': 64, 'layout.ep': 32 });
  });

  test('several commands are told apart', () => {
    const text = 'torchrun a.py --num-experts 8\ntorchrun a.py --num-experts 16\n';
    const document = mustRead('t.sh', text);
    expect(factOf(document, 'model.routedExperts', 0).value).toBe(8);
    expect(factOf(document, 'model.routedExperts', 1).value).toBe(16);
  });

  test('a dense job is read, but nothing is said about experts', () => {
    const document = mustRead('t.sh', 'torchrun t.py --tensor-model-parallel-size 4\n');
    expect(document.facts.map((fact) => fact.name)).toEqual(['layout.tp']);
  });

  test.each([
    ['t.sh', 'echo torchrun t.py --num-experts 8\n'],
    ['t.sh', '# torchrun t.py --num-experts 8\n'],
    ['README.md', 'torchrun t.py --num-experts 8\n'],
    ['t.yaml', 'args:\n  - --num-experts 8\n'],
    ['t.py', 'torchrun t.py --num-experts 8\n'],
  ])('%s: %s is not one', (file, text) => {
    expect(read({ file, text })).toBeNull();
  });

  test('a shebang makes any file a script', () => {
    expect(read({ file: 'launch.txt', text: '#!/bin/bash\ntorchrun t.py --num-experts 8\n' })).not.toBeNull();
  });
});

test.each([
  ['Et*7|t*7L', 2, 1],
  ['Ettt|(tt|)*3tL', 4, undefined],
  ['Ett|(tt|)*6tL', 4, 2],
  // A rank's last chunk holds no layer, and PP does not divide the stages.
  ['Ett|(tt|)*6L', 4, undefined],
  ['auto', 4, undefined],
])('counts the chunks of a rank in the pipeline layout %j of PP %d: %s', (layout, pp, vpp) => {
  const text = `torchrun --nproc-per-node 8 t.py --num-experts 8 --expert-model-parallel-size 2 --pipeline-model-parallel-size ${pp} --pipeline-model-parallel-layout "${layout}"\n`;
  expect(valuesOf(mustRead('t.sh', text).facts)['layout.vpp']).toBe(vpp);
});

test('says the norms of heads also where only the model stands in a script', () => {
  const text = 'MODEL_ARGS=(\n  --num-experts 8\n  --num-layers 4\n  --qk-layernorm\n)\n';
  const facts = valuesOf(mustRead('model.sh', text).facts);
  expect(facts['model.qkNorm']).toBe('per-head');
  const latent = valuesOf(mustRead('model.sh', text.replace('4\n', '4\n  --multi-latent-attention\n')).facts);
  expect(latent).not.toHaveProperty('model.qkNorm');
});
