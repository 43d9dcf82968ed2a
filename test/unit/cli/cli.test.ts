import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCall } from '../../../src/cli/args';
import { commands } from '../../../src/cli/commands';
import { discover } from '../../../src/cli/discover';
import { UsageError } from '../../../src/cli/usage';

const MIXTRAL = {
  architectures: ['MixtralForCausalLM'],
  model_type: 'mixtral',
  hidden_size: 4096,
  intermediate_size: 14336,
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  num_experts_per_tok: 2,
  num_local_experts: 8,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  vocab_size: 32000,
};
const SERVE = 'vllm serve ./model \\\n    --tensor-parallel-size 8 \\\n    --enable-eplb\n';
/** A layout that no node has the memory for. */
const TRAIN = `torchrun --nnodes 1 --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 61 --hidden-size 7168 --num-attention-heads 64 --seq-length 4096 --vocab-size 32000 \\
    --num-experts 64 --moe-router-topk 4 --moe-ffn-hidden-size 2048 --moe-token-dispatcher-type alltoall \\
    --tensor-model-parallel-size 1 --expert-model-parallel-size 8 --micro-batch-size 1 --global-batch-size 64 --bf16
`;

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'moe-scope-'));
  mkdirSync(at('model'));
  writeFileSync(at('model/config.json'), JSON.stringify(MIXTRAL, null, 2));
  writeFileSync(at('serve.sh'), SERVE);
  writeFileSync(at('package.json'), '{ "name": "other" }');
  writeFileSync(at('binary.json'), Buffer.from([0, 1, 2, 3, 255]));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...argv: string[]) {
  const call = parseCall(argv);
  return commands[call.command]!(call);
}
const json = (...argv: string[]) => JSON.parse(run(...argv, '--format', 'json').output);

describe('inspect', () => {
  test('prints facts with lines and exact parameters', () => {
    const found = json('inspect', at('model/config.json'));
    expect(found.framework).toBe('huggingface');
    expect(found.parameters).toMatchObject({ total: 46_702_792_704, active: 12_879_925_248 });
    expect(found.facts).toContainEqual(
      expect.objectContaining({
        name: 'model.routedExperts',
        value: 8,
        key: 'num_local_experts',
        line: 12,
        column: 24,
        state: 'literal',
      }),
    );
  });

  test.each(['package.json', 'binary.json'])('%s is not ours, which is no error', (name) => {
    expect(json('inspect', at(name))).toMatchObject({ framework: null, facts: [] });
    expect(run('inspect', at(name)).exitCode).toBe(0);
  });

  test('a file that is not read says why', () => {
    const message = (name: string) => run('inspect', at(name)).message;
    writeFileSync(at('utf16.sh'), Buffer.from('\ufeffvllm serve m -tp 2', 'utf16le'));
    expect(message('utf16.sh')).toBe(`${at('utf16.sh')} is not read: it is UTF-16; save it as UTF-8.`);
    expect(message('binary.json')).toContain('it is binary');
    writeFileSync(at('large.sh'), ' '.repeat(5_000_001));
    expect(message('large.sh')).toContain('it is larger than 5 MB');
    expect(message('serve.sh')).toBeUndefined();
  });

  test('a script is linked to the model that it names by path', () => {
    expect(json('inspect', at('serve.sh')).parameters).toMatchObject({ total: 46_702_792_704 });
  });
});

