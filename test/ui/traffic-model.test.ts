import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAt, layOutStretch, paint } from '../../webview/charts/heatmap';
import { alltoallvCode, dialects } from '../../webview/export/alltoallv-code';
import { countsOf, displacements } from '../../webview/model/alltoallv';
import { normalise, sharingScale, toHeat } from '../../webview/model/heat';
import { hopRows, isHandedOn } from '../../webview/model/hops';
import { measured, quantityOf } from '../../webview/model/measure';
import { runsOf } from '../../webview/model/nodes';
import { hotPairs, peersOf } from '../../webview/model/pairs';
import { centredOn, isInside, revealing, whole, within, zoomed } from '../../webview/model/zoom';
import { buildRamp, packRamp } from '../../webview/ramp';
import { showOf } from './fixture';

const heatOf = (size: number, value: (i: number, k: number) => number) =>
  toHeat(
    {
      size,
      data: Float64Array.from({ length: size * size }, (_, at) => value(Math.floor(at / size), at % size)),
    },
    'dispatch',
  );

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

const squares = fc
  .integer({ min: 2, max: 12 })
  .chain((size) =>
    fc
      .array(fc.double({ min: 0, max: 900, noNaN: true }), { minLength: size * size, maxLength: size * size })
      .map((data) => toHeat({ size, data: Float64Array.from(data) }, 'dispatch')),
  );

describe('counts of an all-to-all', () => {
  it('are whole, sum to the row, and are the same number for both ends', () => {
    fc.assert(
      fc.property(squares, (heat) => {
        const all = Array.from({ length: heat.size }, (_, rank) => countsOf(heat, rank));
        all.forEach((counts, rank) => {
          expect(sum(counts.send)).toBe(
            Math.round(sum([...heat.data.slice(rank * heat.size, (rank + 1) * heat.size)])),
          );
          expect(counts.sendDisplacements).toEqual(displacements(counts.send));
          expect(counts.receiveDisplacements).toEqual(displacements(counts.receive));
          counts.send.forEach((count, peer) => {
            expect(Number.isInteger(count) && count >= 0).toBe(true);
            expect(Math.abs(count - heat.data[rank * heat.size + peer]!)).toBeLessThanOrEqual(1);
            expect(all[peer]!.receive[rank]).toBe(count);
          });
        });
      }),
      { numRuns: 60 },
    );
  });
  it('displace by exclusive prefix sums', () => {
    expect(displacements([3, 0, 5, 2])).toEqual([0, 3, 3, 8]);
  });
});

