import { expect, test } from 'vitest';
import { turnsTo } from '../../../src/panel/follow';
import { readKept, readMessage } from '../../../src/panel/messages';
import { PROTOCOL_VERSION } from '../../../src/panel/protocol';
import { Engine } from '../../../src/worker/engine';

test.each([
  { type: 'ready', version: PROTOCOL_VERSION, isTold: false },
  { type: 'openOrigin', name: 'layout.ep' },
  { type: 'openFinding', index: 0 },
  { type: 'whatIf', changes: [{ name: 'layout.ep', value: 8 }] },
  { type: 'whatIf', changes: [{ name: 'placement.file', value: 'searched, 288 slots' }] },
  { type: 'comparePlacements' },
  { type: 'savePlacement', redundantExperts: 32 },
  { type: 'layer', layer: 3 },
  { type: 'layer', layer: 'mean' },
  { type: 'saveScenario' },
  { type: 'exportReport' },
  { type: 'pin', name: 'layout.ep' },
  { type: 'answer', reason: 'not-known' },
  { type: 'copyText', text: 'a', what: 'Table' },
  { type: 'saveFile', fileName: 'train (1).sh-memory.png', base64: '' },
])('$type is read as it is', (message) => {
  expect(readMessage(message)).toEqual(message);
});

test.each([
  null,
  'ready',
  {},
  { type: 'ready', version: PROTOCOL_VERSION + 1, isTold: false },
  { type: 'ready', version: PROTOCOL_VERSION },
  { type: 'toString' },
  { type: 'openFinding', index: '0' },
  { type: 'whatIf', changes: 'layout.ep=8' },
  { type: 'layer', layer: 'all' },
  { type: 'savePlacement', redundantExperts: 'all' },
  { type: 'copyText', text: 1, what: 'x' },
])('%j is no message', (data) => {
  expect(readMessage(data)).toBeUndefined();
});

test('changes that no field can hold are left out', () => {
  const changes = [
    { name: 'layout.ep', value: -1 },
    { name: '__proto__', value: 1 },
    { name: 'placement.file', value: 7 },
    { name: 'layout.tp', value: 4 },
    null,
  ];
  expect(readMessage({ type: 'whatIf', changes })).toEqual({
    type: 'whatIf',
    changes: [{ name: 'layout.tp', value: 4 }],
  });
});

test('what the webview kept is read back, and nothing of another version', () => {
  const job = { file: 'file:///w/train.sh', id: 'file:///w/train.sh#2' };
  const kept = { version: PROTOCOL_VERSION, job, view: 'memory', changes: [] };
  expect(readKept(kept)).toEqual({ job, changes: [], pinned: false });
  expect(readKept({ ...kept, version: 0 })).toBeUndefined();
  expect(readKept({ ...kept, job: null })).toBeUndefined();
  expect(readKept({ ...kept, job: { file: 1, id: 2 } })).toBeUndefined();
});

test('the panel turns to another job, but not to a part of its own nor away from a what-if', () => {
  const engine = new Engine();
  const model = 'file:///w/model/config.json';
  engine.setDocument(
    model,
    '{"model_type":"mixtral","architectures":["MixtralForCausalLM"],"num_local_experts":8,"num_experts_per_tok":2,"hidden_size":64,"num_hidden_layers":2}',
  );
  engine.setDocument('file:///w/serve.sh', 'vllm serve ./model --enable-expert-parallel\n');
  const analysis = engine.analyse('file:///w/serve.sh', {}, []);
  expect(analysis.jobs[0]?.job.model?.file).toBe(model);
  expect(turnsTo('file:///w/other.sh', { analysis, changes: 0 })).toBe(true);
  expect(turnsTo(model, { analysis, changes: 0 })).toBe(false);
  engine.setDocument('file:///w/a.moe.yaml', 'job: serve.sh\n');
  const scenario = engine.analyse('file:///w/a.moe.yaml', {}, []);
  expect(turnsTo('file:///w/serve.sh', { analysis: scenario, changes: 0 })).toBe(false);
  expect(turnsTo('file:///w/other.sh', { analysis, changes: 1 })).toBe(false);
  expect(turnsTo(model, { analysis: undefined, changes: 0 })).toBe(true);
});
