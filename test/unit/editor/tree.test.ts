import { expect, test, vi } from 'vitest';
import type { FileState } from '../../../src/editor/session';
import type { JobNode } from '../../../src/editor/tree/nodes';
import { runToEnd } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

vi.doMock('vscode', () => ({}));
const { rootNodes } = await import('../../../src/editor/tree/nodes');
const { partOf, verdictOf, severityOf } = await import('../../../src/editor/job');

/** The states of some files, as the session would have them. */
function states(files: Readonly<Record<string, string>>): FileState[] {
  const engine = new Engine();
  for (const [file, text] of Object.entries(files)) engine.setDocument(file, text);
  return Object.entries(files).map(([file, text]) => {
    const analysis = engine.analyse(file, {}, []);
    const simulated = new Map(
      analysis.jobs.map(({ job }) => {
        const request = {
          settings: {},
          disabled: [],
          overrides: {},
          engine: 'expected',
          matrices: false,
        } as const;
        return [job.id, runToEnd(engine.simulate(job, request))] as const;
      }),
    );
    const { findings } = analysis;
    const uri = { path: file, toString: () => file } as FileState['uri'];
    return {
      uri,
      text,
      analysis,
      simulated,
      isSimulated: true,
      findings,
      elsewhere: [],
      positions: {} as never,
    };
  });
}

const SERVE = 'vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 4 --data-parallel-size 2';

test('a file with one job is that job, with its verdict, its layout and its worst finding first', () => {
  const [node, ...others] = rootNodes(
    states({ '/w/a.sh': `${SERVE} --enable-eplb\n`, '/w/empty.sh': 'echo\n' }),
  );
  expect(others).toEqual([]);
  expect(node).toMatchObject({ kind: 'job', file: '/w/a.sh', id: '/w/a.sh', part: null });
  const rows = node!.children.map((child) =>
    child.kind === 'detail'
      ? child.text
      : child.kind === 'finding'
        ? `${child.finding.severity} ${child.rule}`
        : '',
  );
  expect(rows[0]).toMatch(/^(Fits|Does not fit), /);
  expect(rows[1]).toMatch(/8 H100/);
  expect(rows[2]).toBe('error VL001');
});

test('several jobs of a file stand below it, each with its own findings', () => {
  const two = `${SERVE} &\n${SERVE} --enable-eplb\n`;
  const [file] = rootNodes(states({ '/w/two.sh': two }));
  expect(file).toMatchObject({ kind: 'file', file: '/w/two.sh' });
  const jobs = file!.children.flatMap((child) => (child.kind === 'job' ? child : []));
  expect(jobs.map(({ part }) => part)).toEqual(['command 1', 'command 2']);
  expect(jobs.map(({ findings }) => findings.some(({ rule }) => rule === 'VL001'))).toEqual([false, true]);
});

test('jobs of one role are told apart by what else their names say', () => {
  const roles = ['base.sglang_config.prefill', 'base.sglang_config.decode', 'mtp.sglang_config.decode'];
  const jobs = roles.map((role) => ({ job: { command: null, role } }));
  expect(jobs.map(({ job }) => partOf(job, jobs))).toEqual(['prefill', 'decode, base', 'decode, mtp']);
});

test('files come in the order of their paths', () => {
  const all = rootNodes(states({ '/w/b.sh': SERVE, '/w/a.sh': SERVE }));
  expect(all.map(({ file }) => file)).toEqual(['/w/a.sh', '/w/b.sh']);
});

test('a model on its own has parameters and no verdict', () => {
  const config = JSON.stringify({
    architectures: ['MixtralForCausalLM'],
    model_type: 'mixtral',
    hidden_size: 4096,
    intermediate_size: 14336,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    num_hidden_layers: 32,
    num_local_experts: 8,
    num_experts_per_tok: 2,
    vocab_size: 32000,
  });
  const [node] = rootNodes(states({ '/w/config.json': config }));
  expect(node!.children[0]).toMatchObject({ kind: 'detail', text: '46.7B parameters, 12.9B active' });
});

test('while the file leaves a deciding value open there is no verdict', () => {
  const [node] = rootNodes(
    states({ '/w/a.sh': SERVE.replace('--tensor-parallel-size 4', '--tensor-parallel-size $TP') }),
  );
  expect(node!.children[0]).toMatchObject({ kind: 'detail', text: 'TP is not known' });
});

test.each([
  [16, 'fits', /^Fits, [\d.]+ of 79\.6 GiB$/],
  [4096, 'fewer-sequences', /^Fits, but only [\d,]+ of 4,096 sequences per rank, [\d.]+ of 79\.6 GiB$/],
])(
  'what only the cache has no room for is no job that does not fit: %i sequences',
  (sequences, outcome, words) => {
    const [node] = rootNodes(
      states({
        '/w/a.sh': `${SERVE} --enable-expert-parallel --max-model-len 32768 --max-num-seqs ${sequences}\n`,
      }),
    );
    const job = node as JobNode;
    expect(verdictOf(job.found).outcome).toBe(outcome);
    expect(job.children[0]).toMatchObject({ text: expect.stringMatching(words) });
  },
);

test('a job with room for no sequence warns, one that holds fewer does not', () => {
  expect(severityOf('no-sequence', [])).toBe('warning');
  expect(severityOf('fewer-sequences', [])).toBe('info');
});
