import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadsOf, readArtefact } from '../../../../src/config/artefacts';
import { mustReadTrace, readChunks, record } from './reading';

const TRACE = `${[
  record(0, 3, [
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 2],
  ]),
  record(0, 4, [
    [3, 1],
    [2, 1],
  ]),
  record(1, 3, [
    [2, 3],
    [3, 0],
  ]),
  record(1, 4, [
    [0, 1],
    [2, 3],
    [1, 3],
    [0, 2],
  ]),
].join('\n')}\n`;

describe('a Megatron-LM router trace', () => {
  test('is summed up per layer', () => {
    const trace = mustReadTrace(TRACE);
    expect(trace).toMatchObject({
      kind: 'trace-summary',
      format: 'megatron-router-trace',
      layers: [{ number: 3 }, { number: 4 }],
      experts: 4,
      unrouted: 0,
      problems: [],
    });
    expect([...trace.tokens]).toEqual([6, 6]);
    expect([...trace.topK]).toEqual([2, 2]);
    expect(loadsOf(trace)).toEqual([
      [4, 2, 3, 3],
      [2, 4, 3, 3],
    ]);
  });

  test('tells how uneven single steps are', () => {
    const [layer] = mustReadTrace(TRACE).stepVariation;
    // Step 0: 3, 2, 2, 1 of 8; step 1: 1, 0, 1, 2 of 4.
    expect(layer).toMatchObject({ steps: 2, min: 1.5, max: 2, mean: 1.75, standardDeviation: 0.25 });
  });

  test('counts which experts are chosen together, of every eighth token', () => {
    const trace = mustReadTrace(
      Array.from({ length: 17 }, (_, i) => record(i, 0, [i % 8 === 0 ? [2, 0, 1] : [1, 3, 2]])).join('\n'),
    );
    expect([...trace.pairTokens]).toEqual([3]);
    // Pairs 01, 02, 12, 03, 13, 23.
    expect([...trace.pairs[0]!]).toEqual([3, 3, 3, 0, 0, 0]);
  });

  test('keeps layers of MTP modules apart, behind those of the decoder', () => {
    const text = `${record(0, 0, [[0, 1]], { block: 'mtp', mtp_idx: 0 })}\n${record(0, 0, [[1, 2]])}\n`;
    expect(mustReadTrace(text).layers).toEqual([{ number: 0 }, { number: 0, mtp: 0 }]);
  });

  test('-1 is padding', () => {
    const trace = mustReadTrace(
      record(0, 0, [
        [0, 1],
        [-1, -1],
      ]),
    );
    expect(trace).toMatchObject({ unrouted: 2, problems: [] });
    expect(loadsOf(trace)).toEqual([[1, 1]]);
  });

  test.each([
    [
      record(1, 0, [
        [0, 1],
        [2, 2],
      ]),
      'error',
      'chooses the same expert twice',
    ],
    [record(1, 0, [[0, 1], [2]]), 'warning', 'more or fewer experts'],
    [record(1, 0, [[0, 1, 2]]), 'warning', 'more or fewer experts'],
    [record(1, 0, [[0, 999_999]]), 'error', "no expert's number"],
    [record(1, 0, [[0, -7]]), 'error', "no expert's number"],
    [record(1, 0, [[0, 1]], { num_tokens: 5 }), 'warning', '1 tokens and says 5'],
    [record(1, 9, [[0, 1]], { topk: 8 }), 'warning', '2 experts per token and says 8'],
    ['{"step": 1, "layer": 0, "num_tokens": 1, "topk": 1, "top_indices": [[0.5]]}', 'error', 'left out'],
    ['{"step": 1, "layer": 0, "num_tokens": 1, "topk": 1, "top_indices": [[0], 3]}', 'error', 'left out'],
    ['{"step": 1, "layer": 0, "num_tokens": 1, "topk": 1, "top_indices": [[0]]} x', 'error', 'left out'],
    ['{"step": 1, "layer": 0}', 'warning', 'no layer with top_indices'],
    [
      '{"step": 1, "layer": "a", "num_tokens": 1, "topk": 1, "top_indices": [[0]]}',
      'warning',
      'no layer with',
    ],
    ['nonsense', 'error', 'left out'],
    ['\uFFFF{', 'error', 'left out'],
  ])('%s on line 3 is said to be wrong', (line, severity, message) => {
    const text = `${record(0, 0, [[0, 1]])}\n\n${line}\n${record(2, 0, [[0, 1]])}\n`;
    const trace = mustReadTrace(text);
    expect(trace.problems).toEqual([
      { severity, line: 3, times: 1, message: expect.stringContaining(message) },
    ]);
    expect(trace.tokens[0]).toBeGreaterThanOrEqual(2);
  });

  test('a last line that breaks off is left out, and said so', () => {
    const whole = mustReadTrace(TRACE);
    for (let end = TRACE.lastIndexOf('{') + 1; end < TRACE.length - 1; end++) {
      const trace = mustReadTrace(TRACE.slice(0, end));
      expect(trace.problems).toMatchObject([{ severity: 'warning', line: 4 }]);
      expect(trace.tokens[1]).toBe(2);
    }
    expect(mustReadTrace(TRACE.slice(0, -1))).toEqual(whole);
  });

  test('the same mistake again and again is one problem', () => {
    const text = `${record(0, 0, [[0, 1]])}\n${'oops\n'.repeat(500)}`;
    expect(mustReadTrace(text).problems).toMatchObject([{ line: 2, times: 500 }]);
  });
});

