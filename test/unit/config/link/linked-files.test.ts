// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text and templates.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../../src/config/fact';
import type { Job } from '../../../../src/config/job';
import { linkJobs } from '../../../../src/config/link';
import { effectiveDocument } from '../../../../src/config/link/effective';
import { plainPath } from '../../../../src/config/paths';
import type { SourceText } from '../../../../src/config/read';
import { valuesOf } from '../facts';

const sourcesOf = (files: Readonly<Record<string, string>>): SourceText[] =>
  Object.entries(files).map(([file, text]) => ({ file, text }));

/** The jobs of the first of several files. */
function jobsOf(files: Readonly<Record<string, string>>): Job[] {
  const sources = sourcesOf(files);
  const { document } = effectiveDocument(sources[0]!, { sources, pathOf: plainPath });
  return document === null ? [] : linkJobs([document], { sources });
}

const factOf = (job: Job | undefined, name: string): Fact => {
  const [fact, ...more] = job?.facts.filter((one) => one.name === name) ?? [];
  if (fact === undefined || more.length > 0) throw new Error(`${more.length + 1} facts are called ${name}`);
  return fact;
};
const writtenAt = (files: Readonly<Record<string, string>>, { file, range }: Fact): string =>
  `${file}: ${files[file]?.slice(range.start, range.end)}`;

describe('a file of options', () => {
  test('of vLLM: the command line counts, and what follows is worked out again', () => {
    const files = {
      'run/serve.sh': 'vllm serve Qwen/Qwen3-30B-A3B --config opts.yaml -tp 2\n',
      'run/opts.yaml': 'tensor-parallel-size: 4\ndata-parallel-size: 4\nenable-expert-parallel: true\n',
    };
    const [job] = jobsOf(files);
    expect(valuesOf(job!.facts)).toMatchObject({ 'layout.tp': 2, 'layout.dp': 4, 'layout.ep': 8 });
    expect(writtenAt(files, factOf(job, 'layout.tp'))).toBe('run/serve.sh: 2');
    expect(writtenAt(files, factOf(job, 'layout.dp'))).toBe('run/opts.yaml: 4');
    expect(job).toMatchObject({ files: ['run/opts.yaml'], missingFiles: [], preset: 'Qwen/Qwen3-30B-A3B' });
  });

  test('of SGLang, in a manner that by itself would be nobody’s', () => {
    const files = {
      'serve.sh': 'python -m sglang.launch_server --config conf/o.yaml --ep-size 4\n',
      'conf/o.yaml': 'model-path: deepseek-ai/DeepSeek-V3\ntp: 8\n',
    };
    const [job] = jobsOf(files);
    expect(valuesOf(job!.facts)).toMatchObject({ 'layout.tp': 8, 'layout.ep': 4, 'layout.worldSize': 8 });
  });

  test('of TensorRT-LLM: the file counts, and names a load balancer that counts too', () => {
    const files = {
      'run.sh':
        'trtllm-serve deepseek-ai/DeepSeek-R1 --tp_size 8 --ep_size 4 --extra_llm_api_options c/e.yaml\n',
      'c/e.yaml': 'tensor_parallel_size: 16\nmoe_config:\n  load_balancer: ./lb.yaml\n',
      'c/lb.yaml': 'num_slots: 288\nlayer_updates_per_iter: 2\n',
    };
    const [job] = jobsOf(files);
    expect(valuesOf(job!.facts)).toMatchObject({
      'layout.tp': 16,
      'layout.ep': 4,
      'layout.etp': 4,
      'trtllm.numSlots': 288,
    });
    expect(writtenAt(files, factOf(job, 'layout.tp'))).toBe('c/e.yaml: 16');
    expect(writtenAt(files, factOf(job, 'trtllm.numSlots'))).toBe('c/lb.yaml: 288');
    expect(job!.files).toEqual(['c/e.yaml', 'c/lb.yaml']);
  });

  test('that is not at hand is missed, and nothing is taken to be at its default', () => {
    const [job] = jobsOf({ 'serve.sh': 'vllm serve openai/gpt-oss-20b --config ../o.yaml -tp 2\n' });
    expect(job).toMatchObject({ files: [], missingFiles: ['../o.yaml'] });
    expect(job!.facts.some((fact) => fact.name === 'layout.ep')).toBe(false);
  });

  test('that a variable names is no file', () => {
    const [job] = jobsOf({ 'serve.sh': 'vllm serve openai/gpt-oss-20b --config "$OPTS" -tp 2\n' });
    expect(job!.missingFiles).toEqual([]);
  });

  test('in a circle ends', () => {
    const [job] = jobsOf({
      'a/r.sh': 'trtllm-serve m --tp_size 8 --extra_llm_api_options x.yaml\n',
      'a/x.yaml': 'moe_config: {load_balancer: y.yaml}\nextra_llm_api_options: y.yaml\n',
      'a/y.yaml': 'num_slots: 8\nextra_llm_api_options: x.yaml\nmoe_config: {load_balancer: x.yaml}\n',
    });
    expect(valuesOf(job!.facts)).toMatchObject({ 'layout.tp': 8 });
  });

  test('belongs to the command that names it, of several', () => {
    const files = {
      's.sh':
        'vllm serve openai/gpt-oss-20b --config a.yaml &\nvllm serve openai/gpt-oss-120b --config b.yaml\n',
      'a.yaml': 'tensor-parallel-size: 2\n',
      'b.yaml': 'tensor-parallel-size: 8\n',
    };
    expect(jobsOf(files).map((job) => [job.id, valuesOf(job.facts)['layout.tp']])).toEqual([
      ['s.sh#1', 2],
      ['s.sh#2', 8],
    ]);
  });
});

