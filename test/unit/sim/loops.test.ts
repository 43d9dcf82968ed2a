import { expect, test } from 'vitest';
import { type Code, choose, f64, f64x2, i32, when, whilst } from '../../../src/sim/wasm/code';
import { compiled, type Source } from '../../../src/sim/wasm/module';
import { byPairs } from '../../../src/sim/wasm/steps';

const machine = <Name extends string>(sources: Readonly<Record<Name, Source>>) => compiled(sources)(1);

/** A function of one number that leaves a number. */
const ofNumber = (code: (value: Code) => Code): Source => ({
  returns: 'f64',
  body: (parameter) => code(parameter('f64').get),
});

test('numbers of any size and sign come back as they went in', () => {
  const values = [0, -0, 1 / 3, -1e-308, 1.7e308, Number.POSITIVE_INFINITY, Number.NaN];
  for (const value of values) {
    const { loops } = machine({ same: ofNumber((x) => x), constant: ofNumber(() => f64.of(value)) });
    expect(loops.same(value)).toBe(value);
    expect(loops.constant(0)).toBe(value);
  }
});

test('addresses of any size and sign do', () => {
  for (const value of [0, 63, 64, 127, 128, 8191, 8192, 2 ** 31 - 1, -1, -64, -65, -8192, -(2 ** 31)]) {
    const { loops, buffer } = machine({
      put: { body: () => [...i32.of(0), ...i32.of(value), 0x36, 2, 0] },
    });
    loops.put();
    expect(new Int32Array(buffer)[0]).toBe(value);
  }
});

test('a number chooses one code, the last for all beyond', () => {
  const { loops } = machine({
    chosen: {
      returns: 'f64',
      body: (parameter, variable) => {
        const [number, found] = [parameter('i32'), variable('f64')];
        const cases = [10, 20, 30].map((value) => found.set(f64.of(value)));
        return [...choose(number.get, cases), ...found.get];
      },
    },
  });
  expect([0, 1, 2, 3, 99].map((number) => loops.chosen(number))).toEqual([10, 20, 30, 30, 30]);
});

test('one of two codes, or none', () => {
  const { loops } = machine({
    least: {
      returns: 'f64',
      body: (parameter, variable) => {
        const [left, right, found] = [parameter('i32'), parameter('i32'), variable('f64')];
        const isLess = i32.isLess(left.get, right.get);
        return [
          ...when(isLess, found.set(f64.of(1)), found.set(f64.of(2))),
          ...when(i32.isEqual(left.get, right.get), found.set(f64.of(3))),
          ...found.get,
        ];
      },
    },
  });
  expect([loops.least(1, 2), loops.least(2, 1), loops.least(2, 2)]).toEqual([1, 2, 3]);
});

test.each([0, 1, 2, 5, 8])('%i numbers are gone through two by two, and none beyond them', (count) => {
  const { loops, buffer } = machine({
    halve: {
      body: (parameter, variable) => {
        const [bytes, at] = [parameter('i32'), variable('i32')];
        return byPairs(at, bytes.get, (isAlone) => {
          const load = isAlone ? f64x2.loadOne : f64x2.load;
          const store = isAlone ? f64x2.storeOne : f64x2.store;
          return store(at.get, f64x2.mul(load(at.get), f64x2.twice(f64.of(0.5))));
        });
      },
    },
  });
  const numbers = new Float64Array(buffer, 0, 10).fill(2);
  loops.halve(count * 8);
  expect([...numbers]).toEqual(Array.from({ length: 10 }, (_, i) => (i < count ? 1 : 2)));
});

test('lanes go where they are said to', () => {
  const { loops, buffer } = machine({
    deal: {
      body: () => {
        const [left, right] = [f64x2.load(i32.of(0)), f64x2.load(i32.of(16))];
        return [
          ...f64x2.store(i32.of(32), f64x2.firsts(left, right)),
          ...f64x2.store(i32.of(48), f64x2.seconds(left, right)),
          ...f64x2.store(i32.of(64), f64x2.loadBoth(i32.of(24), i32.of(0))),
          ...f64x2.store(i32.of(80), f64x2.replaceFirst(left, f64x2.second(right))),
          ...f64x2.store(i32.of(96), f64x2.loadTwice(i32.of(8))),
        ];
      },
    },
    count: {
      body: (parameter, variable) => {
        const [last, at] = [parameter('i32'), variable('i32')];
        return whilst(
          i32.isLess(at.get, last.get),
          f64.store(at.get, f64.of(7)),
          at.set(i32.add(at.get, i32.of(8))),
        );
      },
    },
  });
  const numbers = new Float64Array(buffer);
  numbers.set([1, 2, 3, 4]);
  loops.deal();
  expect([...numbers.subarray(4, 14)]).toEqual([1, 3, 2, 4, 4, 1, 4, 2, 2, 2]);
  loops.count(24);
  expect([...numbers.subarray(0, 4)]).toEqual([7, 7, 7, 4]);
});
