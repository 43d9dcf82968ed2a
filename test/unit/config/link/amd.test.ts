import { expect, test } from 'vitest';
import { linkJobs } from '../../../../src/config/link';
import { resolveScenario } from '../../../../src/scenario/resolve';
import { mustRead } from '../facts';

test.each([
  ['amd.com/gpu', 'mi300x'],
  ['nvidia.com/gpu', 'h100-sxm'],
])('pods that ask for %s run on %s where nothing names the GPU', (key, id) => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  template:
    spec:
      containers:
        - name: llm
          image: vllm/vllm-openai
          args: [--model, Qwen/Qwen3-30B-A3B, --tensor-parallel-size, "8"]
          resources: {limits: {${key}: "8"}}
`;
  const [job] = linkJobs([mustRead('decode.yaml', text)]);
  const { provenance, scenario } = resolveScenario(job!);
  expect(scenario?.cluster.accelerator).toBe(id);
  expect(provenance['cluster.accelerator']?.kind).toBe('assumed');
});