describe('inspect, of an artefact', () => {
  beforeAll(() => {
    const trace = (step: number, layer: number) =>
      `{"step": ${step}, "layer": ${layer}, "rank": 0, "num_tokens": 2, "topk": 2, "top_indices": [[0, 1], [0, 3]]}\n`;
    writeFileSync(at('trace.jsonl'), trace(0, 3) + trace(0, 4) + trace(1, 3));
    writeFileSync(at('location.json'), '{"physical_to_logical_map": [[0, 1, 0], [1, 1, 1]]}');
    writeFileSync(at('loads.json'), '[[90, 10, 0, 0], [0, 0, 0, 0]]');
    writeFileSync(at('dump.pt'), Buffer.from([0x50, 0x4b, 3, 4]));
    // Longer than any configuration, and longer than one piece of it that is read at a time.
    writeFileSync(at('long.jsonl'), Array.from({ length: 60_000 }, (_, i) => trace(i, i % 8)).join(''));
  });

  test('a trace is summed up, however long', () => {
    const found = json('inspect', at('trace.jsonl'));
    expect(found).toMatchObject({ framework: null, facts: [], findings: [] });
    expect(found.artefact).toMatchObject({
      kind: 'trace-summary',
      format: 'megatron-router-trace',
      layers: 2,
      experts: 4,
      slots: null,
      tokens: 6,
      steps: 2,
      maxOverMean: { min: 2, median: 2, max: 2, hottest: { layer: { number: 3 }, expert: 0 } },
      problems: [],
    });
    expect(json('inspect', at('long.jsonl')).artefact).toMatchObject({
      layers: 8,
      tokens: 120_000,
      problems: [],
    });
    expect(run('inspect', at('long.jsonl')).output).toContain(
      'tokens, all layers                               120,000',
    );
  });

  test('problems are told with their lines, and can fail', () => {
    const found = json('inspect', at('location.json'));
    expect(found.artefact).toMatchObject({ kind: 'placement', experts: 2, slots: 3, maxOverMean: null });
    expect(found.artefact.problems).toMatchObject([{ severity: 'error', line: 1 }]);
    expect(run('inspect', at('location.json')).exitCode).toBe(0);
    expect(run('inspect', at('location.json'), '--fail-on', 'error').exitCode).toBe(1);
    expect(run('inspect', at('location.json')).output).toContain('Expert 0 of 2 has no slot in layer 1');
  });

  test('rows without a key are loads, since somebody asks; a layer without tokens has no skew', () => {
    expect(json('inspect', at('loads.json')).artefact).toMatchObject({
      kind: 'loads',
      layers: 2,
      maxOverMean: { max: 3.6, layers: 1 },
    });
    expect(run('inspect', at('loads.json')).output).toContain('1: dense, or not recorded');
  });

  test('a PyTorch file is not opened, and the command that converts it is given', () => {
    const found = json('inspect', at('dump.pt'));
    expect(found.artefact).toMatchObject({ kind: 'unopened', format: 'pytorch' });
    expect(found.artefact.conversions[0].command).toMatch(
      /^python -c "import torch,json; d=torch\.load\('.*dump\.pt'/,
    );
    expect(run('inspect', at('dump.pt')).output).toContain('which is not opened');
  });

  test('a folder and a file that is not there are mistakes', () => {
    for (const name of ['.', 'none.jsonl', 'none.pt'])
      expect(() => run('inspect', at(name))).toThrow(UsageError);
  });
});

describe('lint', () => {
  test('finds files by content in a folder, and fails on errors', () => {
    const { findings } = json('lint', folder);
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'VL001', severity: 'error', file: at('serve.sh'), line: 3, column: 5 }),
    );
    expect(run('lint', folder).exitCode).toBe(1);
    expect(run('lint', folder, '--fail-on', 'never').exitCode).toBe(0);
  });

  test('prints one line per finding, as compilers do', () => {
    expect(run('lint', at('serve.sh')).output).toMatch(/serve\.sh:3:5: error VL001 /);
  });

  test('a rule can be silenced', () => {
    expect(run('lint', at('serve.sh'), '--disable', 'VL001').output).not.toContain('VL001');
  });
});

describe('simulate', () => {
  const v3 = [
    'simulate',
    '--preset',
    'deepseek-ai/DeepSeek-V3',
    '--set',
    'layout.ep=64',
    '--set',
    'workload.tokensPerRank=128',
  ];
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

  test.each(['nccl-alltoall', 'deepep-low-latency'])('%s: rows obey the laws', (backend) => {
    const { traffic, alltoallv } = json(...v3, '--set', `communication.backend=${backend}`);
    const { rows } = traffic.dispatch;
    expect(rows).toHaveLength(64);
    for (const row of rows) expect(sum(row)).toBeCloseTo(128 * 8, 6);
    rows[0].forEach((_: number, k: number) => {
      expect(sum(rows.map((row: number[]) => row[k]!))).toBeCloseTo(traffic.load.perRank[k], 6);
    });
    expect(traffic.combine.rows[3][5]).toBe(rows[5][3]);
    expect(alltoallv.sendDisplacements[2][1]).toBe(rows[2][0]);
    expect(sum(traffic.nodes.dispatch.rows.map(sum))).toBeCloseTo(sum(rows.map(sum)), 3);
  });

  test('matrices can be left out', () => {
    const { traffic } = json(...v3, '--matrix', 'none');
    expect(traffic.dispatch.rows).toBeUndefined();
    expect(traffic.perToken.distinctRanks).toBeGreaterThan(1);
  });

  test('a script with its model file', () => {
    const { scenario } = json('simulate', at('serve.sh'), at('model/config.json'), '--matrix', 'none');
    expect(scenario).toMatchObject({
      framework: 'vllm',
      layout: { tp: 8, ep: 1 },
      model: { routedExperts: 8 },
    });
  });

  test('prints the figures with their units', () => {
    expect(run(...v3).output).toMatch(/dispatch +[\d.,]+ +µs +bound by (the NIC|NVLink|the SMs that copy)/);
  });

  test('says of a size that the file leaves open that nobody knows, and what the figures take', () => {
    writeFileSync(at('open.sh'), 'vllm serve ./model --enable-expert-parallel --data-parallel-size $DP\n');
    const { output } = run('simulate', at('open.sh'));
    expect(output).toContain('Whether it fits is not known: the file leaves DP open ($DP).');
    expect(output).not.toMatch(/It (fits|does not fit)/);
    expect(run('simulate', at('open.sh'), '--set', 'layout.dp=8').output).toMatch(/It fits/);
  });

  test('takes the last part of a name, as the palette does', () => {
    expect(json(...v3, '--set', 'ep=32').scenario.layout.ep).toBe(32);
  });

  test('leaves out what does not happen: dispatch without expert parallelism, the skew of balanced routing', () => {
    expect(run('simulate', at('serve.sh')).output).not.toMatch(/dispatch +0/);
    const balanced = run(...v3, '--set', 'routing.distribution=balanced').output;
    expect(balanced).not.toMatch(/routing\.(sigma|exponent)/);
    expect(run(...v3).output).toMatch(/assumed: .*routing\.sigma=/);
  });
});

