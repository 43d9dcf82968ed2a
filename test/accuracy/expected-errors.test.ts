import { describe, expect, test } from 'vitest';
import type { AcceleratorId } from '../../src/catalog/accelerators';
import {
  backendCalibration,
  clusterIntervals,
  extrapolationErrors,
  SKEWED_LOAD_ERROR,
} from '../../src/catalog/backends';
import type { CalibratedBackend } from '../../src/catalog/calibrations/calibration';
import { insideOf, networkCases } from './report/network-interval-section';
import { type AccuracyRow, notFitted, summary } from './report/table';
import { accuracyTables } from './report/tables';

/** A stated error is at least what its tables show, and not so much more that it says nothing. */
const MARGIN = 0.03;

function rowsOf(titles: readonly string[]): AccuracyRow[] {
  return titles.flatMap((title) => {
    const table = accuracyTables.find((candidate) => candidate.title === title);
    if (!table) throw new Error(`There is no table ${title}.`);
    return table.rows;
  });
}

/** The larger of the mean errors of all rows and of those that were not fitted. */
function shown(titles: readonly string[]): number {
  const rows = rowsOf(titles);
  return Math.max(summary(rows).mean, summary(notFitted(rows)).mean);
}

function expectStated(stated: number | null, titles: readonly string[]): void {
  const error = shown(titles);
  expect(stated).toBeGreaterThanOrEqual(error);
  expect(stated).toBeLessThanOrEqual(error + MARGIN);
}

/** Of each group of rows by itself, measured over predicted time, less one: the lowest and the highest of what nine of ten lie between. */
function shownInterval(groups: readonly (readonly AccuracyRow[])[]): { low: number; high: number } {
  const ends = groups.map((rows) => {
    const ratios = notFitted(rows)
      .map(({ measured, predicted }) => measured / predicted - 1)
      .sort((a, b) => a - b);
    return [ratios[Math.floor(0.05 * ratios.length)]!, ratios[Math.floor(0.95 * ratios.length)]!] as const;
  });
  return { low: Math.min(...ends.map(([low]) => low)), high: Math.max(...ends.map(([, top]) => top)) };
}

/** Rows of the held-out tables that stay in one node of eight, or leave it. */
const isOneNode = ({ label }: AccuracyRow): boolean => /^(H|B).* EP8\b/.test(label);
const leavesHopperNode = (row: AccuracyRow): boolean => row.label.startsWith('H') && !isOneNode(row);

const high = (what: string) => `DeepEP high throughput, ${what}`;
const low = (what: string) => `DeepEP low latency, ${what}`;

