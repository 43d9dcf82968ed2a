import { describe, expect, test } from 'vitest';
import { LineIndex } from '../../../src/config/lines';
import { HINT_KINDS, type HintKind } from '../../../src/editor/hints/kinds';
import { hintOffset, lineHints } from '../../../src/editor/hints/line-hints';
import { inRoom } from '../../../src/editor/hints/room';
import { runToEnd } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

/** Hints of the first file as `line: text`, with their tooltips. */
function hints(files: Readonly<Record<string, string>>, kinds: readonly HintKind[] = HINT_KINDS) {
  const engine = new Engine();
  for (const [file, text] of Object.entries(files)) engine.setDocument(file, text);
  const [file, text] = Object.entries(files)[0]!;
  const jobs = engine.analyse(file, {}, []).jobs.map((analysis) => {
    const { id } = analysis.job;
    const request = {
      settings: {},
      disabled: [],
      overrides: {},
      engine: 'expected',
      matrices: false,
    } as const;
    const { result } = runToEnd(engine.simulate(engine.job(id), request));
    return { analysis, result };
  });
  const lines = new LineIndex(text);
  return lineHints(file, text, jobs, new Set(kinds), (offset) => lines.at(offset).line).map(
    ({ range, parts }) => ({
      text: `${text.slice(range.start, range.end)}: ${parts.map(({ label }) => label).join(', ')}`,
      tooltip: parts.map(({ tooltip }) => tooltip).join('\n'),
    }),
  );
}
const texts = (text: string, kinds?: readonly HintKind[]) =>
  hints({ 'train.sh': text }, kinds).map((hint) => hint.text);

const MODEL = `torchrun --nnodes 4 --nproc_per_node 8 pretrain_gpt.py \\
  --num-layers 8 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 \\
  --num-experts 64 --moe-router-topk 4 --moe-ffn-hidden-size 512 --micro-batch-size 1 --global-batch-size 64 \\
  --moe-token-dispatcher-type alltoall --disable-bias-linear`;
const withSizes = (sizes: string, before = '') => `${before}${MODEL} \\\n${sizes}\n`;