describe('a report', () => {
  const asked = () =>
    run('simulate', at('serve.sh'), at('model/config.json'), '--matrix', 'none', '--report', 'r.html');
  test('is written beside what is printed, with the verdict, the lines and the findings', () => {
    const { files, output } = asked();
    const [report] = files!;
    expect(report!.path).toBe('r.html');
    const { scenario } = json('simulate', at('serve.sh'), at('model/config.json'), '--matrix', 'none');
    expect(output).toContain(scenario.model.name);
    expect(report!.text).toMatch(/^<!doctype html>/);
    expect(report!.text).toContain("default-src 'none'");
    expect(report!.text).toContain('serve.sh:2');
    for (const id of ['placement', 'traffic', 'memory', 'communication', 'time', 'inputs'])
      expect(report!.text).toContain(`<section id="${id}"`);
    expect(report!.text).toContain('class="q');
  });
  test('is the same whenever it is made', () => {
    expect(asked().files).toEqual(asked().files);
  });
  test('is made only where it is asked for, and only simulate takes it', () => {
    expect(run('simulate', at('serve.sh')).files ?? []).toEqual([]);
    expect(() => run('lint', folder, '--report', 'r.html')).toThrow(/lint takes no --report/);
  });
});

describe('a job that cannot be simulated', () => {
  const GROUPS = TRAIN.replace('--expert-model-parallel-size 8', '--expert-model-parallel-size $EP');

  test('says why, in which fields and on which line of which file, and ends with 2', () => {
    writeFileSync(
      at('refused.sh'),
      `EP=5\n${GROUPS.replace('--nnodes 1', '--nnodes 5').replace('-size 64 --bf16', '-size 80 --bf16')}`,
    );
    const { exitCode, output, message } = run('simulate', at('refused.sh'), '--format', 'json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(output)).toEqual({
      scenario: null,
      refusals: [
        {
          reason: 'experts-do-not-divide',
          message: '64 experts do not divide over EP 5: take an EP that divides them.',
          fields: [
            {
              name: 'layout.ep',
              origin: 'fact',
              key: '--expert-model-parallel-size',
              value: 5,
              // The assignment, not the option that uses it.
              ...{ file: at('refused.sh'), line: 1, column: 4 },
            },
            {
              name: 'model.routedExperts',
              origin: 'fact',
              key: '--num-experts',
              value: 64,
              ...{ file: at('refused.sh'), line: 4, column: 19 },
            },
          ],
        },
      ],
    });
    expect(message).toContain('64 experts do not divide over EP 5');
    expect(message).toContain('[experts-do-not-divide]');
    expect(message).toContain(`${at('refused.sh')}:1:4`);
    const text = run('simulate', at('refused.sh'));
    expect(text).toEqual({ exitCode: 2, output: '', message });
  });

  test('what is stated nowhere has no line, and an open expression has', () => {
    writeFileSync(at('open-model.sh'), GROUPS.replace('--hidden-size 7168', '--hidden-size $H'));
    const { output } = run('simulate', at('open-model.sh'), '--format', 'json');
    expect(JSON.parse(output).refusals).toMatchObject([
      {
        reason: 'not-known',
        fields: [{ name: 'model.hiddenSize', origin: 'unknown', expression: '$H', line: 2 }],
      },
    ]);
    expect(json('inspect', at('open-model.sh')).refusals).toMatchObject([{ reason: 'not-known' }]);
    expect(run('inspect', at('open-model.sh')).output).toContain('The hidden size is open ($H)');
  });

  test('a change that cannot be made leaves the baseline in the JSON', () => {
    const { exitCode, output } = run(
      ...['whatif', at('model/config.json'), '--change', 'layout.ep=5', '--matrix', 'none'],
      ...['--format', 'json'],
    );
    expect(exitCode).toBe(2);
    const { baseline, variant } = JSON.parse(output);
    expect(baseline.scenario.layout.ep).toBe(8);
    expect(variant).toMatchObject({
      scenario: null,
      refusals: [{ reason: 'experts-do-not-divide', fields: [{ origin: 'override' }, {}] }],
    });
  });
});

