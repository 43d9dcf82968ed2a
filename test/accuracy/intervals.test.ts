import { describe, expect, it, test } from 'vitest';
import { coverageOf, intervalOf, modelOf, type OpenFigure, typicalError } from './intervals';
import { KINDS, widerSteps } from './kinds';
import { widerNetworks } from './network-kinds';
import { shownCases } from './open-figures';

describe('the error of a step that a result states', () => {
  test.each(shownCases().map((each) => [each.name, each] as const))('%s', (_, { stated, figures }) => {
    const { low, high } = intervalOf(figures);
    expect(stated.expectedError).toBeCloseTo(typicalError(figures), 1);
    expect(Math.abs(Math.log((1 + stated.interval.low) / (1 + low)))).toBeLessThan(0.05);
    expect(Math.abs(Math.log((1 + stated.interval.high) / (1 + high)))).toBeLessThan(0.05);
  });

  test.each(
    shownCases()
      .map((each) => [each.name, coverageOf(each.figures, ({ edition }) => edition)] as const)
      .filter(([, coverage]) => coverage !== null && coverage.groups >= 3),
  )('%s: holds nine of ten figures of what was left out', (_, coverage) => {
    expect(coverage!.meanShare).toBeGreaterThanOrEqual(0.85);
    expect(coverage!.inside / coverage!.all).toBeGreaterThanOrEqual(0.85);
  });
});

describe('the error that a result states where nothing of the kind was published', () => {
  const cases = [...widerSteps(), ...widerNetworks()].map((each) => [each.name, each] as const);

  test.each(cases)('%s: is what kinds show of each other', (_, { stated, figures, error }) => {
    const { low, high } = intervalOf(figures, KINDS);
    expect(Math.abs(stated.expectedError - error)).toBeLessThan(0.02);
    expect(Math.abs(Math.log((1 + stated.interval.low) / (1 + low)))).toBeLessThan(0.05);
    expect(Math.abs(Math.log((1 + stated.interval.high) / (1 + high)))).toBeLessThan(0.05);
  });

  test.each(cases)('%s: holds nine of ten figures of a kind left out', (_, { figures }) => {
    const { meanShare, inside, all } = coverageOf(figures, ({ kind }) => kind, KINDS)!;
    expect(meanShare).toBeGreaterThanOrEqual(0.9);
    expect(inside / all).toBeGreaterThanOrEqual(0.9);
  });
});

const row = (publication: string, timeRatio: number): OpenFigure => ({
  publication,
  edition: publication,
  model: 'one',
  timeRatio,
});

/** Normal values, the same in every run. */
function normals(): () => number {
  let state = 1;
  const uniform = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

describe('intervals', () => {
  it.each([3, 6, 15])('of %i models hold nine of ten figures of the next one', (models) => {
    const normal = normals();
    const figures = (publication: string): OpenFigure[] => {
      const offset = 0.1 + 0.25 * normal();
      return Array.from({ length: 8 }, () => row(publication, Math.exp(offset + 0.15 * normal())));
    };
    const next = Array.from({ length: 1500 }, () => {
      const { low, high } = intervalOf(Array.from({ length: models }, (_, i) => figures(String(i))).flat());
      return figures('next').filter(({ timeRatio }) => timeRatio - 1 >= low && timeRatio - 1 <= high).length;
    });
    const share = next.reduce((sum, inside) => sum + inside, 0) / (8 * next.length);
    expect(share).toBeGreaterThan(0.88);
    expect(share).toBeLessThan(0.97);
  });

  it('are as wide as models differ, however many rows one of them has', () => {
    const few = [row('a', 0.8), row('b', 1), row('c', 1.25)];
    const many = [...few, ...Array.from({ length: 500 }, () => row('a', 0.8))];
    const [of, ofMany] = [intervalOf(few), intervalOf(many)];
    expect(ofMany.high).toBeCloseTo(of.high, 9);
    expect(of.high).toBeGreaterThan(0.25);
    expect(typicalError(many)).toBeCloseTo(0.2, 9);
  });

  it('grow where fewer models show them', () => {
    const spread = [0.8, 1.25, 0.8, 1.25, 0.8, 1.25];
    const width = (count: number): number => {
      const { low, high } = intervalOf(
        spread.slice(0, count).map((ratio, index) => row(String(index), ratio)),
      );
      return high - low;
    };
    expect(width(2)).toBeGreaterThan(2 * width(4));
    expect(width(4)).toBeGreaterThan(width(6));
  });

  it('reach as far as kinds differ, and the models in them', () => {
    const figures = [0.8, 1.25].flatMap((kind) =>
      [0.9, 1 / 0.9].map((model) => ({ ...row(String(kind), kind * model), model: String(model) })),
    );
    const levels = [({ publication }: OpenFigure) => publication, modelOf];
    const [flat, nested] = [intervalOf(figures, levels.slice(0, 1)), intervalOf(figures, levels)];
    expect((1 + nested.low) * (1 + nested.high)).toBeCloseTo(1, 9);
    expect(nested.high).toBeCloseTo(flat.high, 9);
    const repeated = figures.flatMap((one) => [one, one, one]);
    expect(intervalOf(repeated, levels).high).toBeCloseTo(nested.high, 9);
    expect(intervalOf(repeated, levels.slice(0, 1)).high).toBeLessThan(nested.high);
  });

  it('count what they were not made from', () => {
    const figures = [...Array.from({ length: 9 }, (_, i) => row(String(i), 1 + i / 100)), row('far', 3)];
    expect(coverageOf(figures, ({ publication }) => publication)).toMatchObject({
      groups: 10,
      inside: 9,
      all: 10,
    });
    expect(coverageOf(figures.slice(0, 2), ({ publication }) => publication)).toBeNull();
  });
});