describe('hints', () => {
  test.each([
    ['EP=8', '8', 'EP=8'],
    ['EP="8"', '8', 'EP="8"'],
    ['TP=${5:-2}', '2', 'TP=${5:-2}'],
    ['--dp ${DP_SIZE:-32} \\', '32', '--dp ${DP_SIZE:-32}'],
    ['--ep "${EP:-8}" --tp 1', '8', '--ep "${EP:-8}"'],
    ['EP=${EP:-"8"}', '8', 'EP=${EP:-"8"}'],
    ['layout: {ep: 8}', '8', 'layout: {ep: 8'],
  ])('in %s stand behind what the value is part of', (line, value, before) => {
    const start = line.indexOf(value, line.search(/[-=:]/));
    const text = `# first\n${line}\n`;
    const at = start + '# first\n'.length;
    expect(text.slice(0, hintOffset(text, { start: at, end: at + value.length }))).toBe(`# first\n${before}`);
  });

  test('stand behind the values that decide them, on lines of their own', () => {
    const shown = texts(
      withSizes('  --pipeline-model-parallel-size 2 \\\n  --expert-model-parallel-size 16'),
    );
    expect(shown).toEqual([
      '16: 4 experts/rank, 0.9 remote nodes/token',
      '2: 32 GPUs',
      expect.stringMatching(/^alltoall: \d+ µs\/layer$/),
    ]);
  });

  test('say the GPUs with EP where no size that is written makes them', () => {
    const toml = `[model]\nname = "deepseek_v3"\nflavor = "16B"\n[training]\nlocal_batch_size = 1\nseq_len = 4096
[parallelism]\ndata_parallel_shard_degree = 8\nexpert_parallel_degree = 1\ntensor_parallel_degree = 1\nexpert_tensor_parallel_degree = 1\n`;
    expect(hints({ 'train.toml': toml }).map(({ text }) => text)).toEqual(['1: 64 experts/rank, 8 GPUs']);
  });

  test('are one where several fall on a line', () => {
    const flat = withSizes('  --pipeline-model-parallel-size 2 --expert-model-parallel-size 16').replace(
      /\\\n/g,
      '',
    );
    const shown = texts(flat);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(/^16: 4 experts\/rank, 0\.9 remote nodes\/token, 32 GPUs, \d+ µs\/layer$/);
  });

  test('stand where a variable is assigned, and where the value is used when an expression makes it', () => {
    expect(texts(withSizes('  --expert-model-parallel-size $EP', 'EP=8\n'), ['expertsPerRank'])).toEqual([
      '8: 8 experts/rank',
    ]);
    const product = withSizes('  --expert-model-parallel-size $((2 * N))', 'N=4\n');
    expect(texts(product, ['expertsPerRank'])).toEqual(['$((2 * N)): 8 experts/rank']);
  });

  test('say nothing on a value that is open, and less on what rests on it', () => {
    expect(texts(withSizes('  --expert-model-parallel-size $EP'))).not.toContainEqual(
      expect.stringMatching(/experts|remote|layer/),
    );
  });

  test('say at least how many GPUs where no file says how many there are', () => {
    const shown = texts(withSizes('  --expert-model-parallel-size 16').replace('--nnodes 4', '--nnodes $N'), [
      'gpus',
    ]);
    expect(shown).toEqual(['16: at least 16 GPUs']);
  });

  test('say that an EP group stays in its node', () => {
    expect(texts(withSizes('  --expert-model-parallel-size 8'), ['remoteNodes'])).toEqual([
      '8: within a node',
    ]);
  });

  test('are of the job of a scenario file where its answers stand', () => {
    const scenario = 'job: train.sh\nvariables:\n  EP: 32\n';
    const files = { 'a.moe.yaml': scenario, 'train.sh': withSizes('  --expert-model-parallel-size $EP') };
    expect(hints(files, ['expertsPerRank']).map(({ text }) => text)).toEqual(['32: 2 experts/rank']);
  });

  test('are of the flag that decides EP where no size does', () => {
    const serve = 'vllm serve Qwen/Qwen3-30B-A3B -tp 2 --data-parallel-size 4 --enable-expert-parallel\n';
    expect(texts(serve, ['expertsPerRank'])).toEqual(['--enable-expert-parallel: 16 experts/rank']);
    expect(texts(serve.replace(' --enable-expert-parallel', ''), ['remoteNodes', 'layerTime'])).toEqual([]);
  });

  test('are not said twice, or against each other, where two jobs share a value', () => {
    const one = (sizes: string) =>
      `${MODEL.replaceAll(/\\\n */g, '')} --expert-model-parallel-size $EP ${sizes}\n`;
    const same = `EP=8\n${one('--lr 1')}${one('--lr 2')}`;
    expect(texts(same, ['expertsPerRank'])).toEqual(['8: 8 experts/rank']);
    const different = `EP=8\n${one('--lr 1')}${one('--lr 2').replace('--num-experts 64', '--num-experts 32')}`;
    expect(texts(different, ['expertsPerRank'])).toEqual([]);
  });

  test('say how they come about and what they rest on', () => {
    const [hint] = hints({ 'train.sh': withSizes('  --expert-model-parallel-size 16') });
    expect(hint?.tooltip).toContain('64 ÷ EP 16 = 4');
    expect(hint?.tooltip).toContain('Of the 2 nodes of its EP group');
    expect(hint?.tooltip).toContain('Assumed: ');
    expect(hint?.tooltip).toContain('32 GPUs = TP 1');
  });
});

describe('hints that are longer than an editor shows of a line', () => {
  const parts = [
    { label: '4 experts/rank', tooltip: '256 / EP 64.' },
    { label: 'within a node', tooltip: 'No token leaves it.' },
    { label: '256 GPUs', tooltip: 'From NNODES.' },
  ];
  const labels = (most: number) => inRoom(parts, most).map(({ label }) => label);

  test('leave out whole figures, which the last of the others says', () => {
    expect(labels(0)).toHaveLength(3);
    expect(labels(' 4 experts/rank, within a node, 256 GPUs'.length)).toHaveLength(3);
    expect(labels(' 4 experts/rank, within a node, 256 GPU'.length)).toEqual([
      '4 experts/rank',
      'within a node',
    ]);
    expect(inRoom(parts, 30).at(-1)!.tooltip).toBe('No token leaves it.\n\n256 GPUs: From NNODES.');
  });

  test('have at least one', () => {
    expect(labels(3)).toEqual(['4 experts/rank']);
  });
});
