import { describe, expect, test } from 'vitest';
import { acceleratorFact } from '../../../src/config/accelerator-names';
import { linkJobs } from '../../../src/config/link';
import { openSizes } from '../../../src/scenario/open-sizes';
import { resolveScenario } from '../../../src/scenario/resolve';
import { mustRead, textOf, valuesOf } from './facts';

describe('the GPU that a place names', () => {
  const place = { key: 'k', file: 'f', range: { start: 0, end: 0 }, keyRange: { start: 0, end: 0 } };
  test.each([
    ['NVIDIA-H100-80GB-HBM3', 'h100-sxm'],
    ['nvidia-h200-141gb', 'h200-sxm'],
    ['H100_NVLINK_80GB', 'h100-sxm'],
    ['gb300', 'gb300-nvl72'],
    ['gpu:mi300x:8', 'mi300x'],
    ['gpu:8', undefined],
    ['NVIDIA-H100-NVL', undefined],
    ['NVIDIA-A100-SXM4-40GB', undefined],
    ['h100|h200', undefined],
    ['p5.48xlarge', undefined],
  ])('%s: %s', (name, id) => {
    expect(acceleratorFact(place, name)[0]?.value).toBe(id);
  });

  test('in the header of a batch script', () => {
    const script = (line: string) =>
      mustRead('run.sh', `#!/bin/bash\n#SBATCH ${line}\nvllm serve m --enable-expert-parallel\n`);
    expect(valuesOf(script('--gres=gpu:h200:8').facts)).toMatchObject({
      'cluster.accelerator': 'h200-sxm',
      'cluster.gpusPerNode': 8,
    });
    expect(valuesOf(script('-C b200').facts)['cluster.accelerator']).toBe('b200-sxm');
    expect(valuesOf(script('--gres=gpu:8').facts)).not.toHaveProperty(['cluster.accelerator']);
  });

  const POD = (where: string) => `apiVersion: v1
kind: Pod
spec:
${where}
  containers:
    - command: [vllm, serve, m]
      args: [--enable-expert-parallel, --tensor-parallel-size, "4"]
`;

  test('in the labels of the nodes that a pod selects', () => {
    const selector = POD('  nodeSelector:\n    nvidia.com/gpu.product: NVIDIA-B200');
    const [fact] = mustRead('pod.yaml', selector).facts.filter(({ name }) => name === 'cluster.accelerator');
    expect(fact).toMatchObject({ value: 'b200-sxm', key: 'nvidia.com/gpu.product' });
    expect(textOf(selector, fact!)).toBe('NVIDIA-B200');
    const affinity = (values: string) =>
      POD(
        `  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: nvidia.com/gpu.product, operator: In, values: [${values}] }] }] } } }`,
      );
    const named = (text: string) => valuesOf(mustRead('pod.yaml', text).facts)['cluster.accelerator'];
    expect(named(affinity('NVIDIA-H200'))).toBe('h200-sxm');
    expect(named(affinity('NVIDIA-H200, NVIDIA-H100-80GB-HBM3'))).toBeUndefined();
    expect(named(POD('  nodeSelector: { team: b200-users }'))).toBeUndefined();
  });
});

describe("Megatron-Bridge's performance launcher", () => {
  const script =
    'python -m scripts.performance.setup_experiment -m deepseek -mr deepseek_v3 --task pretrain --num_gpus 256 --gpu gb300 -gn 4 -ep 64\n';
  const [job] = linkJobs([mustRead('run.sh', script)]);

  test('names its GPU, and leaves to its recipe what it does not say', () => {
    expect(valuesOf(job!.facts)).toMatchObject({ 'cluster.accelerator': 'gb300-nvl72', 'layout.ep': 64 });
    const { provenance } = resolveScenario({ framework: 'megatron-bridge', facts: job!.facts });
    const open = openSizes(job!.facts, provenance);
    expect(open.map(({ label, expression }) => [label, expression])).toEqual([
      ['TP', 'the recipe deepseek_v3'],
      ['PP', 'the recipe deepseek_v3'],
    ]);
  });
});
