import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { effectiveDocument } from '../../../src/config/link/effective';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const JOB = `[model]
name = "deepseek_v3"
flavor = "16B"

[training]
local_batch_size = 4
seq_len = 4096

[parallelism]
data_parallel_replicate_degree = 2
data_parallel_shard_degree = 8
tensor_parallel_degree = 2
expert_parallel_degree = 8
expert_tensor_parallel_degree = 1

[activation_checkpoint]
mode = "full"
`;

describe('torchtitan', () => {
  test('states its sizes where they are written', () => {
    const document = mustRead('train.toml', JOB);
    expect(document).toMatchObject({ framework: 'torchtitan', kind: 'launch', problems: [] });
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({
      value: 8,
      state: 'literal',
      role: 'parallelism',
      key: 'expert_parallel_degree',
    });
    expect(textOf(JOB, ep)).toBe('8');
    expect(ep.range.start).toBe(JOB.indexOf('expert_parallel_degree') + 'expert_parallel_degree = '.length);
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 2,
      'layout.etp': 1,
      'workload.microBatchSize': 4,
      'workload.sequenceLength': 4096,
      'workload.recompute': 'full',
    });
  });

  test('without a global batch every rank takes its local batch once', () => {
    const batchOf = (text: string) =>
      valuesOf(mustRead('train.toml', text).facts)['workload.globalBatchSize'];
    expect(batchOf(JOB)).toBe(64);
    expect(batchOf(JOB.replace('seq_len', 'global_batch_size = 256\nseq_len'))).toBe(256);
    expect(batchOf(JOB.replace('seq_len', 'global_batch_size = -1\nseq_len'))).toBe(64);
  });

  test('selective checkpointing by operator recomputes modules, of some layers it stays open', () => {
    const recomputed = (lines: string) => {
      const document = mustRead('train.toml', JOB.replace('mode = "full"', lines));
      return document.facts.find(({ name }) => name === 'workload.recompute');
    };
    const byOperator = { state: 'derived', value: 'layernorm,mla_up_proj,mlp,shared_experts,moe_experts' };
    expect(recomputed('mode = "selective"\nselective_ac_option = "op"')).toMatchObject(byOperator);
    expect(recomputed('mode = "selective"')).toMatchObject(byOperator);
    expect(recomputed('mode = "selective"\nselective_ac_option = "1"')).toMatchObject({ value: 'full' });
    const local = JOB.replace('mode = "full"', 'mode = "selective"').replace(
      'degree = 8\nexpert',
      'degree = 1\nexpert',
    );
    expect(valuesOf(mustRead('train.toml', local).facts)).toMatchObject({
      'layout.ep': 1,
      'workload.recompute': 'layernorm,mla_up_proj,mlp,moe',
    });
    for (const lines of ['mode = "selective"\nselective_ac_option = "2"', 'mode = "memory_budget"']) {
      expect(recomputed(lines)).toMatchObject({ state: 'unresolved', value: null });
    }
  });

  test('DP is replicas times shards, and FSDP shards parameters', () => {
    const document = mustRead('train.toml', JOB);
    expect(factOf(document, 'layout.dp')).toMatchObject({ value: 16, state: 'derived' });
    expect(factOf(document, 'workload.sharding')).toMatchObject({ value: 'parameters' });
  });

  test('the training dtype decides gradients and the optimizer state', () => {
    const kept = (text: string) => valuesOf(mustRead('train.toml', text).facts);
    expect(kept(JOB)).toMatchObject({
      'workload.parameterDtype': 'fp32',
      'workload.gradientDtype': 'fp32',
      'workload.masterDtype': 'none',
      'workload.momentDtype': 'fp32',
      'workload.precision': 'bf16',
      'workload.optimizer': 'adam',
    });
    const bf16 = JOB.replace('seq_len', 'dtype = "bfloat16"\nenable_cpu_offload = true\nseq_len');
    expect(kept(bf16)).toMatchObject({
      'workload.gradientDtype': 'bf16',
      'workload.masterDtype': 'none',
      'workload.momentDtype': 'bf16',
      'workload.secondMomentDtype': 'bf16',
      'workload.optimizerOffload': 1,
      'workload.gradientOffload': true,
      'workload.parameterOffload': true,
    });
    expect(factOf(mustRead('train.toml', bf16), 'workload.momentDtype')).toMatchObject({ key: 'dtype' });
  });

  test('a pipeline holds gathered weights and whole gradients between microbatches', () => {
    const text = JOB.replace('[parallelism]', '[parallelism]\npipeline_parallel_degree = 4');
    expect(valuesOf(mustRead('train.toml', text).facts)).toMatchObject({
      'workload.sharding': 'optimizer',
      'workload.parameterDtype': 'bf16',
      'workload.masterDtype': 'fp32',
      'workload.gradientDtype': 'fp32',
    });
  });

  test.each([
    ['converters = []', { value: 'bf16' }],
    ['converters = ["quantize.linear.float8", "quantize.grouped_mm.float8"]', { value: 'fp8' }],
    ['converters = ["quantize.grouped_mm.mx", "quantize.linear.mx"]', { value: 'mxfp8' }],
    ['converters = ["float8"]', { state: 'unresolved', expression: '["float8"]' }],
  ])('%s', (line, precision) => {
    const document = mustRead('train.toml', JOB.replace('flavor', `${line}\nflavor`));
    expect(document.problems).toEqual([]);
    expect(factOf(document, 'workload.precision')).toMatchObject(precision);
  });

  test('what is not written has its default, with the source', () => {
    const fact = factOf(mustRead('train.toml', JOB), 'layout.pp');
    expect(fact).toMatchObject({
      value: 1,
      state: 'default',
      origin: expect.stringContaining('job_config.py'),
    });
  });

  test('-1 leaves DP to the number of ranks', () => {
    const text = JOB.replace('shard_degree = 8', 'shard_degree = -1');
    expect(factOf(mustRead('train.toml', text), 'layout.dp')).toMatchObject({
      value: null,
      state: 'unresolved',
      expression: expect.stringContaining('-1'),
    });
  });

  test('a flavor names the published model', () => {
    const [job] = linkJobs([mustRead('train.toml', JOB)]);
    expect(job).toMatchObject({ preset: 'deepseek-ai/DeepSeek-V2-Lite', command: null, role: null });
  });

  test('half-typed values are open, wrong ones are said', () => {
    const half = mustRead(
      'train.toml',
      JOB.replace('expert_parallel_degree = 8', 'expert_parallel_degree ='),
    );
    expect(half.problems).toHaveLength(1);
    expect(valuesOf(half.facts)).toMatchObject({ 'layout.tp': 2 });
    const wrong = mustRead(
      'train.toml',
      JOB.replace('expert_parallel_degree = 8', 'expert_parallel_degree = 2.5'),
    );
    expect(wrong.problems).toMatchObject([
      { message: 'expert_parallel_degree needs a whole number, not “2.5”.' },
    ]);
    expect(factOf(wrong, 'layout.ep')).toMatchObject({ state: 'unresolved' });
  });

  test.each([
    ['a dense model', '[model]\nname = "llama3"\n[parallelism]\ntensor_parallel_degree = 8\n'],
    ['another tool', '[package]\nname = "x"\n[parallelism]\njobs = 4\n'],
  ])('leaves %s alone', (_, text) => {
    expect(read({ file: 'x.toml', text })).toBeNull();
  });
});