describe('the error that a result states is that of its table', () => {
  test.each<[CalibratedBackend, AcceleratorId, readonly string[]]>([
    [
      'deepep-low-latency',
      'h100-sxm',
      [low('H100 and H200, from 64 tokens'), low('H100 and H200, below 64 tokens')],
    ],
    ['deepep-low-latency', 'h800-sxm', [low('H800')]],
    ['deepep-low-latency', 'b200-sxm', [low('Blackwell, one node')]],
    ['deepep-low-latency', 'gb200-nvl72', [low('Blackwell, one node')]],
    [
      'deepep-high-throughput',
      'h100-sxm',
      ['one node', '2 nodes', '4 nodes'].map((nodes) => high(`H100 and H200, ${nodes}`)),
    ],
    ['deepep-high-throughput', 'h800-sxm', [high('H800')]],
    ['deepep-high-throughput', 'b200-sxm', [high('Blackwell, one node')]],
    ['deepep-high-throughput', 'gb200-nvl72', [high('Blackwell, one node')]],
    ['deepep-high-throughput', 'mi300x', [high('MI300X')]],
    ['nvlink-one-sided', 'gb200-nvl72', ['One-sided NVLink, GB200 NVL72']],
    ['hybrid-ep', 'h100-sxm', ['HybridEP, H100, 2 to 8 nodes']],
    ['hybrid-ep', 'gb200-nvl72', ['HybridEP, Blackwell, one NVLink domain']],
    ['mori', 'mi300x', ['MoRI, MI300X']],
    ['mori', 'mi355x', ['MoRI, MI355X']],
    ['nccl-alltoall', 'h100-sxm', ['NCCL all-to-all, H100, 1 to 8 nodes']],
    ['allgather-reducescatter', 'h100-sxm', ['NCCL collectives within a node']],
  ])('%s on %s', (backend, accelerator, titles) => {
    expectStated(backendCalibration(backend, accelerator).calibration.expectedError, titles);
  });

  test.each([
    [
      'deepep-low-latency',
      'Left out: DeepEP low latency, 2 to 8 nodes',
      'Held out: DeepEP low latency over ConnectX-7',
    ],
    [
      'deepep-high-throughput',
      'Left out: DeepEP high throughput, 2 and 4 nodes',
      'Held out: DeepEP high throughput',
    ],
  ] as const)('%s on clusters of others', (backend, leftOut, heldOut) => {
    const { one, several, severalError } = clusterIntervals[backend]!;
    const [known, others] = [rowsOf([leftOut]), rowsOf([heldOut])];
    const shownSeveral = shownInterval([known, others.filter(leavesHopperNode)]);
    expect(several.low).toBeCloseTo(shownSeveral.low, 1);
    expect(several.high).toBeCloseTo(shownSeveral.high, 1);
    const shownOne = shownInterval([others.filter(isOneNode)]);
    expect(one.low).toBeLessThanOrEqual(shownOne.low + 0.01);
    expect(one.high).toBeGreaterThanOrEqual(shownOne.high - 0.01);
    const together = summary(notFitted([...known, ...others.filter(leavesHopperNode)])).mean;
    expect(severalError).toBeGreaterThanOrEqual(together);
    expect(severalError).toBeLessThan(together + 0.02);
  });

  test('hybrid-ep and mori across nodes', () => {
    for (const [backend, name] of [
      ['hybrid-ep', 'HybridEP, across nodes'],
      ['mori', 'MoRI, across nodes'],
    ] as const) {
      const { mean } = summary(networkCases().find((one) => one.name === name)!.rows);
      const { severalError } = clusterIntervals[backend]!;
      expect(severalError).toBeGreaterThanOrEqual(mean);
      expect(severalError).toBeLessThan(mean + 0.02);
    }
  });

  test.each(networkCases().map((one) => [one.name, one] as const))('nine of ten rows: %s', (name, one) => {
    const share = insideOf(one) / one.rows.length;
    if (name.endsWith('low latency over Elastic Fabric Adapter')) expect(share).toBe(0);
    else expect(share).toBeGreaterThanOrEqual(0.85);
    // Fewer than twenty rows cannot have one in ten outside without being judged by a single one.
    const isDrawn = Object.values(clusterIntervals).some((all) => Object.values(all).includes(one.interval));
    if (isDrawn && one.rows.length >= 40) expect(share).toBeLessThanOrEqual(0.96);
  });

  test('the load of the fullest rank under skew', () => {
    expectStated(SKEWED_LOAD_ERROR, ['Skew']);
  });

  test.each<[CalibratedBackend, readonly string[], readonly string[]]>([
    [
      'deepep-low-latency',
      ['Left out: DeepEP low latency, 2 to 8 nodes'],
      ["Carried over: DeepEP low latency by H100's constants"],
    ],
    [
      'deepep-high-throughput',
      ['Left out: DeepEP high throughput, 2 and 4 nodes'],
      ["Carried over: DeepEP high throughput by H100's constants"],
    ],
    ['nvlink-one-sided', ['Left out: one-sided NVLink'], []],
    ['hybrid-ep', ['HybridEP, FP8 dispatch'], []],
    ['mori', ['MoRI, MI300X', 'MoRI, MI355X'], []],
    ['nccl-alltoall', ['NCCL all-to-all, H100, 1 to 8 nodes'], ["Carried over: NCCL by H100's constants"]],
    [
      'allgather-reducescatter',
      ['NCCL collectives within a node'],
      ["Carried over: NCCL by H100's constants"],
    ],
  ])('%s beyond what was measured', (backend, sizes, accelerators) => {
    const { otherSizes, otherAccelerators } = extrapolationErrors[backend];
    expectStated(otherSizes, sizes);
    if (accelerators.length > 0) expectStated(otherAccelerators, accelerators);
    else expect(otherAccelerators).toBeNull();
  });
});
