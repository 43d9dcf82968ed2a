import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const task = (head: string, run: string): string => `${head}\nrun: |\n${run.replace(/^/gm, '  ')}\n`;

const SERVE = [
  'TP=$(($SKYPILOT_NUM_GPUS_PER_NODE * $SKYPILOT_NUM_NODES))',
  'python -m sglang.launch_server --model $MODEL --tp $TP --nnodes $SKYPILOT_NUM_NODES --context-length $LENGTH',
].join('\n');

describe('a SkyPilot task', () => {
  test('gives its script its variables, its nodes and their GPUs', () => {
    const text = task(
      'envs:\n  MODEL: deepseek-ai/DeepSeek-R1\n  LENGTH: 4096\nresources:\n  accelerators: H200:8\nnum_nodes: 2',
      SERVE,
    );
    const document = mustRead('serve.yaml', text);
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 16,
      'cluster.nodes': 2,
      'cluster.gpusPerNode': 8,
      'cluster.accelerator': 'h200-sxm',
      'workload.contextLength': 4096,
      'layout.worldSize': 16,
    });
    expect(linkJobs([document])[0]!.preset).toBe('deepseek-ai/DeepSeek-V3');
    expect(textOf(text, factOf(document, 'cluster.gpusPerNode'))).toBe('8');
    const length = factOf(document, 'workload.contextLength');
    expect(text.slice(length.via![0]!.range.start, length.via![0]!.range.end)).toBe('4096');
  });

  test.each([
    ['{H200:8, H100:8, A100-80GB:8}', 8],
    ['{H200: 8, H100: 8}', 8],
    ['[H200:8, H100:8]', 8],
    ['{H200:8, H100:4}', undefined],
  ])('of which several GPUs will do (%s) has as many as all of them', (accelerators, count) => {
    const text = task(`resources: { accelerators: ${accelerators} }\nnum_nodes: 2`, SERVE);
    const facts = valuesOf(mustRead('serve.yaml', text).facts);
    expect(facts['cluster.gpusPerNode']).toBe(count);
    expect(facts['layout.tp']).toBe(count === undefined ? undefined : 16);
    expect(facts).not.toHaveProperty('cluster.accelerator');
  });

  test('leaves open what the caller has to give', () => {
    const text = task('envs: { MODEL: , LENGTH: }\nresources: { cpus: 4 }', SERVE);
    const document = mustRead('serve.yaml', text);
    expect(factOf(document, 'workload.contextLength')).toMatchObject({ state: 'unresolved' });
    expect(factOf(document, 'layout.tp')).toMatchObject({ state: 'unresolved' });
  });

  test('is nothing without resources: a workflow names variables of its own', () => {
    const text = task('num_nodes: 2', 'python -m sglang.launch_server --tp 8 --nnodes $SKYPILOT_NUM_NODES');
    expect(factOf(mustRead('w.yaml', text), 'cluster.nodes')).toMatchObject({ state: 'unresolved' });
  });
});
