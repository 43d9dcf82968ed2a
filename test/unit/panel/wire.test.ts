import { serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pack, unpack, withoutRepetition, withRepetition } from '../../../src/panel/wire';
import { type Job, showOf } from '../../ui/fixture';

const single = fc.float({ noNaN: true, min: 0, max: 1e6 });
const matrix = fc
  .integer({ min: 1, max: 24 })
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      kinds: fc.array(fc.array(single, { minLength: size, maxLength: size }), { minLength: 1, maxLength: 6 }),
      order: fc.array(fc.nat(), { minLength: size, maxLength: size }),
    }),
  )
  .map(({ size, kinds, order }) => ({
    size,
    data: Float32Array.from(order.flatMap((at) => kinds[at % kinds.length]!)),
  }));

describe('what is posted to the page', () => {
  test('is the same matrix again, whichever of its rows repeat', () => {
    fc.assert(
      fc.property(matrix, (sent) => {
        const came = withRepetition(withoutRepetition(sent));
        expect(came.size).toBe(sent.size);
        expect([...came.data]).toEqual([...sent.data]);
      }),
    );
  });

  test('has the rows of ranks that send alike once', () => {
    const wide: Job = {
      values: {
        'model.routedExperts': 1024,
        'layout.ep': 1024,
        'layout.pp': 1,
        'layout.vpp': 1,
        'workload.globalBatchSize': 16384,
      },
    };
    const posted = pack({ ...showOf(wide), knobs: [] }) as ReturnType<typeof showOf>;
    expect(serialize(posted.baseline.result.traffic).length).toBeLessThan(400_000);
  });

  test('is what was said, with a what-if and without', () => {
    for (const show of [showOf(), showOf({ changes: [{ name: 'layout.ep', value: 32 }] })]) {
      const came = unpack(pack(show) as typeof show) as typeof show;
      const plain = (one: typeof show) =>
        JSON.stringify({ ...one, baseline: { ...one.baseline, result: null }, whatIf: one.whatIf?.delta });
      expect(plain(came)).toBe(plain(show));
      const [before, after] = [show, came].map(({ baseline }) => baseline.result.traffic.rows);
      expect(after!.data).toEqual(Float32Array.from(before!.data));
      expect(came.whatIf?.variant.result.traffic.rows.size).toBe(
        show.whatIf?.variant.result.traffic.rows.size,
      );
    }
  });
});