test('a scenario file stands wherever a file does, and its job is read from beside it', () => {
  mkdirSync(at('scenarios'));
  writeFileSync(
    at('open.sh'),
    SERVE.replace('-size 8', '-size $TP').replace('--enable-eplb', '--enable-expert-parallel'),
  );
  writeFileSync(
    at('scenarios/h200.moe.yaml'),
    'job: ../open.sh\nvariables: { TP: 4 }\ncluster: { accelerator: h200-sxm }\nlayout: { eep: 1 }\n',
  );
  const file = at('scenarios/h200.moe.yaml');
  expect(json('simulate', file, '--matrix', 'none').scenario).toMatchObject({
    framework: 'vllm',
    model: { routedExperts: 8 },
    layout: { tp: 4, ep: 4 },
    cluster: { accelerator: 'h200-sxm' },
  });
  expect(json('inspect', file)).toMatchObject({
    framework: 'moe-scope',
    parameters: { total: 46_702_792_704 },
  });
  expect(json('lint', file).findings).toContainEqual(
    expect.objectContaining({ rule: 'SC001', file, line: 4 }),
  );
  const { variant } = json('whatif', file, '--change', 'cluster.accelerator=b200-sxm', '--matrix', 'none');
  expect(variant.scenario).toMatchObject({ layout: { tp: 4 }, cluster: { accelerator: 'b200-sxm' } });
});

test('inspect tells the alternatives of a script apart by what they depend on', () => {
  const script = at('alternatives.sh');
  writeFileSync(
    script,
    'ARGS="--num-experts 64"\nif [ "$1" = wide ]; then\n  ARGS+=" --expert-model-parallel-size 16"\nfi\n' +
      'torchrun pretrain_gpt.py $ARGS\n',
  );
  const { facts } = json('inspect', script);
  const conditionOf = (key: string) => facts.find((fact: { key: string }) => fact.key === key).condition;
  expect(conditionOf('--expert-model-parallel-size')).toBe('[ "$1" = wide ]');
  expect(conditionOf('--num-experts')).toBeUndefined();
});

test('whatif puts the same job with a change beside it', () => {
  const { baseline, variant, delta } = json(
    'whatif',
    at('model/config.json'),
    '--change',
    'layout.ep=4',
    '--matrix',
    'none',
  );
  expect(baseline.scenario.layout.ep).toBe(8);
  expect(variant.scenario.layout.ep).toBe(4);
  expect(delta.find((row: { name: string }) => row.name === 'memory.peakGiB').variant).toBeGreaterThan(0);
});

test('a field is called as in the palette', () => {
  const figures = (name: string) =>
    json('whatif', at('model/config.json'), '--set', name, '--change', 'top-k=1', '--matrix', 'none');
  expect(figures('ep=8').baseline.scenario.layout.ep).toBe(8);
  expect(figures('ep=8').delta).toEqual(figures('layout.ep=8').delta);
});

test('one --change takes several changes', () => {
  const { variant } = json(
    'whatif',
    at('model/config.json'),
    '--change',
    'layout.ep=4',
    'routing.distribution=balanced',
    '--matrix',
    'none',
  );
  expect(variant.scenario).toMatchObject({ layout: { ep: 4 }, routing: { distribution: 'balanced' } });
});

test('rules are listed and explained', () => {
  expect(json('rules').length).toBeGreaterThan(20);
  expect(run('rules', 'mg002').output).toContain('MG002');
});

