import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  loadsOf,
  placementOf,
  readArtefact,
  readArtefactInSteps,
  summarise,
} from '../../src/config/artefacts';
import { runToEnd } from '../../src/sim/simulate';
import { RUNS, tried } from './tried';

const ROW =
  '{"step": 1, "layer": 3, "num_tokens": 2, "topk": 2, "mtp_idx": 0, "x": "\\"é", "top_indices": [[0, 1], [-1, 7]]}';
const FILES: readonly (readonly [string, string])[] = [
  [
    'location.json',
    '{"physical_to_logical_map": [[0, 1, 2, 0],\n [2, 1, 0, 2]], "a\\u0041": {"b": [null, true, "}"]}}',
  ],
  ['counts.json', '{\n "rank": 0, "logical_count": [[[1, 2.5e1], [0, NaN]], [[3, -0.5], [7, 8]]]\n}'],
  ['bare.json', '[[90, 132, 40, 61], [20, 107, 104, 64]]'],
  [
    'map.json',
    '{"moe_layer_count": 1, "layer_list": [{"layer_id": 0, "device_list": [{"device_expert": [0, 1]}]}]}',
  ],
  [
    'balancer.yaml',
    'initial_global_assignments:\n  3: [0, 1, 1]\n  4:\n  - 0\n  - 1\n  - 0\nnum_slots: 3\nlayer_updates_per_iter: 0\n',
  ],
  ['trace.jsonl', `${ROW}\n${ROW.replace('3', '4')}\r\n\n${ROW}`],
  ['loads.csv', 'layer,expert,step,tokens\n0,1,0,5\n0,0,1,7\n"1",0,1,3.5\n'],
  ['wide.csv', '\uFEFFlayer;expert_0;expert_1\n3;5;6\n4;7;8\n'],
  ['file.npz', 'PK\u0003\u0004'],
];

const encoder = new TextEncoder();

/** What holds for whatever is read of whatever bytes. */
function check(file: string, bytes: Uint8Array): void {
  const lines = bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
  for (const asked of [false, true]) {
    const artefact = readArtefact({ file, text: bytes, asked });
    if (artefact === null) continue;
    const summary = summarise(artefact);
    for (const { line, message, times } of artefact.problems) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(message).not.toMatch(/undefined|\[object/);
      expect(times).toBeGreaterThanOrEqual(1);
    }
    const rows = loadsOf(artefact) ?? placementOf(artefact);
    if (rows !== null && artefact.kind !== 'unopened') {
      expect(rows.length).toBeLessThanOrEqual(artefact.layers.length);
      for (const value of rows.flat()) expect(Number.isFinite(value)).toBe(true);
      expect(summary.layers).toBe(artefact.layers.length);
    }
    if (!asked) continue;
    const cut = Math.floor(bytes.length / 2);
    const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
    expect(runToEnd(readArtefactInSteps({ file, chunks, size: 0, asked }))).toEqual(artefact);
  }
}

describe.each(FILES)('%s', (file, text) => {
  const bytes = encoder.encode(text);

  test('is read', () => {
    expect(readArtefact({ file, text, asked: true })).not.toBeNull();
  });

  test('cut off anywhere', () => {
    for (let end = 0; end <= bytes.length; end++) {
      tried(`the first ${end} bytes`, () => check(file, bytes.slice(0, end)));
    }
  });

  test('with any byte another one, or missing', () => {
    for (let at = 0; at < bytes.length; at++) {
      for (const other of [10, 34, 57, 93, 0xe9]) {
        const changed = bytes.slice();
        changed[at] = other;
        tried(`byte ${at} as ${other}`, () => check(file, changed));
      }
      const without = Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)]);
      tried(`without byte ${at}`, () => check(file, without));
    }
  });
});

test('any pieces of such files', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '[[',
    ']]',
    ',',
    ':',
    '\n',
    '"',
    '0',
    '-1',
    '1e999',
    '99999999999',
    'NaN',
    ...[
      'layer',
      'top_indices',
      'num_tokens',
      'topk',
      'logical_count',
      'physical_to_logical_map',
      'layer_list',
      'num_slots',
    ].map((key) => `"${key}":`),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) =>
      check('a.json', encoder.encode(pieces.join(''))),
    ),
    { numRuns: 500 * RUNS },
  );
});

test('a hundred thousand brackets inside each other', () => {
  check('a.json', encoder.encode('['.repeat(100_000)));
  check('a.json', encoder.encode(`{"logical_count": ${'['.repeat(100_000)}`));
  check('a.json', encoder.encode(`{"a": ${'{"a":'.repeat(100_000)}`));
});