describe('stages per rank', () => {
  const withPipeline = (lines: string) =>
    mustRead(
      'job.toml',
      `[model]\nname = "deepseek_v3"\n[parallelism]\nexpert_parallel_degree = 4\n${lines}\n`,
    );
  test.each([
    ['pipeline_parallel_degree = 1\npipeline_parallel_schedule = "Interleaved1F1B"', 1],
    ['pipeline_parallel_degree = 4', 1],
    ['pipeline_parallel_degree = 4\npipeline_parallel_schedule = "1F1B"', 1],
    ['pipeline_parallel_degree = 4\npipeline_parallel_schedule = "interleaved1f1b"', 2],
    ['pipeline_parallel_degree = 4\npipeline_parallel_schedule = "DualPipeV"', 2],
  ])('%s: %i', (lines, vpp) => {
    expect(factOf(withPipeline(lines), 'layout.vpp')).toMatchObject({ value: vpp, state: 'derived' });
  });

  test('are open where the model’s layers decide, and not stated for a schedule that is not known', () => {
    const loop = 'pipeline_parallel_degree = 4\npipeline_parallel_schedule = "Interleaved1F1B"\n';
    expect(factOf(withPipeline(`${loop}pipeline_parallel_layers_per_stage = 2`), 'layout.vpp').state).toBe(
      'unresolved',
    );
    const own = withPipeline('pipeline_parallel_degree = 4\npipeline_parallel_schedule = "Mine"');
    expect(own.facts.some((fact) => fact.name === 'layout.vpp')).toBe(false);
  });
});

test('experts fold into the ranks of a stage', () => {
  const text = `[model]
name = "qwen3"
flavor = "30B-A3B"
[parallelism]
data_parallel_replicate_degree = 2
data_parallel_shard_degree = 8
tensor_parallel_degree = 2
pipeline_parallel_degree = 2
expert_parallel_degree = 4
`;
  const document = mustRead('job.toml', text);
  expect(valuesOf(document.facts)).toMatchObject({
    'layout.dp': 16,
    'layout.worldSize': 64,
    'layout.edp': 8,
  });
  expect(factOf(document, 'layout.edp')).toMatchObject({ state: 'derived' });
});