test.each([
  [['inspect', '/nowhere.json'], /no such file/],
  [['simulate'], /Name a config file/],
  [['simulate', '--preset', 'nothing'], /no preset nothing/],
  [['simulate', '--preset', 'DeepSeek-V3', '--set', 'parallel.ep=8'], /Did you mean layout.ep/],
  [['whatif', '--preset', 'DeepSeek-V3'], /at least one --change/],
  [['lint', '.', '--format', 'yaml'], /--format is one of/],
  [['rules', 'XX999'], /no rule XX999/],
  [['rules', 'MG001', 'MG002'], /takes one rule/],
  [['lint', '.', '--disable', 'XX999'], /no rule XX999/],
  [['lint', '.', '--change', 'layout.ep=8'], /lint takes no --change/],
  [['lint', '/nowhere'], /no such file/],
])('%j is a usage error with a reason', (argv, message) => {
  expect(() => run(...argv)).toThrow(UsageError);
  expect(() => run(...argv)).toThrow(message);
});

test('a folder is walked without circles, past what cannot be read, and through links to files', () => {
  mkdirSync(at('tree/deep'), { recursive: true });
  symlinkSync('..', at('tree/deep/up'));
  symlinkSync('nowhere.json', at('tree/broken.json'));
  symlinkSync('../model/config.json', at('tree/config.json'));
  const skipped: string[] = [];
  const search = { gitignore: true, exclude: [], tell: (note: string) => skipped.push(note) };
  const files = discover([at('tree'), at('tree/config.json')], search);
  expect(files).toEqual([{ path: at('tree/config.json'), isNamed: true }]);
  expect(skipped).toEqual([expect.stringMatching(/broken\.json is left out: there is no such file/)]);
});

test('a reference that is a folder or cannot be read is no error of the script', () => {
  mkdirSync(at('odd/config.json'), { recursive: true });
  writeFileSync(at('odd.sh'), 'vllm serve ./odd --enable-expert-parallel\n');
  expect(json('inspect', at('odd.sh')).framework).toBe('vllm');
});

test('simulate fails on findings when it is told to', () => {
  writeFileSync(at('train.sh'), TRAIN);
  const { findings } = json('simulate', at('train.sh'), '--matrix', 'none');
  expect(findings).toContainEqual(expect.objectContaining({ file: at('train.sh') }));
  expect(run('simulate', at('train.sh')).exitCode).toBe(0);
  expect(run('simulate', at('train.sh'), '--fail-on', 'info').exitCode).toBe(1);
});