test('a DeepSpeed config gives ZeRO to Megatron-DeepSpeed and to axolotl', () => {
  const zero = '{"zero_optimization": {"stage": 1}, "train_micro_batch_size_per_gpu": "auto"}';
  const script =
    'deepspeed pretrain.py --num-experts 8 --moe-expert-parallel-size 4 --micro-batch-size 2 --deepspeed_config ds.json\n';
  const [megatron] = jobsOf({ 'r.sh': script, 'ds.json': zero });
  expect(valuesOf(megatron!.facts)).toMatchObject({
    'workload.sharding': 'optimizer',
    'workload.microBatchSize': 2,
    'layout.ep': 4,
  });
  const yaml = 'base_model: Qwen/Qwen3-30B-A3B\nexpert_parallel_size: 4\ndeepspeed: ds/z.json\n';
  const [axolotl] = jobsOf({ 'a.yaml': yaml, 'ds/z.json': zero });
  expect(valuesOf(axolotl!.facts)).toMatchObject({ 'workload.sharding': 'optimizer', 'layout.ep': 4 });
});

test('keys of a MaxText command count over its file, and sizes follow from both', () => {
  const files = {
    'train.sh':
      'python3 -m MaxText.train my.yml model_name=mixtral-8x7b ici_expert_parallelism=4 per_device_batch_size=2\n',
    'my.yml': 'ici_expert_parallelism: 2\nici_fsdp_parallelism: 8\nmax_target_length: 8192\n',
  };
  expect(valuesOf(jobsOf(files)[0]!.facts)).toMatchObject({
    'layout.ep': 4,
    'layout.dp': 32,
    'workload.sequenceLength': 8192,
    'workload.microBatchSize': 2,
  });
});