describe('code', () => {
  const heat = heatOf(64, (i, k) => i * 3 + k * 7 + 0.4);
  const counts = countsOf(heat, 11);
  const code = (dialect: (typeof dialects)[number]) =>
    alltoallvCode(dialect, { counts, rank: 11, phase: 'dispatch', rowBytes: 7392 });
  const numbers = (text: string, name: string) => {
    const body = new RegExp(`${name}(?:\\[64\\])? = [{[]([^\\]}]*)[\\]}]`).exec(text);
    return body![1]!.split(',').map(Number);
  };
  it('has the counts and displacements, each once, in its own notation', () => {
    for (const dialect of ['mpi', 'nccl'] as const) {
      expect(numbers(code(dialect), 'sendcounts')).toEqual(counts.send);
      expect(numbers(code(dialect), 'recvcounts')).toEqual(counts.receive);
      expect(numbers(code(dialect), 'sdispls')).toEqual(counts.sendDisplacements);
      expect(numbers(code(dialect), 'rdispls')).toEqual(counts.receiveDisplacements);
      expect(code(dialect)).toContain('ROW_BYTES = 7392');
    }
    expect(numbers(code('torch'), 'input_split_sizes')).toEqual(counts.send);
    expect(numbers(code('torch'), 'output_split_sizes')).toEqual(counts.receive);
  });
  it('calls what its library has, with balanced brackets and short lines', () => {
    expect(code('mpi')).toContain(
      'MPI_Alltoallv(sendbuf, sendcounts, sdispls, row, recvbuf, recvcounts, rdispls, row, comm)',
    );
    expect(code('nccl')).toMatch(
      /ncclGroupStart\(\)[\s\S]*ncclSend\([\s\S]*ncclRecv\([\s\S]*ncclGroupEnd\(\)/,
    );
    expect(code('torch')).toContain(
      'dist.all_to_all_single(received, rows, output_split_sizes, input_split_sizes, group=group)',
    );
    for (const dialect of dialects) {
      const text = code(dialect);
      for (const [open, close] of ['()', '[]', '{}'] as const)
        expect(text.split(open!).length).toBe(text.split(close!).length);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
    }
  });
});

describe('zoom', () => {
  it('stays inside the matrix and keeps what is under the pointer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 2048 }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (size, factor, x, y) => {
          const from = zoomed(whole(size), size, 4, { row: size * y, column: size * x });
          const at = { row: from.row + from.span * y, column: from.column + from.span * x };
          const to = zoomed(from, size, factor, at);
          expect(within(to, size)).toEqual(to);
          const place = (window: typeof to) => (at.row - window.row) / window.span;
          const free = to.row > 0 && to.row + to.span < size;
          if (free) expect(Math.abs(place(to) - place(from)) * to.span).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 300 },
    );
  });
  it('changes by a cell at least, and ends at eight cells and at all', () => {
    expect(zoomed({ row: 0, column: 0, span: 9 }, 64, 1.01, { row: 4, column: 4 }).span).toBe(8);
    expect(zoomed({ row: 0, column: 0, span: 8 }, 64, 2, { row: 4, column: 4 }).span).toBe(8);
    expect(zoomed({ row: 9, column: 9, span: 50 }, 64, 0.5, { row: 30, column: 30 })).toEqual(whole(64));
  });
  it('follows the cursor and centres on a cell', () => {
    const window = { row: 10, column: 10, span: 8 };
    expect(revealing(window, 64, { row: 18, column: 12 })).toEqual({ row: 11, column: 10, span: 8 });
    const far = centredOn(window, 64, { row: 63, column: 30 });
    expect(isInside({ row: 63, column: 30 }, far)).toBe(true);
    expect(far.row).toBe(56);
  });
  it('shows the largest of the cells that share a pixel, also when zoomed, and finds it again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 511 }), fc.integer({ min: 0, max: 511 }), (row, column) => {
        const heat = heatOf(1024, (i, k) => (i === 256 + row && k === 300 + column ? 100 : 1));
        const runs = runsOf(Array.from({ length: 1024 }, (_, rank) => rank >> 3));
        const rows = layOutStretch({ start: 256, count: 512 }, runs, 200, 1);
        const columns = layOutStretch({ start: 300, count: 512 }, runs, 200, 1);
        expect(rows.pooled).toBe(true);
        const ramp = packRamp(buildRamp('dark'));
        const target = new Uint32Array(200 * 200);
        paint(target, { rows, columns }, heat, normalise(heat, 'linear'), ramp);
        const hot = target.indexOf(ramp[255]!);
        const found = cellAt({ rows, columns }, heat, hot % 200, Math.floor(hot / 200));
        expect(found).toEqual({ row: 256 + row, column: 300 + column });
      }),
      { numRuns: 12 },
    );
  });
  it('gives every cell of a stretch its pixels, with gaps between nodes, and nothing of the others', () => {
    const runs = runsOf(Array.from({ length: 64 }, (_, rank) => rank >> 3));
    const axis = layOutStretch({ start: 5, count: 13 }, runs, 500, 1);
    expect([...new Set(axis.first)].sort((a, b) => a - b)).toEqual([
      -1,
      ...Array.from({ length: 13 }, (_, i) => i + 5),
    ]);
    expect(axis.first[axis.start(8) - 1]).toBe(-1);
    expect(axis.first[axis.start(8)]).toBe(8);
  });
});

describe('what stands out', () => {
  it('lists the heaviest cells, most first, without the diagonal', () => {
    const heat = heatOf(16, (i, k) =>
      i === k ? 999 : i === 3 && k === 9 ? 50 : i === 9 && k === 3 ? 40 : (i * 7 + k * 3) % 11,
    );
    const pairs = hotPairs(heat, 3);
    expect(pairs.slice(0, 2)).toEqual([
      { from: 3, to: 9, amount: 50, cell: { row: 3, column: 9 } },
      { from: 9, to: 3, amount: 40, cell: { row: 9, column: 3 } },
    ]);
    expect(pairs).toHaveLength(3);
  });
  it('says once what every rank sends alike, also on the way back', () => {
    const heat = heatOf(16, (_, k) => 10 + k);
    expect(hotPairs(heat, 2)).toMatchObject([
      { from: null, to: 15, amount: 25 },
      { from: null, to: 14, amount: 24 },
    ]);
    const back = heatOf(16, (i) => 10 + i);
    expect(hotPairs(back, 1)).toMatchObject([{ from: 15, to: null, amount: 25 }]);
  });
  it('has nothing where nothing is sent', () => {
    expect(
      hotPairs(
        heatOf(8, () => 0),
        4,
      ),
    ).toEqual([]);
  });
  it('orders peers by both directions together', () => {
    const heat = heatOf(8, (i, k) => (i === 2 && k === 5 ? 10 : i === 6 && k === 2 ? 30 : 1));
    expect(peersOf(heat, 2, 2)).toEqual([
      { index: 6, sends: 1, receives: 30 },
      { index: 5, sends: 10, receives: 1 },
    ]);
  });
});

