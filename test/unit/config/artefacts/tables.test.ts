import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadsOf, placementOf, readArtefact } from '../../../../src/config/artefacts';
import { mustRead, mustReadPlacement } from './reading';

const DOCUMENTATION = readFileSync(new URL('../../../../docs/artefacts.md', import.meta.url), 'utf8');

describe('a table of expert loads', () => {
  test('has a row per layer and expert, in any order of columns; other columns are summed over', () => {
    const text = 'rank,Tokens,expert_id,layer_idx\n0,5,0,3\n0,1,1,3\n1,2,1,3\n0,7,2,4\n';
    const loads = mustRead(text, 'loads.csv');
    expect(loads).toMatchObject({
      kind: 'loads',
      format: 'expert-load-csv',
      layers: [{ number: 3 }, { number: 4 }],
      experts: 3,
      steps: null,
    });
    expect(loadsOf(loads)).toEqual([
      [5, 3, 0],
      [0, 0, 7],
    ]);
  });

  test('or a row per layer; steps are counted', () => {
    const text = '\uFEFF"step"\t"layer"\t"expert_1"\t"expert_0"\r\n0\t0\t4\t6\r\n1\t0\t1\t1\r\n';
    const loads = mustRead(text, 'loads.tsv');
    expect(loads).toMatchObject({ experts: 2, steps: 2, problems: [] });
    expect(loadsOf(loads)).toEqual([[7, 5]]);
  });

  test.each([
    ['layer,expert,count\n0,0,5\n0,1,-2\n', 3, 'Expert 1 of layer 0 has -2 tokens'],
    ['layer,expert,count\n0,0,5\n0,1,\n', 3, 'Expert 1 of layer 0 has NaN tokens'],
    ['layer,expert,count\n\n0,0,5\ntotal,,5\n', 4, 'no number of a layer'],
    ['layer,expert,count\n0,1.5,5\n0,1,1\n', 2, "1.5 is no expert's number"],
    ['layer,expert,count\n-1,1,5\n0,1,1\n', 2, "-1 is no layer's number"],
    ['layer,0,1,2\n0,5,1,nan\n', 2, 'Expert 2 of layer 0 has NaN'],
  ])('%s is said to be wrong', (text, line, message) => {
    expect(mustRead(text, 'loads.csv').problems).toContainEqual(
      expect.objectContaining({ severity: 'error', line, message: expect.stringContaining(message) }),
    );
  });

  test.each([
    'name,count\na,1\n',
    'layer,name,count\n0,conv,5\n',
    'expert,count,name\n1,2,x\n',
    'year,2019,2020,2021\nsales,1,2,3\n',
    'layer,expert\n0,1\n',
    '0,1,2\n3,4,5\n',
    'layer,0,0\n1,2,3\n',
  ])('%s is another table', (text) => {
    expect(readArtefact({ file: 'loads.csv', text })).toBeNull();
  });
});

const BALANCER = `initial_global_assignments:
  3: [0, 1, 2, 3, 0, 1]
  4: [3, 2, 1, 0, 3, 2]
layer_updates_per_iter: 0
num_slots: 6
`;

describe('a TensorRT-LLM load balancer', () => {
  test('gives each slot of a layer its expert', () => {
    const placement = mustReadPlacement(BALANCER, 'moe_load_balancer.yaml');
    expect(placement).toMatchObject({
      format: 'trtllm-load-balancer',
      layers: [{ number: 3 }, { number: 4 }],
      experts: 4,
      slots: 6,
      layerUpdatesPerIteration: 0,
      problems: [],
    });
    expect(placementOf(placement)).toEqual([
      [0, 1, 2, 3, 0, 1],
      [3, 2, 1, 0, 3, 2],
    ]);
  });

  test('may stand inside the options of the engine, and have its lists in lines', () => {
    const text = `moe_config:\n  load_balancer:\n    num_slots: 2\n    initial_global_assignments:\n      0:\n      - 1\n      - 0\n`;
    expect(placementOf(mustReadPlacement(text, 'options.yaml'))).toEqual([[1, 0]]);
  });

  test('without assignments it places nothing yet', () => {
    const placement = mustReadPlacement('num_slots: 288\nlayer_updates_per_iter: 2\n', 'b.yaml');
    expect(placement).toMatchObject({ slots: 288, layerUpdatesPerIteration: 2, problems: [] });
    expect(placementOf(placement)).toBeNull();
  });

  test.each([
    [BALANCER.replace('num_slots: 6', 'num_slots: 8'), 2, 'Layer 3 has 6 slots where there are 8'],
    [BALANCER.replace('[3, 2, 1, 0, 3, 2]', '[3, 2, 1, 1, 3, 2]'), 3, 'Expert 0 of 4 has no slot in layer 4'],
    [BALANCER.replace('[3, 2, 1, 0', '[3, 2, x, 0'), 3, 'Slot 2 of layer 4 holds NaN'],
    [BALANCER.replace('4: [', 'four: ['), 3, 'not four'],
  ])('%s is said to be wrong', (text, line, message) => {
    expect(mustRead(text, 'b.yaml').problems).toContainEqual(
      expect.objectContaining({ line, message: expect.stringContaining(message) }),
    );
  });

  test.each([
    'num_slots: 4\n',
    'a: {num_slots: 1, layer_updates_per_iter: 2}',
    'num_slots: 4\ninitial_global_assignments: 3\n',
  ])('%s is something else', (text) => {
    expect(readArtefact({ file: 'b.yaml', text })).toBeNull();
  });
});

