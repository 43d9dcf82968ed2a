import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparisonEntry, Matrix, PlacementResult, RankMemory } from '../../src/sim/result';
import { alongAxis, cellAt, layOut, paint, step } from '../../webview/charts/heatmap';
import { toCsv, toJson } from '../../webview/export/table';
import * as format from '../../webview/format';
import { niceStep, niceTicks } from '../../webview/model/axis';
import { logDomain, stepRows, textbookRows } from '../../webview/model/communication';
import { normalise, toHeat } from '../../webview/model/heat';
import { barsOf, partsOf } from '../../webview/model/memory';
import { runsOf, sharesByNode } from '../../webview/model/nodes';
import { heaviestPair, sendCounts } from '../../webview/model/traffic';
import { describeDelta, settingOf, turn } from '../../webview/model/whatif';
import { buildRamp, packRamp, type ThemeKind } from '../../webview/ramp';
import { isMessage, receive, restore } from '../../webview/state';
import { showOf } from './fixture';

const matrix = (size: number, value: (i: number, k: number) => number): Matrix => ({
  size,
  data: Float64Array.from({ length: size * size }, (_, at) => value(Math.floor(at / size), at % size)),
});
const placement = (ranks: number, perNode: number): PlacementResult => {
  const nodeOfRank = Array.from({ length: ranks }, (_, rank) => Math.floor(rank / perNode));
  return {
    physicalToRank: [],
    physicalToLogical: [],
    expertsPerRank: [],
    worldRanks: nodeOfRank.map((_, rank) => rank),
    nodeOfRank,
    domainOfRank: nodeOfRank,
    nodes: ranks / perNode,
    layer: 0,
    layers: { maxOverMean: [1], mean: 1, worst: 0 },
  };
};

describe('figures on screen', () => {
  it('has three significant figures in headings and exact counts elsewhere', () => {
    expect(format.significant(30_638)).toBe('30,600');
    expect(format.significant(0.009996)).toBe('0.0100');
    expect(format.count(30_638.4)).toBe('30,638');
    expect(format.compact(41_055)).toBe('41.1k');
    expect(format.compact(999_700)).toBe('1.00M');
  });
  it('counts traffic in powers of ten and memory in powers of two', () => {
    expect(format.bytes(0)).toBe('0 B');
    expect(format.bytes(655_300_000)).toBe('655 MB');
    expect(format.bytes(999_700_000)).toBe('1.00 GB');
    expect(format.bytesTick(1e8)).toBe('100 MB');
    expect(format.gibShort(76 * 2 ** 30)).toBe('76.0');
    expect(format.gibCapacity(80 * 2 ** 30)).toBe('80');
  });
  it('chooses the unit of a time, also at its upper edge', () => {
    expect(format.timeText(0.00237)).toBe('2.37 ms');
    expect(format.timeText(0.9996e-3)).toBe('1.00 ms');
    expect(format.timeText(25.26)).toBe('25.3 s');
    expect(format.timeText(0)).toBe('0 \u00b5s');
  });
  it('never writes a factor near one as one', () => {
    expect(format.factor(8)).toBe('\u00d7 8');
    expect(format.factor(0.7578)).toBe('\u00d7 0.76');
    expect(format.factor(0.9984)).toBe('\u00d7 0.9984');
    expect(format.factor(0)).toBe('\u00d7 0');
  });
  it('signs every change', () => {
    expect(format.signed(-5.41, 1)).toBe('\u22125.4');
    expect(format.signed(332, 0)).toBe('+332');
    expect(format.signed(-0.001, 1)).toBe('\u00b10');
  });
  it('writes times below each other in one unit, with their points in one line', () => {
    const { unit, amount, change } = format.timeColumn(42.873);
    expect(unit).toBe('s');
    expect([42.873, 7.3401, 0.0752, 0.002, 0].map(amount)).toEqual([
      '42.87',
      '7.34',
      '0.08',
      '<0.01',
      '0.00',
    ]);
    expect([-0.9634, 0.0024, 5].map(change)).toEqual(['\u22120.96', '\u00b10', '+5.00']);
    const small = format.timeColumn(0.00123);
    expect([small.unit, small.amount(0.00123), small.amount(2e-7)]).toEqual(['ms', '1.230', '<0.001']);
  });
  it('writes a negative figure with a minus, never a hyphen, and nothing without a sign', () => {
    expect(format.fixed(-1234.56, 1)).toBe('\u22121,234.6');
    expect(format.fixed(-0.04, 1)).toBe('0.0');
    expect(format.count(-1200)).toBe('\u22121,200');
    expect(format.count(-0.2)).toBe('0');
    expect(format.significant(-0.5)).toBe('\u22120.500');
    const free = { section: 'fit', name: 'x', label: 'X', unit: 'GiB', better: 'higher' } as const;
    expect(describeDelta({ ...free, baseline: 16.4, variant: -23.5 })).toMatchObject({
      variant: '\u221223.5',
      change: '\u221239.9',
    });
  });
});