describe('a command that is a MoE job by its config alone', () => {
  const toml = `[model]
name = "deepseek_v3"
flavor = "16B"
[parallelism]
data_parallel_shard_degree = 8
expert_parallel_degree = 8
`;
  test.each([
    ['torchrun --nproc_per_node=8 -m torchtitan.train --job.config_file ds.toml'],
    ['CONFIG_FILE="./ds.toml" ./run_train.sh'],
  ])('torchtitan: %s', (command) => {
    const files = { 'go.sh': `${command} --parallelism.expert_parallel_degree 4\n`, 'ds.toml': toml };
    const [job] = jobsOf(files);
    expect(job).toMatchObject({ framework: 'torchtitan', preset: 'deepseek-ai/DeepSeek-V2-Lite' });
    expect(valuesOf(job!.facts)).toMatchObject({ 'layout.ep': 4, 'layout.dp': 8, 'layout.edp': 2 });
    expect(writtenAt(files, factOf(job, 'layout.ep'))).toBe('go.sh: 4');
    expect(writtenAt(files, factOf(job, 'torchtitan.flavor'))).toBe('ds.toml: 16B');
  });

  test('Hugging Face’s Trainer with AutoEP', () => {
    const files = {
      'hf.sh':
        'deepspeed --num_gpus 8 t.py --model_name_or_path Qwen/Qwen3-30B-A3B --deepspeed ds.json --per_device_train_batch_size 2\n',
      'ds.json':
        '{"train_micro_batch_size_per_gpu": "auto", "expert_parallel": {"enabled": true, "autoep_size": 4}}',
    };
    const [job] = jobsOf(files);
    expect(job).toMatchObject({ framework: 'deepspeed', preset: 'Qwen/Qwen3-30B-A3B' });
    expect(valuesOf(job!.facts)).toMatchObject({
      'layout.ep': 4,
      'workload.microBatchSize': 2,
      'cluster.gpusPerNode': 8,
    });
  });

  test('axolotl, on the machines of accelerate’s file', () => {
    const files = {
      'run.sh':
        'accelerate launch --config_file acc.yaml -m axolotl.cli.train ep.yaml --micro-batch-size 2\n',
      'acc.yaml': 'num_machines: 2\nnum_processes: 16\n',
      'ep.yaml': 'base_model: Qwen/Qwen3-30B-A3B\nexpert_parallel_size: 4\nmicro_batch_size: 8\n',
    };
    const [job] = jobsOf(files);
    expect(job).toMatchObject({ framework: 'axolotl', preset: 'Qwen/Qwen3-30B-A3B' });
    expect(valuesOf(job!.facts)).toMatchObject({
      'layout.ep': 4,
      'layout.worldSize': 16,
      'cluster.nodes': 2,
      'cluster.gpusPerNode': 8,
      'workload.microBatchSize': 2,
    });
    expect(writtenAt(files, factOf(job, 'cluster.nodes'))).toBe('acc.yaml: 2');
  });

  test('a DeepSpeed config that accelerate’s file names', () => {
    const [job] = jobsOf({
      'run.sh': 'accelerate launch --config_file c/acc.yaml t.py --model_name_or_path openai/gpt-oss-20b\n',
      'c/acc.yaml': 'num_processes: 8\ndeepspeed_config:\n  deepspeed_config_file: ds.json\n',
      'c/ds.json': '{"expert_parallel": {"enabled": true, "autoep_size": 8}}',
    });
    expect(job).toMatchObject({ framework: 'deepspeed', preset: 'openai/gpt-oss-20b' });
    expect(valuesOf(job!.facts)).toMatchObject({ 'layout.ep': 8, 'cluster.gpusPerNode': 8 });
  });

  test('and with a dense config, none', () => {
    const dense = toml.replace('deepseek_v3', 'llama3').replace('expert_parallel_degree = 8', '');
    expect(
      jobsOf({ 'go.sh': 'torchrun -m torchtitan.train --job.config_file d.toml', 'd.toml': dense }),
    ).toEqual([]);
    expect(jobsOf({ 'hf.sh': 'deepspeed t.py --deepspeed z.json', 'z.json': '{"bf16": {}}' })).toEqual([]);
  });
});