describe('place', () => {
  /** The example of EPLB's README. */
  const LOADS = [
    [90, 132, 40, 61, 104, 165, 39, 4, 73, 56, 183, 86],
    [20, 107, 104, 64, 19, 197, 187, 157, 172, 86, 16, 27],
  ];
  const place = (...rest: string[]) => ['place', '--loads', at('loads.json'), ...rest];
  const shape = ['--replicas', '16', '--groups', '4', '--nodes', '2', '--gpus', '8'];
  const withLoads = (loads: unknown) => writeFileSync(at('loads.json'), JSON.stringify(loads));

  test('prints the tables of the reference and how even they are', () => {
    withLoads(LOADS);
    const placed = json(...place(...shape));
    expect(placed.phy2log).toEqual([
      [5, 6, 5, 7, 8, 4, 3, 4, 10, 9, 10, 2, 0, 1, 11, 1],
      [7, 10, 6, 8, 6, 11, 8, 9, 2, 4, 5, 1, 5, 0, 3, 1],
    ]);
    expect(placed.logcnt[0]).toEqual([1, 2, 1, 1, 2, 2, 1, 1, 1, 1, 2, 1]);
    expect(placed.log2phy[0][7]).toEqual([3, -1]);
    // GPU 6 of layer 0 has expert 0 and half of expert 1: 156 of 1033 / 8; GPU 1 of layer 1 180 of 1156 / 8.
    expect(placed.load.perLayer[0]).toBeCloseTo(156 / (1033 / 8), 9);
    expect(placed.load.maxOverMean).toBe(Math.max(...placed.load.perLayer));
  });

  test('a list where a number belongs is said, however deep it goes', () => {
    writeFileSync(at('loads.json'), `[[${'['.repeat(9_000)}${']'.repeat(9_000)}]]`);
    expect(() => run(...place(...shape))).toThrow('expert 0 of layer 0 is a list, not a number of tokens');
  });

  test('with top-k says how many other nodes a token is sent to', () => {
    withLoads([Array.from({ length: 256 }, () => 1)]);
    const nodes = ['--replicas', '256', '--gpus', '32', '--nodes', '4', '--groups', '8', '--top-k', '8'];
    // Uniform: N·(1 - C(192, 8) / C(256, 8)) · 3/4 for four nodes.
    expect(json(...place(...nodes)).remoteNodesPerToken).toBeCloseTo(3.614 * 0.75, 2);
    expect(json(...place(...nodes, '--topk-groups', '2')).remoteNodesPerToken).toBeLessThan(1.5);
    expect(() => run(...place(...nodes, '--topk-groups', '9'))).toThrow('more than the 8 groups');
  });

  test('a search from there is more even, sends tokens no farther, and holds the same replicas', () => {
    withLoads(LOADS);
    const placed = json(...place(...shape, '--top-k', '2', '--policy', 'search'));
    const { eplb } = placed;
    expect(placed.load.meanOfLayers).toBeLessThan(eplb.meanOfLayers);
    placed.load.perLayer.forEach((value: number, layer: number) => {
      expect(value).toBeLessThanOrEqual(eplb.perLayer[layer] + 1e-9);
    });
    expect(placed.remoteNodesPerToken).toBeLessThanOrEqual(eplb.remoteNodesPerToken);
    const plain = json(...place(...shape));
    expect(placed.logcnt).toEqual(plain.logcnt);
    placed.phy2log[0].forEach((expert: number, slot: number) => {
      expect(placed.log2phy[0][expert]).toContain(slot);
    });
    expect(run(...place(...shape, '--policy', 'search')).output).toContain('search, from there');
  });

  test('takes a trace, with what its tokens choose together', () => {
    const records = [3, 4].map((layer) => ({
      layer,
      batch_id: 0,
      topk_experts: Array.from({ length: 64 }, (_, token) => [token % 8, (((token % 8) * 3 + 1) % 8) + 8]),
    }));
    writeFileSync(at('trace.jsonl'), records.map((record) => JSON.stringify(record)).join('\n'));
    const traced = (...rest: string[]) =>
      json('place', '--trace', at('trace.jsonl'), '--replicas', '16', '--gpus', '8', '--nodes', '2', ...rest);
    const eplb = traced();
    expect(eplb.phy2log).toHaveLength(2);
    const found = traced('--policy', 'search');
    expect(found.eplb.remoteNodesPerToken).toBeCloseTo(eplb.remoteNodesPerToken, 9);
    expect(found.remoteNodesPerToken).toBeLessThan(eplb.remoteNodesPerToken);
    expect(found.remoteNodesPerToken).toBeCloseTo(0.5, 9);
    writeFileSync(at('layer.json'), JSON.stringify(records[0]!.topk_experts));
    const one = ['place', '--trace', at('layer.json'), '--gpus', '4', '--replicas'];
    expect(json(...one, '20', '--experts', '18').logcnt[0]).toHaveLength(18);
    expect(() => run(...one, '16', '--experts', '12')).toThrow('chooses expert 15 of 12');
    expect(() => run(...one, '16', '--top-k', '2')).toThrow('a trace says what its tokens chose');
    expect(() => run(...place('--trace', at('layer.json'), ...shape))).toThrow('both given');
  });

  describe('of a job', () => {
    const JOB =
      'python -m sglang.launch_server --model-path mistralai/Mixtral-8x7B-v0.1 --tp 8 --dp 8 --enable-dp-attention --moe-a2a-backend deepep --deepep-mode low_latency\n';
    const job = (...rest: string[]) => {
      writeFileSync(at('serve.sh'), JOB);
      return ['place', at('serve.sh'), '--accelerator', 'h100-sxm', ...rest];
    };

    test('says whether EPLB is worth it, and what each placement saves and costs', () => {
      const { verdict, placements, routing, step } = json(...job());
      expect(verdict.sentence).toMatch(/^EPLB .*\.$/);
      expect(step).toBe('decode step');
      expect(routing.kind).toBe('assumed');
      const [plain, ...others] = placements;
      expect(plain).toMatchObject({ placement: 'in-order', redundantExperts: 0, changes: [] });
      expect(plain.step.savedMicroseconds).toBe(0);
      for (const { placement, step: taken, memory, load } of others) {
        expect(['eplb', 'searched']).toContain(placement);
        expect(taken.savedMicroseconds).toBeCloseTo(1e6 * (plain.step.seconds - taken.seconds), 6);
        expect(memory.spentGiB).toBeGreaterThanOrEqual(0);
        expect(load.worstLayer).toBeGreaterThanOrEqual(load.meanOfLayers);
      }
      const { output } = run(...job());
      expect(output).toContain(verdict.sentence);
      expect(output).toContain('in index order, now');
      expect(output).toContain('Loads of this job (routing.file) would decide.');
    });

    test('writes the placement that was searched in the form of its engine, where experts are known', () => {
      const refused = run(...job('--save', at('location.json')));
      expect(refused).toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('It is not known which experts'),
      });
      expect(refused.files).toBeUndefined();
      const layers = Array.from({ length: 32 }, (_, layer) => [9, 1, 5, 3, 7, 2, 8, 1].map((n) => n + layer));
      withLoads(layers);
      const { files, message, exitCode } = run(
        ...job('--loads', at('loads.json'), '--save', at('location.json')),
      );
      expect(exitCode).toBe(0);
      expect(message).toContain(
        'SGLang expert location, for --init-expert-location location.json --ep-num-redundant-experts',
      );
      expect(JSON.parse(files![0]!.text).physical_to_logical_map).toHaveLength(32);
      const eplb = run(...job('--loads', at('loads.json'), '--save', at('a.json'), '--as', 'eplb'));
      expect(JSON.parse(eplb.files![0]!.text).phy2log).toHaveLength(32);
    });

    test('takes no options of placing by loads alone', () => {
      expect(() => run(...job('--replicas', '8'))).toThrow('--replicas is for --loads or --trace alone');
      expect(() => run(...job('--policy', 'search'))).toThrow('--policy is for --loads or --trace alone');
      withLoads(LOADS);
      expect(() => run(...place(...shape, '--save', at('a.json')))).toThrow('are for a job');
    });

    test('that is none says why', () => {
      const refused = run('place', '--preset', 'mistralai/Mixtral-8x7B-v0.1', '--set', 'layout.ep=3');
      expect(refused.exitCode).toBe(2);
      expect(refused.message).toContain('Nothing to place');
    });
  });

  test('prints the GPUs of each layer as text', () => {
    withLoads(LOADS);
    const { output } = run(...place(...shape));
    expect(output).toContain('EPLB, hierarchical');
    expect(output).toContain('layer 0: 5 6 | 5 7 | 8 4 |');
  });

  test.each<[string, unknown, string[], string]>([
    ['too few replicas', LOADS, ['--replicas', '8', '--gpus', '8'], '8 replicas cannot hold 12 experts'],
    ['uneven replicas', LOADS, ['--replicas', '15', '--gpus', '8'], '15 replicas do not divide over 8 GPUs'],
    ['no replicas', LOADS, ['--gpus', '8'], 'place needs --replicas.'],
    ['no number', LOADS, ['--replicas', 'x', '--gpus', '8'], '--replicas is a whole number'],
    [
      'ragged loads',
      [[1, 2], [3]],
      ['--replicas', '2', '--gpus', '1'],
      'layer 1 has 1 entries, layer 0 has 2',
    ],
    ['negative loads', [[1, -2]], ['--replicas', '2', '--gpus', '1'], 'expert 1 of layer 0 is -2'],
    ['no loads', {}, ['--replicas', '2', '--gpus', '1'], 'loads are a list of layers'],
  ])('refuses %s and says why', (_, loads, rest, reason) => {
    withLoads(loads);
    expect(() => run(...place(...rest))).toThrow(UsageError);
    expect(() => run(...place(...rest))).toThrow(reason);
  });
});