describe('colour', () => {
  const lightness = ([r, g, b]: readonly [number, number, number]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  it.each<ThemeKind>(['light', 'dark', 'high-contrast', 'high-contrast-light'])(
    'goes steadily from the background to its opposite in %s',
    (kind) => {
      const ramp = buildRamp(kind).map(lightness);
      const down = kind === 'light' || kind === 'high-contrast-light';
      expect(ramp).toHaveLength(256);
      for (let i = 1; i < ramp.length; i++)
        expect(down ? ramp[i - 1]! - ramp[i]! : ramp[i]! - ramp[i - 1]!).toBeGreaterThan(-0.8);
      expect(Math.abs(ramp[255]! - ramp[0]!)).toBeGreaterThan(150);
    },
  );
});

describe('the matrix', () => {
  it('sums, finds its extremes and turns for combine', () => {
    const rows = matrix(70, (i, k) => i * 100 + k);
    const dispatch = toHeat(rows, 'dispatch');
    const combine = toHeat(rows, 'combine');
    expect(dispatch.high).toBe(6969);
    expect(dispatch.largest).toBe(70 * 70 - 1);
    expect(dispatch.lowPositive).toBe(1);
    expect([...combine.rowSums]).toEqual([...dispatch.columnSums]);
    expect(combine.data[3 * 70 + 5]).toBe(503);
  });
  it('places every value on its scale between 0 and 1', () => {
    const heat = toHeat(
      matrix(3, (i, k) => [0, 1, 10, 100, 1000][i + k]!),
      'dispatch',
    );
    for (const scale of ['linear', 'log'] as const) {
      const at = normalise(heat, scale);
      expect(at(0)).toBe(0);
      expect(at(1000)).toBeCloseTo(1);
    }
    expect(normalise(heat, 'log')(1)).toBeCloseTo(0);
    expect(normalise(heat, 'log')(100)).toBeCloseTo(2 / 3);
    expect(
      normalise(
        toHeat(
          matrix(2, () => 5),
          'dispatch',
        ),
        'linear',
      )(5),
    ).toBe(0.5);
  });
  it('lists send counts with exclusive prefix sums', () => {
    const heat = toHeat(
      matrix(3, (_, k) => k + 1),
      'dispatch',
    );
    expect(sendCounts(heat, 0)).toEqual([
      { count: 1, displacement: 0 },
      { count: 2, displacement: 1 },
      { count: 3, displacement: 3 },
    ]);
  });
  it('shows at most nine bars beyond sixteen nodes, its own first, and loses no copy', () => {
    const heat = toHeat(
      matrix(40, (_, k) => k + 1),
      'dispatch',
    );
    const shares = sharesByNode(heat, placement(40, 2), 0);
    expect(shares).toHaveLength(9);
    expect(shares[0]).toMatchObject({ node: 0, link: 'scaleUp' });
    expect(shares[1]).toMatchObject({ node: 19, link: 'scaleOut' });
    expect(shares.at(-1)).toMatchObject({ node: null, others: 12 });
    expect(shares.reduce((sum, share) => sum + share.amount, 0)).toBe(heat.rowSums[0]);
  });
  it('knows a heavy pair from a heavy node', () => {
    expect(
      heaviestPair(
        toHeat(
          matrix(4, (_, k) => (k === 2 ? 9 : 1)),
          'dispatch',
        ),
      ),
    ).toMatchObject({
      to: 2,
      sameForAll: 'sources',
      overMean: 3,
    });
    const pair = heaviestPair(
      toHeat(
        matrix(4, (i, k) => (i === 1 && k === 3 ? 9 : 1)),
        'dispatch',
      ),
    );
    expect(pair).toMatchObject({ from: 1, to: 3, sameForAll: null });
  });
});

describe('the picture of the matrix', () => {
  const sizes = fc.record({
    ranks: fc.integer({ min: 1, max: 2048 }),
    perNode: fc.constantFrom(1, 4, 8, 72),
    room: fc.integer({ min: 64, max: 1400 }),
    ratio: fc.constantFrom(1, 1.25, 2),
  });
  it('shows every rank, in order, inside the room, whatever its size', () => {
    fc.assert(
      fc.property(sizes, ({ ranks, perNode, room, ratio }) => {
        const runs = runsOf(Array.from({ length: ranks }, (_, rank) => Math.floor(rank / perNode)));
        const axis = layOut(ranks, runs, room, ratio);
        expect(axis.length).toBeLessThanOrEqual(room);
        const seen = new Set<number>();
        for (let p = 0; p < axis.pixels; p++)
          for (let i = axis.first[p]!; i >= 0 && i <= axis.last[p]!; i++) seen.add(i);
        expect(seen.size).toBe(ranks);
      }),
      { numRuns: 100 },
    );
  });
  it('leaves a gap between nodes where cells are large, and none where they are small', () => {
    const runs = runsOf(Array.from({ length: 64 }, (_, rank) => rank >> 3));
    const large = layOut(64, runs, 560, 1);
    expect(large.cell).toBe(8);
    expect(large.start(8) - large.start(7)).toBe(10);
    expect(layOut(64, runs, 200, 1).start(8)).toBe(8 * 3);
  });
  it('keeps the one hot cell when several share a pixel, and finds it again under the pointer', () => {
    const heat = toHeat(
      matrix(512, (i, k) => (i === 301 && k === 77 ? 100 : 1)),
      'dispatch',
    );
    const axis = layOut(512, runsOf(Array.from({ length: 512 }, (_, rank) => rank >> 3)), 200, 1);
    expect(axis.pooled).toBe(true);
    const ramp = packRamp(buildRamp('dark'));
    const target = new Uint32Array(axis.pixels ** 2);
    paint(target, { rows: axis, columns: axis }, heat, normalise(heat, 'linear'), ramp);
    const hot = target.indexOf(ramp[255]!);
    expect(hot).toBeGreaterThan(0);
    const [x, y] = [hot % axis.pixels, Math.floor(hot / axis.pixels)];
    expect(cellAt({ rows: axis, columns: axis }, heat, x, y)).toEqual({ row: 301, column: 77 });
  });
  it('paints each cell in its own colour and nothing into the gaps', () => {
    const heat = toHeat(
      matrix(16, (i, k) => i * 16 + k),
      'dispatch',
    );
    const axis = layOut(16, runsOf(Array.from({ length: 16 }, (_, rank) => rank >> 3)), 100, 1);
    const ramp = packRamp(buildRamp('light'));
    const target = new Uint32Array(axis.pixels ** 2);
    paint(target, { rows: axis, columns: axis }, heat, normalise(heat, 'linear'), ramp);
    const at = (i: number, k: number) => target[axis.start(i) * axis.pixels + axis.start(k)];
    expect(at(0, 0)).toBe(ramp[0]);
    expect(at(15, 15)).toBe(ramp[255]);
    expect(at(7, 9)).toBe(ramp[121]);
    expect(target[axis.start(8) - 1]).toBe(0);
  });
  it('sums along a pooled axis show maxima', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i === 500 ? 9 : 1));
    const bars = alongAxis(layOut(1000, [], 100, 1), values);
    expect(bars).toHaveLength(100);
    expect(Math.max(...bars.map((bar) => bar.value))).toBe(9);
  });
  it('moves by a rank or by a node', () => {
    const runs = runsOf(Array.from({ length: 24 }, (_, rank) => rank >> 3));
    expect(step(3, 1, false, runs, 24)).toBe(4);
    expect(step(23, 1, false, runs, 24)).toBe(23);
    expect(step(3, 1, true, runs, 24)).toBe(11);
    expect(step(3, -1, true, runs, 24)).toBe(3);
  });
});

