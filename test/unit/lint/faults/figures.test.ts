import { describe, expect, it } from 'vitest';
import { simulatedRules } from '../../../../src/lint/registry';
import { lintFiguresOf, type Workspace } from '../fixtures';
import { broken, type Dialect, type Family, type Options } from './fault';
import { megatronFamily } from './megatron';
import { yamlForms } from './tree-forms';
import { treeDialects } from './trees';
import { vllmFamily } from './vllm';

/** Figures take their time: of a format one form or two are simulated. */
const few = ({ dialects }: Family, ...names: readonly string[]) =>
  dialects.filter(({ name }) => names.some((start) => name.startsWith(start)));

/** Eight layers of wide experts, which take longer than it takes to launch them. */
const training: Options = {
  nodes: 4,
  gpus: 8,
  bf16: true,
  'num-layers': 8,
  'hidden-size': 4096,
  'num-attention-heads': 32,
  'seq-length': 4096,
  'vocab-size': 32000,
  'disable-bias-linear': true,
  'num-experts': 64,
  'moe-router-topk': 8,
  'moe-ffn-hidden-size': 2048,
  'ffn-hidden-size': 2048,
  'use-distributed-optimizer': true,
  'moe-token-dispatcher-type': 'alltoall',
  'tensor-model-parallel-size': 1,
  'pipeline-model-parallel-size': 1,
  'expert-model-parallel-size': 8,
  'micro-batch-size': 2,
  'global-batch-size': 512,
};

const NO_GPUS = ['GN003', 'GN008', 'GN009', 'GN015', 'GN016'];
const trainers: Family = {
  name: 'trainers',
  bases: { training },
  dialects: few(
    megatronFamily,
    'megatron script, literal',
    'megatron script, variable',
    'megatron arguments, block',
    'ms-swift script, literal',
    'ms-swift arguments, block',
    'verl script, literal',
    'megatron-bridge script, literal',
  ),
  faults: [
    { rule: 'GN003', set: { 'num-layers': 32, 'num-experts': 128 } },
    { rule: 'GN008', set: { 'expert-model-parallel-size': 32 } },
    {
      rule: 'GN009',
      set: {
        'tensor-model-parallel-size': 4,
        'sequence-parallel': true,
        'expert-tensor-parallel-size': 4,
        'micro-batch-size': 8,
      },
    },
    { rule: 'GN013', set: { 'micro-batch-size': 1, 'moe-expert-capacity-factor': 1 } },
    { rule: 'GN015', set: { 'moe-token-dispatcher-type': 'allgather', 'moe-router-topk': 2 } },
    {
      rule: 'GN016',
      set: {
        'pipeline-model-parallel-size': 8,
        'expert-model-parallel-size': 4,
        'global-batch-size': 32,
      },
    },
  ],
  exceptions: [
    { in: 'megatron arguments', rules: NO_GPUS, why: 'the file does not say how many GPUs there are' },
    { in: 'ms-swift arguments', rules: NO_GPUS, why: 'the file does not say how many GPUs there are' },
    {
      in: 'megatron-bridge',
      rules: NO_GPUS,
      why: "what is not overridden is the recipe's, which is Python",
    },
  ],
};

const servers: Family = {
  name: 'servers',
  bases: {
    small: {
      nodes: 1,
      gpus: 8,
      model: 'Qwen/Qwen3-30B-A3B',
      'tensor-parallel-size': 8,
      'enable-expert-parallel': true,
    },
  },
  dialects: few(
    vllmFamily,
    'vllm script, literal',
    'vllm manifest, script',
    'vllm options, block',
    'vllm recipe, block',
    'vllm server_args',
  ),
  faults: [
    { rule: 'GN003', set: { model: 'deepseek-ai/DeepSeek-V3' } },
    { rule: 'GN012', set: { 'tensor-parallel-size': 4 } },
  ],
  exceptions: [
    { in: 'vllm manifest', rules: ['GN012'], why: 'a pod takes the GPUs that it asks for' },
    { in: 'vllm options', rules: ['GN012'], why: 'a file of options has no machines' },
    { in: 'vllm recipe', rules: ['GN012'], why: 'workers of several roles share the machines' },
    { in: 'vllm server_args', rules: ['GN012'], why: 'a file of options has no machines' },
  ],
};

