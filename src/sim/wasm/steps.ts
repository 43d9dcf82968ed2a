import { type Code, f64, f64x2, i32, type Type, type Variable, when, whilst } from './code';
import type { Declare } from './module';

/** Bytes of a number, of two side by side, and of a whole one. */
export const NUMBER = 8;
export const PAIR = 2 * NUMBER;
export const WORD = 4;

export const add = (variable: Variable, value: Code): Code => variable.set(i32.add(variable.get, value));
export const step = (variable: Variable, bytes: number): Code => add(variable, i32.of(bytes));

export const one = f64x2.twice(f64.of(1));
export const zero = f64x2.twice(f64.of(0));

/** The first whole numbers. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Several parameters or variables of one type. */
export const pairOf = (declare: Declare, type: Type): [Variable, Variable] => [declare(type), declare(type)];
export const fourOf = (declare: Declare, type: Type): [Variable, Variable, Variable, Variable] => [
  ...pairOf(declare, type),
  ...pairOf(declare, type),
];

/** How two numbers are read and written, or the one that stands alone. */
export const pairAccess = (isAlone: boolean) =>
  isAlone ? { load: f64x2.loadOne, store: f64x2.storeOne } : { load: f64x2.load, store: f64x2.store };

/** Goes through numbers two at a time, and then through the last one where it stands alone. */
export function byPairs(at: Variable, bytes: Code, body: (isAlone: boolean) => Code): Code {
  return [
    ...at.set(i32.of(0)),
    ...whilst(i32.isLess(i32.add(at.get, i32.of(NUMBER)), bytes), body(false), step(at, PAIR)),
    ...when(i32.isLess(at.get, bytes), body(true)),
  ];
}