describe('memory', () => {
  const rank = (index: number, activations: number): RankMemory => ({
    rank: index,
    weights: 10,
    gradients: 0,
    optimizer: 0,
    activations,
    kvCache: 0,
    buffers: 0,
    runtime: 5,
    total: 15 + activations,
    capacity: 80,
  });
  const memory = {
    ...showOf().baseline.result.memory,
    perRank: [rank(0, 1), rank(1, 9), rank(2, 4), rank(3, 2)],
  };
  it('leaves out what no rank holds', () => {
    expect(partsOf(memory)).toEqual(['weights', 'activations', 'runtime']);
  });
  it('groups by node: the fullest rank, and how empty the emptiest is', () => {
    const bars = barsOf(memory, [0, 0, 1, 1], 'nodes', 'rank');
    expect(bars.map((bar) => [bar.rank.rank, bar.emptiest])).toEqual([
      [1, 16],
      [2, 17],
    ]);
    expect(barsOf(memory, [0, 0, 1, 1], 'ranks', 'total').map((bar) => bar.rank.rank)).toEqual([1, 2, 3, 0]);
  });
  it('has round steps on its axis', () => {
    expect([niceStep(90), niceStep(300), niceStep(7)]).toEqual([20, 100, 2]);
    expect(niceTicks(193, 1276)).toEqual([500, 1000]);
    expect(niceTicks(-3, 61)).toEqual([0, 20, 40, 60]);
  });
});