const serving: Options = {
  model: 'deepseek-ai/DeepSeek-V3',
  'cluster.accelerator': 'h200-sxm',
  'cluster.gpusPerNode': 8,
  'cluster.nodes': 8,
  'layout.ep': 64,
  'layout.tp': 1,
  'layout.pp': 1,
  'layout.cp': 1,
  'layout.etp': 1,
  'layout.worldSize': 64,
  'workload.mode': 'prefill',
  'workload.tokensPerRank': 4096,
  'routing.distribution': 'balanced',
  'communication.backend': 'deepep-high-throughput',
};

const decoding: Options = {
  ...serving,
  'cluster.nodes': 2,
  'layout.ep': 16,
  'layout.worldSize': 16,
  'workload.mode': 'decode',
  'workload.tokensPerRank': 256,
  'routing.distribution': 'lognormal',
  'communication.backend': 'deepep-low-latency',
};

const training8: Options = {
  model: 'mistralai/Mixtral-8x7B-v0.1',
  'cluster.accelerator': 'h100-sxm',
  'cluster.gpusPerNode': 8,
  'cluster.nodes': 4,
  'layout.ep': 8,
  'layout.tp': 1,
  'layout.pp': 4,
  'layout.cp': 1,
  'layout.etp': 1,
  'layout.worldSize': 32,
  'workload.mode': 'train',
  'workload.microBatchSize': 1,
  'workload.sequenceLength': 4096,
  'workload.globalBatchSize': 256,
  'workload.recompute': 'none',
  'workload.precision': 'bf16',
  'workload.sharding': 'optimizer',
  'routing.sigma': 0,
};

const scenarios: Family = {
  name: 'scenario files',
  bases: { serving, decoding: { ...decoding, 'routing.sigma': 0.02 }, training8 },
  dialects: treeDialects({
    name: 'scenario file',
    framework: 'moe-scope',
    file: 'x.moe.yaml',
    forms: { block: yamlForms.block!, flow: yamlForms.flow! },
  }),
  faults: [
    {
      rule: 'GN003',
      set: { 'cluster.accelerator': 'h100-sxm', 'layout.ep': 8, 'layout.worldSize': 8, 'cluster.nodes': 1 },
      base: 'decoding',
    },
    { rule: 'GN007', set: { 'routing.sigma': 2.5 }, base: 'training8' },
    { rule: 'GN010', set: { 'placement.eplb': true, 'placement.redundantExperts': 32 }, base: 'decoding' },
    { rule: 'GN011', set: { 'routing.sigma': 1 }, base: 'decoding' },
    { rule: 'GN014', set: { 'placement.strategy': 'round-robin' } },
  ],
  exceptions: [],
};

/** The user's setting for jobs whose files do not name the GPU. */
function onH100(workspace: Workspace): Workspace {
  const [file, text] = Object.entries(workspace)[0]!;
  return { ...workspace, [file]: `${text}\n# setting cluster.accelerator=h100-sxm\n` };
}

const codes = (dialect: Dialect, options: Options): readonly string[] => {
  const workspace = dialect.write(options)!;
  return lintFiguresOf(dialect.framework === 'moe-scope' ? workspace : onH100(workspace)).map(
    ({ rule }) => rule,
  );
};

describe.each([trainers, servers, scenarios].map((family) => [family.name, family] as const))(
  'figures of %s',
  (_, family) => {
    const faults = family.dialects.flatMap((dialect) =>
      family.faults.map((fault) => ({ dialect, fault, name: `${fault.rule} in ${dialect.name}` })),
    );
    it.each(faults)('$name', ({ dialect, fault, name }) => {
      const base = family.bases[fault.base ?? Object.keys(family.bases)[0]!]!;
      expect(codes(dialect, base), 'before').not.toContain(fault.rule);
      const isExcepted = family.exceptions.some(
        (one) =>
          name.endsWith(dialect.name) && dialect.name.startsWith(one.in) && one.rules.includes(fault.rule),
      );
      expect(codes(dialect, broken(family, fault)).includes(fault.rule)).toBe(!isExcepted);
    });
  },
);

it('have a fault for every rule', () => {
  const seeded = new Set(
    [trainers, servers, scenarios].flatMap(({ faults }) => faults.map(({ rule }) => rule)),
  );
  expect(simulatedRules.map(({ code }) => code).filter((code) => !seeded.has(code))).toEqual([]);
});
