import { describe, expect, test } from 'vitest';
import { read } from '../../../src/config/read';
import { cursorIn } from '../../../src/editor/scenario-file/cursor';
import { keyHover } from '../../../src/editor/scenario-file/hover';
import { jobInputs } from '../../../src/editor/scenario-file/job-inputs';
import { type Around, proposals } from '../../../src/editor/scenario-file/proposals';
import { scenarioText } from '../../../src/editor/scenario-file/text';
import { Engine } from '../../../src/worker/engine';

const NOTHING: Around = { entries: [], commands: [], roles: [], variables: [], files: [] };

/** What is proposed where `|` stands. */
function proposed(text: string, around: Partial<Around> = {}) {
  const before = text.slice(0, text.indexOf('|'));
  const cursor = cursorIn(before);
  const scenario = read({ file: 'x.moe.yaml', text: text.replace('|', '') })?.scenario;
  return cursor === null ? [] : proposals(cursor, { ...NOTHING, ...scenario, ...around });
}
const labels = (text: string, around: Partial<Around> = {}) =>
  proposed(text, around).map(({ label }) => label);

describe('the cursor', () => {
  test.each([
    ['', { sections: [], key: null, typed: '' }],
    ['la', { sections: [], key: null, typed: 'la' }],
    ['layout:\n  ', { sections: ['layout'], key: null, typed: '' }],
    ['layout:\n  ep: 8\n  # why\n\n  t', { sections: ['layout'], key: null, typed: 't' }],
    ['model:\n  topK: 4\n  router:\n    gr', { sections: ['model', 'router'], key: null, typed: 'gr' }],
    ['model:\n  router:\n    groups: 8\n  to', { sections: ['model'], key: null, typed: 'to' }],
    ['model.rou', { sections: ['model'], key: null, typed: 'rou' }],
    ['layout: { ep: 8, t', { sections: ['layout'], key: null, typed: 't' }],
    ['cluster: { accelerator: h2', { sections: ['cluster'], key: 'accelerator', typed: 'h2' }],
    ['cluster:\n  accelerator: ', { sections: ['cluster'], key: 'accelerator', typed: '' }],
    ['model.router.groups: 1', { sections: ['model', 'router'], key: 'groups', typed: '1' }],
    ['job: ../run/tr', { sections: [], key: 'job', typed: '../run/tr' }],
    ['variables:\n  "', { sections: ['variables'], key: null, typed: '' }],
  ])('in %j', (before, expected) => {
    expect(cursorIn(before)).toMatchObject(expected);
    expect(cursorIn(before)!.start).toBe(before.length - expected.typed.length);
  });

  test.each(['# a comment', 'job: train.sh # which', 'layout:\n\t', 'layout: { ep: 8 } '])(
    'nowhere in %j',
    (before) => {
      expect(cursorIn(before)).toBeNull();
    },
  );
});

describe('proposals', () => {
  test('an empty file gets a skeleton and the keys', () => {
    expect(labels('|')).toEqual([
      'scenario',
      'name',
      'job',
      'command',
      'role',
      'variables',
      'model',
      'layout',
      'cluster',
      'workload',
      'routing',
      'placement',
      'communication',
    ]);
  });

  test('a section has its fields, without those that are written', () => {
    expect(labels('layout:\n  ep: 8\n  |')).toEqual(expect.arrayContaining(['tp', 'sequenceParallel']));
    expect(labels('layout:\n  ep: 8\n  |')).not.toContain('ep');
    expect(labels('model:\n  |')).toEqual(expect.arrayContaining(['config', 'router', 'topK']));
    expect(labels('model:\n  router:\n    |')).toEqual(['groups', 'topkGroups']);
  });

  test('a key says what it is, and goes on to its value', () => {
    const ep = proposed('layout:\n  |').find(({ label }) => label === 'ep')!;
    expect(ep).toMatchObject({ detail: 'EP', snippet: 'ep: $0', goesOn: true });
    expect(ep.documentation).toContain('whole number from 1 to 4,096');
    expect(proposed('|').find(({ label }) => label === 'layout')?.snippet).toBe('layout:\n  $0');
    expect(proposed('model: { |').find(({ label }) => label === 'router')?.snippet).toBe('router: { $0 }');
  });

  test('accelerators with their memory, choices, models', () => {
    expect(proposed('cluster: { accelerator: |')).toContainEqual(
      expect.objectContaining({ label: 'h200-sxm', detail: 'H200, 141 GB' }),
    );
    expect(labels('workload:\n  mode: |')).toContain('decode');
    expect(labels('layout:\n  sequenceParallel: |')).toEqual(['true', 'false']);
    expect(labels('model: |')).toContain('deepseek-ai/DeepSeek-V3');
    expect(labels('layout:\n  ep: |')).toEqual([]);
  });

  test('what the job leaves open, its parts, and files', () => {
    const text = 'vllm serve m -tp $TP --data-parallel-size ${1} --port $PORT &\nvllm serve m -tp 2\n';
    const inputs = jobInputs(read({ file: 's.sh', text })!, text);
    const around = { ...inputs, files: ['serve.sh', 'run/'] };
    expect(labels('command: |', around)).toEqual(['1', '2']);
    const variables = proposed('variables:\n  |', around);
    expect(variables.map(({ label, snippet }) => [label, snippet])).toEqual([
      ['TP', 'TP: $0'],
      ['1', '"1": $0'],
      ['PORT', 'PORT: $0'],
    ]);
    expect(variables[0]?.detail).toBe('decides TP');
    expect(labels('variables:\n  TP: 4\n  |', around)).toEqual(['1', 'PORT']);
    expect(labels('job: |', around)).toEqual(['serve.sh', 'run/']);
  });
});