describe('communication', () => {
  const { comparison } = showOf().baseline.result;
  it.each(['ep', 'tp', 'dp'] as const)('multiplies the factors of %s to the exact figure', (family) => {
    const entry: ComparisonEntry = comparison[family];
    const rows = textbookRows(entry, { textbook: 'textbook', exact: 'exact' });
    const product = rows.reduce((bytes, row) => bytes * (row.factor ?? 1), entry.textbookBytes);
    expect(product).toBeCloseTo(entry.exactBytes, -3);
    expect(rows.at(-1)!.bytes).toBe(entry.exactBytes);
  });
  it('has a scale that holds every figure, and one even when there is none', () => {
    const rows = textbookRows(comparison.tp, { textbook: 'textbook', exact: 'exact' });
    const [low, high] = logDomain(rows);
    for (const { bytes } of rows)
      if (bytes > 0) expect(Math.log10(bytes) > low && Math.log10(bytes) < high).toBe(true);
    expect(logDomain([])).toEqual([6, 9]);
  });
  it('comes from one use to the whole step by one factor, and says nothing of zero', () => {
    const labels = { unit: 'unit', repeats: 'repeats', step: 'step' };
    expect(stepRows(comparison.tp, labels)).toHaveLength(1);
    const rows = stepRows(comparison.ep, labels);
    expect(rows[0]!.bytes * rows[1]!.factor!).toBeCloseTo(comparison.ep.exactBytesPerStep, -3);
  });
});

describe('what if', () => {
  const show = showOf();
  const knob = show.knobs.find(({ name }) => name === 'layout.ep')!;
  const { scenario } = show.baseline.result;
  it('turns a knob to a value of the field’s own type, and back to no change', () => {
    const changes = turn([], knob, '32', scenario);
    expect(changes).toEqual([{ name: 'layout.ep', value: 32 }]);
    expect(settingOf(knob, changes)).toBe('32');
    expect(turn(changes, knob, knob.value, scenario)).toEqual([]);
    const backend = show.knobs.find(({ name }) => name === 'communication.backend')!;
    expect(turn([], backend, 'nccl-alltoall', scenario)).toEqual([
      { name: 'communication.backend', value: 'nccl-alltoall' },
    ]);
  });
  it('signs, judges and shows small differences', () => {
    const row = { section: 'step', name: 'x', label: 'X', unit: 's', better: 'lower' } as const;
    expect(describeDelta({ ...row, baseline: 25.26, variant: 19.85 })).toMatchObject({
      change: '\u22125.41',
      verdict: 'better',
    });
    expect(describeDelta({ ...row, baseline: 25.26, variant: 25.262 })).toMatchObject({ verdict: 'worse' });
    expect(describeDelta({ ...row, baseline: 25.26, variant: 25.262 }).change).not.toBe('\u00b10');
    expect(describeDelta({ ...row, baseline: 7, variant: 7 })).toMatchObject({
      change: null,
      verdict: 'neither',
    });
    expect(describeDelta({ ...row, better: null, baseline: 1, variant: 2 }).verdict).toBe('neither');
    expect(describeDelta({ ...row, baseline: 0, variant: 2 }).relative).toBeNull();
  });
  it.each([
    ['MB', 109.42, 71.73, ['109.4', '71.7', '\u221237.7', 'MB']],
    ['', 1.2303, 1.1341, ['1.230', '1.134', '\u22120.096', '']],
    ['', 2048, 2048, ['2,048', '2,048', null, '']],
    ['', 16, 32, ['16', '32', '+16', '']],
    ['s', 0.06171, 0.06182, ['61.71', '61.82', '+0.11', 'ms']],
    ['\u00b5s', 2474.3, 1735.1, ['2,474', '1,735', '\u2212739', '\u00b5s']],
  ])('figures in %s from %d to %d add up as they are read', (unit, baseline, variant, shown) => {
    const row = { section: 'step', name: 'x', label: 'X', unit, better: 'lower', baseline, variant } as const;
    const told = describeDelta(row);
    expect([told.baseline, told.variant, told.change, told.unit]).toEqual(shown);
  });
});