const ASCEND = {
  moe_layer_count: 2,
  layer_list: [0, 1].map((layer_id) => ({
    layer_id,
    device_count: 2,
    device_list: [
      { device_id: 0, device_expert: [0, 1, 2] },
      { device_id: 1, device_expert: [2, 3, 0] },
    ],
  })),
};

describe('an expert map of vLLM Ascend', () => {
  test('lists the experts of each device', () => {
    const placement = mustReadPlacement(JSON.stringify(ASCEND, null, 2), 'map.json');
    expect(placement).toMatchObject({ format: 'vllm-ascend-expert-map', experts: 4, slots: 6, problems: [] });
    expect(placementOf(placement)).toEqual([
      [0, 1, 2, 2, 3, 0],
      [0, 1, 2, 2, 3, 0],
    ]);
  });

  test('devices with different numbers of experts are said to be wrong', () => {
    const text = JSON.stringify(ASCEND).replace('[2,3,0]', '[3,0]');
    expect(mustRead(text, 'map.json').problems).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('Devices of layer 0 hold 2 to 3 experts') }),
    );
  });
});

describe('binary files are not opened', () => {
  test.each([
    ['dump.pt', '', "torch.load('dump.pt',map_location='cpu',weights_only=True)"],
    ['a/weights.safetensors', '', "load_file('a/weights.safetensors')"],
    ['routes.npz', '', "open('routes.jsonl','w')"],
    ['old.pkl', '', "pickle.load(open('old.pkl','rb'))"],
    ['noname', `PK\x03\x04${'\0'.repeat(26)}archive/data.pkl`, 'torch.load'],
    ['noname', `PK\x03\x04${'\0'.repeat(26)}routed_experts.npy`, 'numpy.load'],
    ['noname', '\x93NUMPY\x01', 'numpy.load'],
    ['noname', '\x80\x04\x95abc', 'pickle.load'],
    ['noname', '\x40\0\0\0\0\0\0\0{"a":', 'safetensors'],
    ['it"s $(rm).pt', '', "torch.load('it\\u0022s \\u0024\\u0028rm\\u0029.pt'"],
  ])('%s %j', (file, content, command) => {
    const bytes = Uint8Array.from(content, (letter) => letter.charCodeAt(0));
    const artefact = mustRead(bytes, file);
    expect(artefact.kind).toBe('unopened');
    expect(artefact.problems[0]!.message).toContain(command);
  });

  test.each(['FILE.pt', 'FILE.npz', 'FILE.npy', 'FILE.pkl', 'rank0.safetensors'])(
    'the documentation has the commands for %s',
    (file) => {
      const artefact = mustRead('', file);
      const commands = artefact.kind === 'unopened' ? artefact.conversions : [];
      expect(commands.length).toBeGreaterThan(0);
      for (const { command } of commands) expect(DOCUMENTATION).toContain(command);
    },
  );

  test('a zip of something else is something else', () => {
    const bytes = new TextEncoder().encode(`PK\x03\x04${'\0'.repeat(26)}word/document.xml`);
    expect(readArtefact({ file: 'a.docx', text: bytes })).toBeNull();
  });
});
