// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { mustRead, valuesOf } from './facts';

const SCRIPT = `MODEL=deepseek-ai/DeepSeek-V3
if [ "$ENGINE" = sglang ]; then
  python3 -m sglang.launch_server --model-path $MODEL --tp 16 --ep-size 16 --nnodes 2
else
  vllm serve $MODEL --tensor-parallel-size 8 --enable-expert-parallel
fi
`;

describe('a script that starts servers of several engines', () => {
  const jobs = linkJobs([mustRead('serve.sh', SCRIPT)]);

  test('has a job for each, with its engine, model and options', () => {
    expect(jobs.map(({ id, framework, role, preset }) => ({ id, framework, role, preset }))).toEqual([
      { id: 'serve.sh#sglang', framework: 'sglang', role: 'sglang', preset: 'deepseek-ai/DeepSeek-V3' },
      { id: 'serve.sh#vllm', framework: 'vllm', role: 'vllm', preset: 'deepseek-ai/DeepSeek-V3' },
    ]);
    expect(valuesOf(jobs[0]!.facts)).toMatchObject({ 'layout.tp': 16, 'layout.ep': 16, 'cluster.nodes': 2 });
    expect(valuesOf(jobs[1]!.facts)).toMatchObject({ 'layout.tp': 8, 'layout.expertParallelEnabled': true });
    expect(valuesOf(jobs[1]!.facts)).not.toHaveProperty(['sglang.deepepMode']);
  });

  test('keeps several servers of one engine apart', () => {
    const more = `${SCRIPT}vllm serve $MODEL --tensor-parallel-size 4\ntrtllm-serve $MODEL --tp_size 8 --ep_size 8\n`;
    const found = linkJobs([mustRead('serve.sh', more)]);
    expect(found.map(({ role, command, framework }) => [role, command, framework])).toEqual([
      ['sglang', null, 'sglang'],
      ['vllm', 0, 'vllm'],
      ['vllm', 1, 'vllm'],
      ['trtllm', null, 'trtllm'],
    ]);
    expect(found.map(({ facts }) => valuesOf(facts)['layout.tp'])).toEqual([16, 8, 4, 8]);
  });

  test('is not one that only speaks of another engine', () => {
    const text = '# was: python -m sglang.launch_server --tp 8\nvllm serve m --enable-expert-parallel\n';
    const document = mustRead('serve.sh', text);
    expect(document).toMatchObject({ framework: 'vllm' });
    expect(document.frameworkOfRole).toBeUndefined();
    expect(linkJobs([document])).toHaveLength(1);
  });
});