describe('simulate with files', () => {
  const write = (name: string, table: unknown) => writeFileSync(at(name), JSON.stringify(table));
  const simulate = (...rest: string[]) =>
    json('simulate', at('model/config.json'), '--set', 'layout.ep=4', ...rest);

  test('serves the loads and holds the slots that they say', () => {
    write('mixtral-loads.json', [[10, 20, 30, 40, 0, 0, 0, 0]]);
    write('mixtral-slots.json', [[0, 4, 1, 5, 2, 6, 3, 7]]);
    const result = simulate('--loads', at('mixtral-loads.json'), '--placement', at('mixtral-slots.json'));
    expect(result.scenario.routing.distribution).toBe('loads');
    expect(result.placement.expertsPerRank).toEqual([
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ]);
    const { perRank } = result.traffic.load;
    const all = perRank.reduce((a: number, b: number) => a + b, 0);
    [0.1, 0.2, 0.3, 0.4].forEach((share, rank) => {
      expect(perRank[rank] / all).toBeCloseTo(share, 2);
    });
  });

  test('takes loads and placements as frameworks write them', () => {
    write('location.json', { logical_count: [[10, 20, 30, 40, 0, 0, 0, 0]] });
    write('map.json', { physical_to_logical_map: [[0, 4, 1, 5, 2, 6, 3, 7]] });
    const result = simulate('--loads', at('location.json'), '--placement', at('map.json'));
    expect(result.placement.expertsPerRank[3]).toEqual([3, 7]);
    expect(() => simulate('--placement', at('location.json'))).toThrow('a placement is a list of layers');
    write('broken.json', { physical_to_logical_map: [[0, 4, 1, 5, 2, 6, 3, -7]] });
    expect(() => simulate('--placement', at('broken.json'))).toThrow(/broken\.json:1: /);
  });

  test('replays recorded tokens', () => {
    write('mixtral-trace.json', [
      [0, 1],
      [0, 1],
      [2, 3],
    ]);
    const { traffic } = simulate('--trace', at('mixtral-trace.json'));
    expect(traffic.perToken.distinctRanks).toBeCloseTo(1, 9);
    expect(traffic.load.perExpert[0] / traffic.load.perExpert[2]).toBeCloseTo(2, 9);
  });

  test('a file that is no table is a mistake of the call', () => {
    write('mixtral-wrong.json', 'nothing');
    expect(() => simulate('--trace', at('mixtral-wrong.json'))).toThrow('a trace is a list of tokens');
  });

  test.each<[string, unknown, string]>([
    ['--loads', [[1, 2, 3]], 'has loads of 3 experts, the model has 8'],
    ['--loads', [[0, 0, 0, 0, 0, 0, 0, 0]], 'layer 0 has no load at all'],
    ['--placement', [[0, 1, 2, 3, 4, 5, 6, 6]], 'layer 0 has no slot for expert 7'],
    ['--placement', [[0, 1, 2, 3, 4, 5, 6, 9]], 'slot 7 of layer 0 holds 9'],
    ['--trace', [[0, 0]], 'token 0 does not have 2 different experts'],
  ])('%s %j is refused with a reason', (option, table, reason) => {
    write('mixtral-wrong.json', table);
    const file = at('mixtral-wrong.json');
    const { exitCode, message } = run('simulate', at('model/config.json'), option, file);
    expect(exitCode).toBe(2);
    expect(message).toMatch(new RegExp(`mixtral-wrong\\.json: .*${reason}`));
  });
});