test('records of layer, batch and experts are a trace', () => {
  const line = (batch_id: string, layer: number, topk_experts: number[][]) =>
    JSON.stringify({
      layer,
      batch_id,
      origin_rows: [],
      topk_experts,
      topk_weights: [[0.5]],
      source_file: 'ä.npz',
    });
  const trace = mustReadTrace(
    [
      line('a', 1, [[4, 0]]),
      line('b', 1, [
        [4, 1],
        [4, 2],
      ]),
    ].join('\r\n'),
  );
  expect(trace).toMatchObject({
    format: 'moe-balance-trace',
    layers: [{ number: 1 }],
    experts: 5,
    problems: [],
  });
  expect(loadsOf(trace)).toEqual([[1, 1, 1, 0, 3]]);
  expect(trace.stepVariation[0]).toMatchObject({ steps: 2 });
});

test.each([
  '{"layer": 1, "kind": "conv"}\n{"layer": 2}\n',
  '{"layer": 1, "top_indices": [[0, 1]]}\n',
  '{"layer": 1, "topk_experts": [3, 6], "batch_id": 1}\n',
  '{"level": "info", "msg": "started"}\n{"level": "info"}\n',
])('other lines of JSON are no trace: %s', (text) => {
  expect(readArtefact({ file: 'trace.jsonl', text })).toBeNull();
});

describe('however the file comes', () => {
  const bytes = new TextEncoder().encode(`\uFEFF${TRACE.replaceAll('\n', '\r\n')}`);
  const whole = mustReadTrace(TRACE);

  test('cut at any byte, with a byte order mark and CRLF', () => {
    for (let at = 0; at <= bytes.length; at++) {
      const { artefact } = readChunks('trace.jsonl', [bytes.slice(0, at), bytes.slice(at)]);
      expect({ ...artefact, file: whole.file }).toEqual(whole);
    }
  });

  test('byte by byte, in memory that is filled again each time', () => {
    const one = new Uint8Array(1);
    function* chunks() {
      for (const byte of bytes) {
        one[0] = byte;
        yield one;
      }
    }
    expect(readChunks('trace.jsonl', chunks()).artefact).toEqual(whole);
  });

  test('in pieces of text, with progress told', () => {
    const { artefact, fractions } = readChunks(
      'trace.jsonl',
      [TRACE.slice(0, 100), TRACE.slice(100)],
      TRACE.length,
    );
    expect(artefact).toEqual(whole);
    expect(fractions).toEqual([100 / TRACE.length, 1]);
  });
});

const rows = fc.integer({ min: 1, max: 4 }).chain((k) =>
  fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: k, maxLength: k }), {
    maxLength: 8,
  }),
);

test('property: every assignment is counted once, whatever the order of layers and steps', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3), fc.nat(2), rows), { minLength: 1, maxLength: 20 }),
      (records) => {
        const expected = new Map<number, number[]>();
        for (const [, layer, tokens] of records) {
          const counts = expected.get(layer) ?? Array.from({ length: 21 }, () => 0);
          for (const expert of tokens.flat()) counts[expert]!++;
          expected.set(layer, counts);
        }
        const trace = mustReadTrace(
          records.map(([step, layer, tokens]) => record(step, layer, tokens)).join('\n'),
        );
        expect(trace.layers.map(({ number }) => number)).toEqual([...expected.keys()].sort((a, b) => a - b));
        for (const [i, { number }] of trace.layers.entries()) {
          expect([...trace.counts[i]!]).toEqual(expected.get(number)!.slice(0, trace.experts));
        }
      },
    ),
  );
});