test.each([
  ['gpt_oss', '20B', 'x', 'openai/gpt-oss-20b'],
  ['kimi_linear', '48B_A3B', './assets/hf/Kimi-Linear-48B-A3B-Base', 'Kimi-Linear-48B-A3B-Base'],
  ['deepseek_v3', 'debugmodel', './assets/hf/DeepSeek-V3', undefined],
])('%s %s with %s is %s', (name, flavor, assets, model) => {
  const text = `[model]\nname = "${name}"\nflavor = "${flavor}"\nhf_assets_path = "${assets}"\n[parallelism]\nexpert_parallel_degree = 1\n`;
  expect(mustRead('job.toml', text).models.map(({ value }) => value)).toEqual(
    model === undefined ? [] : [model],
  );
});

describe('a torchtitan script', () => {
  const START = 'NGPU=8 MODULE=deepseek_v3 CONFIG=deepseek_v3_16b ./run_train.sh';

  test('states what its options do, and no defaults for what the Python config may say', () => {
    const text = `#!/bin/bash\n${START} \\\n  --parallelism.expert_parallel_degree=4 --parallelism.data-parallel-shard-degree 8 \\\n  --activation-checkpoint.mode full\n`;
    const document = mustRead('train.sh', text);
    expect(document).toMatchObject({ framework: 'torchtitan', partial: true, problems: [] });
    expect(document.models).toMatchObject([{ value: 'deepseek-ai/DeepSeek-V2-Lite' }]);
    expect(textOf(text, factOf(document, 'layout.ep'))).toBe('4');
    expect(valuesOf(document.facts)).toEqual({
      'layout.ep': 4,
      'torchtitan.dataParallelShardDegree': 8,
      'torchtitan.activationCheckpoint': 'full',
      'workload.recompute': 'full',
      'cluster.gpusPerNode': 8,
      'cluster.nodes': 1,
    });
  });

  test('is found behind a function, torchrun and a batch header', () => {
    const behind = `#!/bin/bash\ntraced() {\n  TRACE=1 "$@"\n}\n${START.replace('./', 'traced ./')} --parallelism.expert_parallel_degree 2\n`;
    expect(valuesOf(mustRead('a.sh', behind).facts)).toMatchObject({
      'layout.ep': 2,
      'cluster.gpusPerNode': 8,
    });
    const slurm =
      '#!/bin/bash\n#SBATCH --nodes=4\nsrun torchrun --nnodes $SLURM_NNODES --nproc_per_node 8 -m torchtitan.train --module gpt_oss --config gpt_oss_120b --parallelism.expert_parallel_degree 32\n';
    const document = mustRead('b.sh', slurm);
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.ep': 32,
      'cluster.nodes': 4,
      'cluster.gpusPerNode': 8,
    });
    expect(document.models).toMatchObject([{ value: 'openai/gpt-oss-120b' }]);
  });

  test('with simulated ranks says nothing of nodes', () => {
    const text = `#!/bin/bash\nexport COMM_MODE=fake_backend\n${START.replace('8', '256')} --parallelism.expert_parallel_degree 64\n`;
    expect(valuesOf(mustRead('train.sh', text).facts)).toEqual({ 'layout.ep': 64 });
  });

  test.each([
    ['a dense model', 'MODULE=llama3 CONFIG=llama3_8b ./run_train.sh --parallelism.tensor_parallel_degree 8'],
    ['another trainer', 'torchrun -m mine.train --parallelism.expert_parallel_degree 8'],
  ])('leaves %s alone', (_, line) => {
    expect(read({ file: 'train.sh', text: `#!/bin/bash\n${line}\n` })).toBeNull();
  });

  test('is completed by the file that it names, where that is at hand', () => {
    const script = {
      file: 'train.sh',
      text: '#!/bin/bash\ntorchrun --nproc_per_node 8 -m torchtitan.train --job.config_file job.toml --parallelism.expert_parallel_degree 16\n',
    };
    const workspace = { sources: [script, { file: 'job.toml', text: JOB }], pathOf: (file: string) => file };
    const { document } = effectiveDocument(script, workspace);
    expect(valuesOf(document?.facts ?? [])).toMatchObject({
      'layout.ep': 16,
      'layout.tp': 2,
      'layout.dp': 16,
    });
    const alone = effectiveDocument(script, { ...workspace, sources: [script] });
    expect(alone.missing).toEqual(['job.toml']);
    expect(valuesOf(alone.document?.facts ?? [])).toEqual({ 'layout.ep': 16, 'cluster.gpusPerNode': 8 });
  });
});
