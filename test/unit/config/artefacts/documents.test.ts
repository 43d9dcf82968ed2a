import { describe, expect, test } from 'vitest';
import { loadsOf, placementOf, readArtefact } from '../../../../src/config/artefacts';
import { mustRead } from './reading';

describe('SGLang expert location', () => {
  test('a map says which logical expert each slot holds', () => {
    const text = JSON.stringify({
      physical_to_logical_map: [
        [0, 1, 2, 3, 0, 1],
        [3, 2, 1, 0, 3, 3],
      ],
    });
    const artefact = mustRead(text);
    expect(artefact).toMatchObject({
      kind: 'placement',
      format: 'sglang-expert-location',
      layers: [{ number: 0 }, { number: 1 }],
      experts: 4,
      slots: 6,
      problems: [],
    });
    expect(placementOf(artefact)).toEqual([
      [0, 1, 2, 3, 0, 1],
      [3, 2, 1, 0, 3, 3],
    ]);
    expect(loadsOf(artefact)).toBeNull();
  });

  test('counts are read with and without steps; steps without tokens are not counted', () => {
    const flat = mustRead('{"rank": 0, "logical_count": [[5, 0, 2.5], [1, 1, 1]]}');
    expect(flat).toMatchObject({ kind: 'loads', experts: 3, steps: null, problems: [] });
    expect(loadsOf(flat)).toEqual([
      [5, 0, 2.5],
      [1, 1, 1],
    ]);
    const steps = mustRead('{"logical_count": [[[5, 0], [1, 1]], [[2, 2], [0, 1]], [[0, 0], [0, 0]]]}');
    expect(steps).toMatchObject({ kind: 'loads', experts: 2, steps: 2 });
    expect(loadsOf(steps)).toEqual([
      [7, 2],
      [1, 2],
    ]);
  });

  test.each([
    ['{"physical_to_logical_map": [[0, 1, 2],\n [0, 1, -1]]}', 2, 'Slot 2 of layer 1 holds -1'],
    ['{"physical_to_logical_map": [[0, 1, 2],\n [0, 1, 7]]}', 2, 'the largest number is 2'],
    ['{"physical_to_logical_map": [[0, 1, 2],\n\n [0, 2, 0]]}', 3, 'Expert 1 of 3 has no slot in layer 1'],
    ['{"physical_to_logical_map":\n[[0, 1, 2],\n [0, 1, 2, 0]]}', 2, 'Layer 0 has 3 slots where there are 4'],
    ['{"physical_to_logical_map": [[0, 1, 2],\n [0, 1', 2, 'breaks off'],
    [
      '{"physical_to_logical_map": [[0, 1]],\n"logical_count": [[1, 2]]}',
      2,
      'logical_count stands beside physical_to_logical_map',
    ],
    ['{"logical_count": [[0, 1, 2],\n [0, NaN, 2]]}', 2, 'Expert 1 of layer 1 has NaN tokens'],
    ['{"logical_count": [[0, 1, 2],\n [0, -4, 2]]}', 2, 'Expert 1 of layer 1 has -4 tokens'],
    ['{"logical_count": [[0, 1, 2],\n [0, 4]]}', 2, 'counts of 2 experts where others have 3'],
  ])('%s is said to be wrong', (text, line, message) => {
    expect(mustRead(text).problems).toContainEqual(
      expect.objectContaining({ line, message: expect.stringContaining(message) }),
    );
  });
});

test('an expert with a bad count is still an expert', () => {
  expect(loadsOf(mustRead('{"logical_count": [[5, 1, -4]]}'))).toEqual([[5, 1, 0]]);
});

describe('EPLB', () => {
  test('bare rows are loads only where somebody says so', () => {
    const text = '[[90, 132, 40, 61], [20, 107, 104, 64]]';
    expect(readArtefact({ file: 'loads.json', text })).toBeNull();
    expect(loadsOf(mustRead(text, 'loads.json', true))).toEqual([
      [90, 132, 40, 61],
      [20, 107, 104, 64],
    ]);
  });

  test('what place prints is a placement', () => {
    const artefact = mustRead(
      '{"phy2log": [[1, 0, 1, 2]], "log2phy": [[[1], [0, 2], [3]]], "logcnt": [[1, 2, 1]]}',
    );
    expect(artefact).toMatchObject({ kind: 'placement', format: 'eplb', experts: 3, problems: [] });
  });
});

test.each([
  '{}',
  '[]',
  '[[]]',
  '',
  'null',
  '{"logical_count": 5}',
  '{"logical_count": [1, 2, 3]}',
  '{"logical_count": [[[[1, 2]]]]}',
  '{"physical_to_logical_map": {"0": 1}}',
  '{"physical_to_logical_map": [["a", "b"]]}',
  '{"weights": [[1, 2, 3, 4]]}',
  '{"coordinates": [[1, 2], [3, 4]]}',
])('%s is something else', (text) => {
  expect(readArtefact({ file: 'a.json', text })).toBeNull();
});
