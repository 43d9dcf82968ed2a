import { PARTS } from './hit-code';
import type { Part } from './race-parts';
import { NUMBER_BYTES, WORD_BYTES } from './race-room';
import type { RaceStates } from './race-states';

/** Parts as the loop over them has them in memory (`PARTS`), two by two. */
export interface PartLayout {
  /** All that is the same for every race; of the shorter part of two the rest are racers that never arrive. */
  readonly words: Int32Array;
  /** [parts] where each has its numbers, in numbers, and which of the two it is. */
  readonly at: Uint32Array;
}

const RACERS = PARTS.racers / WORD_BYTES;
const PAIR_WORDS = 4;

/** @param nobody the racer that never arrives */
export function layoutOf(parts: readonly Part[], nobody: number): PartLayout {
  const words: number[] = [];
  const at = new Uint32Array(parts.length);
  for (let pair = 0; pair < parts.length; pair += 2) {
    const both = [parts[pair]!.racers, parts[pair + 1]?.racers ?? new Uint16Array()] as const;
    const count = Math.max(both[0].length, both[1].length);
    const start = words.length;
    const length = RACERS + PAIR_WORDS * Math.ceil((2 * count) / PAIR_WORDS);
    for (let word = 0; word < length; word++) words.push(0);
    words[start + PARTS.count / WORD_BYTES] = 2 * count * WORD_BYTES;
    words[start + PARTS.count / WORD_BYTES + 1] = (length - RACERS - 2 * count) * WORD_BYTES;
    both.forEach((racers, place) => {
      if (pair + place < parts.length) at[pair + place] = (start * WORD_BYTES) / NUMBER_BYTES + place;
      for (let i = 0; i < count; i++) {
        words[start + RACERS + 2 * i + place] = (racers[i] ?? nobody) * NUMBER_BYTES;
      }
    });
  }
  return { words: Int32Array.from(words), at };
}

/** Puts parts into memory, with what a race knows of them and no hits. */
export function placeParts(
  states: RaceStates,
  parts: readonly Part[],
  { words, at }: PartLayout,
  rates: Float64Array,
): void {
  const { partWords, parts: numbers, width, chances } = states;
  partWords.set(words);
  for (let p = 0; p < parts.length; p++) {
    const { group } = parts[p]!;
    const place = at[p]! % 2;
    const words = ((at[p]! - place) * NUMBER_BYTES) / WORD_BYTES;
    partWords[words + PARTS.groups / WORD_BYTES + place] = group * width * NUMBER_BYTES;
    numbers[at[p]! + PARTS.rates / NUMBER_BYTES] = rates[p]!;
    numbers[at[p]! + PARTS.chances / NUMBER_BYTES] = chances[group]!;
  }
}

/** Where the hits of a part are summed. */
export const sumAt = ({ at }: PartLayout, part: number): number => at[part]! + PARTS.sums / NUMBER_BYTES;