test('a what-if says that both sides have the fewest GPUs where no file says how many there are', () => {
  writeFileSync(at('nodes.sh'), TRAIN.replace('--nnodes 1', '--nnodes $NODES'));
  const change = (file: string) => run('whatif', at(file), '--change', 'pp=2').output;
  expect(change('nodes.sh')).toContain('It has 16 GPUs and the job 8, the fewest for each');
  writeFileSync(at('stated.sh'), TRAIN.replace('--nnodes 1', '--nnodes 2'));
  expect(change('stated.sh')).not.toContain('the fewest for each');
});

describe('whatif --apply', () => {
  const script = TRAIN.replace('--nnodes 1', '--nnodes 2').replace(
    '--bf16',
    '--bf16 --use-distributed-optimizer',
  );
  const changes = ['--change', 'layout.ep=4', 'workload.recompute=full'];

  test('prints the diff and leaves the file, or writes it', () => {
    writeFileSync(at('apply.sh'), script);
    const shown = run('whatif', at('apply.sh'), ...changes, '--apply');
    expect(shown.exitCode).toBe(0);
    expect(shown.output).toContain(`--- ${at('apply.sh')}\n+++ ${at('apply.sh')}\n@@ -1,4 +1,4 @@\n`);
    expect(shown.output).toMatch(/^\+ .*--expert-model-parallel-size 4 /m);
    expect(shown.output).toMatch(/^\+ .*--recompute-granularity full/m);
    expect(readFileSync(at('apply.sh'), 'utf8')).toBe(script);
    const written = run('whatif', at('apply.sh'), ...changes, '--write');
    expect(written).toEqual({ output: `${at('apply.sh')}\n`, exitCode: 0 });
    const { scenario } = json('simulate', at('apply.sh'), '--matrix', 'none');
    expect(scenario.layout.ep).toBe(4);
    expect(scenario.workload.recompute).toBe('full');
  });

  test('writes all changes or none, and says why', () => {
    writeFileSync(at('partly.sh'), script);
    const argv = ['whatif', at('partly.sh'), '--change', 'layout.ep=4', 'cluster.accelerator=h20'];
    const { output, message, exitCode } = run(...argv, '--write');
    expect({ output, exitCode }).toEqual({ output: '', exitCode: 2 });
    expect(message).toBe(
      'cluster.accelerator=h20 is not written. Accelerator: the files do not name the GPU, the setting moeScope.accelerator or a scenario file does.\nNothing was written.',
    );
    expect(readFileSync(at('partly.sh'), 'utf8')).toBe(script);
    const found = json(...argv, '--apply');
    expect(found).toMatchObject({
      written: [{ name: 'layout.ep', value: 4 }],
      unwritten: [{ change: { name: 'cluster.accelerator', value: 'h20' } }],
      isWritten: false,
    });
    expect(found.files[0].diff).toContain('+++ ');
  });

  test('needs a file', () => {
    expect(() => run('whatif', '--preset', 'DeepSeek-V3', '--change', 'layout.ep=8', '--apply')).toThrow(
      '--apply writes into files: name the file of the job.',
    );
  });
});