test('a hover on a key says what it is and may hold', () => {
  const text = 'job: a.sh\nvariables: { EP: 8 }\nlayout: { ep: 8 }\n';
  const document = read({ file: 'x.moe.yaml', text })!;
  const at = (word: string) => keyHover(document, text.indexOf(word) + 1)?.text;
  expect(at('job')).toContain('relative to this file');
  expect(at('EP')).toContain('takes from outside');
  expect(at('layout')).toContain('Parallel sizes');
});

test('a new scenario names the job, its open variables and assumptions, and takes a what-if along', () => {
  const engine = new Engine();
  const script =
    'vllm serve deepseek-ai/DeepSeek-V3 -tp $TP --data-parallel-size 8 --enable-expert-parallel &\nvllm serve x\n';
  engine.setDocument('/w/serve.sh', script);
  const [analysis] = engine.analyse('/w/serve.sh', {}, []).jobs;
  const changes = [{ name: 'routing.sigma', value: 0.5 }] as const;
  const { text, cursor } = scenarioText('serve.sh', analysis!, { changes });
  expect(text).toContain(
    'job: serve.sh\ncommand: 1\nvariables:\n  TP:  # decides TP\nrouting:\n  sigma: 0.5\n',
  );
  expect(text).toContain('# cluster.accelerator: h100-sxm  # files do not name the GPU');
  expect(text.slice(0, cursor)).toMatch(/TP: $/);
  engine.setDocument('/w/serve.moe.yaml', text);
  const made = engine.analyse('/w/serve.moe.yaml', {}, []);
  expect(made.findings.map(({ rule }) => rule)).toEqual(['SC007']);
  expect(made.jobs[0]?.scenario?.routing.sigma).toBe(0.5);
});

test('a new scenario from a scenario takes along what that one says', () => {
  const engine = new Engine();
  engine.setDocument('/w/serve.sh', 'vllm serve $MODEL -tp $TP --enable-expert-parallel\n');
  const before = `job: serve.sh
variables: { TP: 8 }
model: DeepSeek-V3
layout: { ep: 16 }
cluster: { accelerator: h200-sxm }
`;
  engine.setDocument('/w/a.moe.yaml', before);
  const [analysis] = engine.analyse('/w/a.moe.yaml', {}, []).jobs;
  const { text } = scenarioText('serve.sh', analysis!, { changes: [{ name: 'layout.ep', value: 32 }] });
  expect(text).toContain(
    'job: serve.sh\nvariables:\n  TP: 8\nmodel:\n  config: DeepSeek-V3\nlayout:\n  ep: 32\ncluster:\n  accelerator: h200-sxm\n',
  );
  engine.setDocument('/w/b.moe.yaml', text);
  const [made] = engine.analyse('/w/b.moe.yaml', {}, []).jobs;
  expect(made?.scenario).toMatchObject({ model: { routedExperts: 256 }, layout: { tp: 8, ep: 32 } });
});