describe('copied tables', () => {
  const table = {
    caption: 'c',
    columns: [{ title: 'a, b' }, { title: 'n', format: format.count }],
    rows: [['say "x"', 1234.00000000001]],
  };
  it('are plain numbers and quoted text', () => {
    expect(toCsv(table)).toBe('"a, b",n\n"say ""x""",1234');
    expect(JSON.parse(toJson(table))).toEqual([{ 'a, b': 'say "x"', n: 1234 }]);
  });
});

describe('the panel’s state', () => {
  const show = showOf();
  it('drops state of another version', () => {
    expect(restore({ version: -1, view: 'memory' }).panel.view).toBe('placement');
    expect(restore(undefined).panel.changes).toEqual([]);
  });
  it('takes the job from the host and forgets the selection of another job', () => {
    const state = receive(restore(undefined), show);
    expect(state.panel.job).toEqual(show.job);
    const chosen = { ...state, panel: { ...state.panel, selectedRank: 3 } };
    expect(receive(chosen, show).panel.selectedRank).toBe(3);
    expect(receive(chosen, { ...show, job: { file: 'other', id: 'x' } }).panel.selectedRank).toBeNull();
  });
  it('keeps a newer choice against an older answer, and gives way to a refusal', () => {
    const asked = {
      ...receive(restore(undefined), show),
      awaitingWhatIf: true,
    };
    const mine = { ...asked, panel: { ...asked.panel, changes: [{ name: 'layout.ep', value: 16 }] } };
    const older = {
      changes: [{ name: 'layout.ep', value: 32 }],
      variant: show.baseline,
      delta: [],
      errors: [],
    };
    expect(receive(mine, { ...show, whatIf: older }).panel.changes).toEqual(mine.panel.changes);
    expect(receive(mine, show).panel.changes).toEqual([]);
  });
  it('puts another what-if beside the baseline that it has, and keeps what is known of that', () => {
    const growth: [] = [];
    const { whatIf } = showOf({ changes: [{ name: 'layout.ep', value: 16 }] });
    const known = { ...receive(restore(undefined), { ...show, ended: 'EP 8' }), growth };
    const state = receive(known, { type: 'variant', whatIf, view: 'whatif' });
    if (state.content.kind !== 'result') throw new Error('nothing is shown');
    expect(state.content.show.baseline).toBe(show.baseline);
    expect(state.content.show).toMatchObject({ whatIf, knobs: show.knobs });
    expect(state.content.show.ended).toBeUndefined();
    expect(state).toMatchObject({ growth, panel: { view: 'whatif', changes: whatIf!.changes } });
    expect(receive(restore(undefined), { type: 'variant', whatIf }).content.kind).toBe('loading');
  });
  it('takes nothing for a message that is none', () => {
    for (const data of [null, 'show', {}, { type: 'toString' }, { type: 'shown' }])
      expect(isMessage(data)).toBe(false);
    expect(isMessage({ type: 'busy', message: '' })).toBe(true);
  });
  it('keeps the old picture while the host is busy', () => {
    const state = receive(receive(restore(undefined), show), { type: 'busy', message: 'Simulating' });
    expect(state.busy).toEqual({ message: 'Simulating', fraction: null });
    expect(state.content.kind).toBe('result');
  });
});
