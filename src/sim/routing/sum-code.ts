import { type Code, choose, f64x2, i32, type Variable, when, whilst } from '../wasm/code';
import type { Source } from '../wasm/module';
import { add, PAIR, pairOf, step, upTo, WORD, zero } from '../wasm/steps';
import { QUAD } from './quads';

/** Works out the sums of a list (quads.ts). */
const sumProducts: Source = {
  body: (parameter, variable) => {
    const [at, end] = [parameter('i32'), parameter('i32')];
    const [sum, last, isNumber] = [variable('i32'), variable('i32'), variable('i32')];
    const [left, right] = pairOf(variable, 'i32');
    const sums = upTo(QUAD).map(() => variable('f64x2'));
    const l = upTo(QUAD).map(() => variable('f64x2'));
    const r = upTo(QUAD).map(() => variable('f64x2'));
    const loadAll = (row: readonly Variable[], address: Variable): Code =>
      row.flatMap((pair, i) => pair.set(f64x2.load(address.get, i * PAIR)));
    const plus = (place: number, ...products: readonly (readonly [Code, Code])[]): Code =>
      sums[place]!.set(
        products.reduce((sum, [one, other]) => f64x2.add(sum, f64x2.mul(one, other)), sums[place]!.get),
      );
    /** For each place the products of coefficients that belong there. */
    const quads = (pairs: (place: number) => readonly (readonly [number, number])[]): Code => [
      ...loadAll(l, left),
      ...loadAll(r, right),
      ...sums.flatMap((_, place) => {
        const products = pairs(place).map(([i, k]) => [l[i]!.get, r[k]!.get] as const);
        return products.length > 0 ? plus(place, ...products) : [];
      }),
    ];
    const operations: readonly Code[] = [
      // NUMBERS
      plus(0, [f64x2.load(left.get), f64x2.load(right.get)]),
      // DOT
      plus(
        0,
        ...upTo(QUAD).map((i) => [f64x2.load(left.get, i * PAIR), f64x2.load(right.get, i * PAIR)] as const),
      ),
      // MULTIPLE
      [
        ...l[0]!.set(f64x2.load(left.get)),
        ...sums.flatMap((_, i) => plus(i, [l[0]!.get, f64x2.load(right.get, i * PAIR)])),
      ],
      // PRODUCT
      quads((place) => upTo(place + 1).map((i) => [i, place - i])),
      // CARRY
      quads((place) => upTo(QUAD - 1 - place).map((i) => [place + 1 + i, QUAD - 1 - i])),
      // WORTH
      quads((place) => upTo(QUAD - place).map((i) => [place + i, i])),
      // CARRIED_WORTH
      quads((place) => upTo(place).map((i) => [i, QUAD - place + i])),
    ];
    return whilst(
      i32.isLess(at.get, end.get),
      isNumber.set(i32.load(at.get)),
      sum.set(i32.load(at.get, WORD)),
      last.set(i32.load(at.get, 2 * WORD)),
      step(at, 3 * WORD),
      add(last, at.get),
      sums.flatMap((pair) => pair.set(zero)),
      whilst(
        i32.isLess(at.get, last.get),
        left.set(i32.load(at.get, WORD)),
        right.set(i32.load(at.get, 2 * WORD)),
        choose(i32.load(at.get), operations),
        step(at, 3 * WORD),
      ),
      f64x2.store(sum.get, sums[0]!.get),
      when(
        i32.isEqual(isNumber.get, i32.of(0)),
        sums.slice(1).flatMap((pair, i) => f64x2.store(sum.get, pair.get, (i + 1) * PAIR)),
      ),
    );
  },
};

export const sumCode = { sumProducts };