describe('units and directions', () => {
  const backends = [
    'deepep-high-throughput',
    'deepep-low-latency',
    'nccl-alltoall',
    'allgather-reducescatter',
  ] as const;
  const results = backends.flatMap((backend) =>
    (['expected', 'sampled'] as const).map((engine) => ({
      name: `${backend}, ${engine}`,
      result: showOf({
        values: { 'communication.backend': backend, 'layout.ep': 32, 'layout.worldSize': 512 },
        engine,
      }).baseline.result,
    })),
  );
  const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values));

  it.each(results)('have both directions as the sum of one and the other, $name', ({ result }) => {
    for (const level of ['ranks', 'nodes'] as const)
      for (const unit of ['copies', 'bytes', 'time'] as const) {
        const of = (phase: 'dispatch' | 'combine' | 'both') => measured(result, { phase, level, unit });
        const [out, back, both] = [of('dispatch'), of('combine'), of('both')];
        const expectSum = (value: number, a: number, b: number) =>
          expect(Math.abs(value - a - b)).toBeLessThanOrEqual(1e-12 * value);
        both.heat.data.forEach((value, at) => {
          expectSum(value, out.heat.data[at]!, back.heat.data[at]!);
        });
        both.heat.rowSums.forEach((value, at) => {
          expectSum(value, out.heat.rowSums[at]!, back.heat.rowSums[at]!);
        });
        expectSum(both.bytesAt(1, 0), out.bytesAt(1, 0), back.bytesAt(1, 0));
      }
  });

  it.each(results)('count bytes as the simulator does, $name', ({ result }) => {
    const { traffic } = result;
    const bytes = (phase: 'dispatch' | 'combine') =>
      sum([...measured(result, { phase, level: 'ranks', unit: 'bytes' }).heat.data]);
    for (const phase of ['dispatch', 'combine'] as const) {
      const { localBytes, scaleUpBytes, scaleOutBytes, forwardedBytes, relayedBytes } = traffic[phase];
      // What a kernel hands on crosses two links; the matrix has it once.
      const inMatrix = localBytes + scaleUpBytes + scaleOutBytes;
      expect(bytes(phase) / (isHandedOn(result) ? inMatrix - relayedBytes : inMatrix)).toBeCloseTo(1, 5);
      expect(forwardedBytes).toBeLessThanOrEqual(scaleUpBytes);
    }
  });

  it.each(results)('put on links what the simulator counts on them, $name', ({ result }) => {
    const { traffic, placement } = result;
    const { size } = traffic.rows;
    const hops = hopRows(result);
    const over = (isNear: boolean) =>
      sum(
        [...hops].filter((_, at) => {
          const [from, to] = [Math.floor(at / size), at % size];
          return (placement.domainOfRank[from] === placement.domainOfRank[to]) === isNear;
        }),
      ) * traffic.dispatch.rowBytes;
    expect(over(true) / traffic.dispatch.scaleUpBytes).toBeCloseTo(1, 5);
    expect(over(false) / traffic.dispatch.scaleOutBytes).toBeCloseTo(1, 5);
  });

  it.each(results)('say for the busiest rank the time that the model says, $name', ({ result }) => {
    for (const phase of ['dispatch', 'combine'] as const) {
      const { terms, overlapExponent: p, microseconds } = result.time[phase];
      const { rowSums, columnSums } = measured(result, { phase, level: 'ranks', unit: 'time' }).heat;
      const busiest = Math.max(largest(rowSums), largest(columnSums));
      // The rank that is busiest on one link class need not be the one that is on the other.
      expect(busiest).toBeGreaterThanOrEqual(Math.max(terms.nic, terms.nvlink) * (1 - 1e-5));
      expect(busiest).toBeLessThanOrEqual((terms.nic ** p + terms.nvlink ** p) ** (1 / p) * (1 + 1e-5));
      expect(busiest).toBeLessThan(microseconds);
    }
  });

  it('are written with their unit, and as numbers of one unit in cells', () => {
    const bytes = quantityOf('bytes', 12.6e6);
    expect([bytes.name, bytes.text(757e6), bytes.number(8.75e6)]).toEqual(['MB', '757 MB', '8.75']);
    const time = quantityOf('time', 4500);
    expect([time.name, time.text(999), time.number(972)]).toEqual(['ms', '999 \u00b5s', '0.972']);
    expect(quantityOf('copies', 971).text(30_605)).toBe('30,605');
  });

  it('share one scale of colours between two layouts', () => {
    const [one, other] = [heatOf(8, (i, k) => i + k), heatOf(4, (i, k) => 10 * (1 + i * k))];
    const [a, b] = sharingScale([one, other]);
    for (const scale of ['linear', 'log'] as const)
      for (const value of [1, 5, 14, 40, 100])
        expect(normalise(a!, scale)(value)).toBe(normalise(b!, scale)(value));
    expect(normalise(b!, 'linear')(b!.high)).toBe(1);
  });
});
