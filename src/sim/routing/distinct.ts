/** Where copies of experts are, and how many tokens have met each place. */
export interface Distinct {
  /** Counts tokens, as lists of `topK` copies; one beyond the last copy is nowhere. */
  readonly add: (copies: Uint16Array | Uint32Array, topK: number) => void;
  /** Writes the counts since the last time to the rows of two matrices. */
  readonly take: (ranks: Float64Array, rankRow: number, domains: Float64Array, domainRow: number) => void;
}

interface Places {
  /** [copies] */
  readonly rankOfCopy: Uint32Array;
  readonly domainOfCopy: Uint32Array;
  readonly ranks: number;
  readonly domains: number;
}

/** Ranks and domains that bits of whole numbers can stand for. */
const MOST_RANKS = 64;
const MOST_DOMAINS = 32;

/** Counts for each rank and domain how many tokens use it, once per token. */
export function distinctCounter(places: Places): Distinct {
  return places.ranks <= MOST_RANKS && places.domains <= MOST_DOMAINS ? byBits(places) : byStamps(places);
}

/** A stamp says "already seen by this token" without clearing arrays between tokens. */
function byStamps({ rankOfCopy, domainOfCopy, ranks, domains }: Places): Distinct {
  // One more of each is nowhere.
  const rankOf = Uint32Array.of(...rankOfCopy, ranks);
  const domainOf = Uint32Array.of(...domainOfCopy, domains);
  const toRank = new Int32Array(ranks + 1);
  const toDomain = new Int32Array(domains + 1);
  const rankStamp = new Int32Array(ranks + 1);
  const domainStamp = new Int32Array(domains + 1);
  let lastToken = 0;
  return {
    add: (copies, topK) => {
      let token = lastToken;
      for (let first = 0; first < copies.length; first += topK) {
        token++;
        for (let i = first; i < first + topK; i++) {
          const copy = copies[i]!;
          // The sign of the difference is 1 for an older stamp, 0 for this token's: a branch here could not be foretold.
          const rank = rankOf[copy]!;
          toRank[rank]! += (rankStamp[rank]! - token) >>> 31;
          rankStamp[rank] = token;
          const domain = domainOf[copy]!;
          toDomain[domain]! += (domainStamp[domain]! - token) >>> 31;
          domainStamp[domain] = token;
        }
      }
      lastToken = token;
    },
    take: (rankRows, rankRow, domainRows, domainRow) => {
      rankRows.set(toRank.subarray(0, ranks), rankRow);
      domainRows.set(toDomain.subarray(0, domains), domainRow);
      toRank.fill(0);
      toDomain.fill(0);
    },
  };
}

/** Tokens that are counted in bits before counts are carried on. */
const CARRIED = 8;

/**
 * A token's places are bits of three words: ranks 0 … 31, ranks 32 … 63, domains. Words are summed up bit by bit, all places
 * at once: the ones, twos and fours of every count are words too, and what they carry is added to the counts, eight tokens
 * at a time (positional population counts; Muła, Kurz and Lemire, Comput. J. 61, 2018).
 */
function byBits({ rankOfCopy, domainOfCopy, ranks, domains }: Places): Distinct {
  // One more copy is nowhere.
  const low = new Int32Array(rankOfCopy.length + 1);
  const high = new Int32Array(rankOfCopy.length + 1);
  const near = new Int32Array(rankOfCopy.length + 1);
  rankOfCopy.forEach((rank, copy) => {
    (rank < 32 ? low : high)[copy] = 1 << (rank % 32);
    near[copy] = 1 << domainOfCopy[copy]!;
  });
  // [low, high, near] [32 places]
  const counts = new Int32Array(3 * 32);
  // [low, high, near] [ones, twos, fours]
  const digits = new Int32Array(9);
  return {
    add: (copies, topK) => addBits(copies, topK, low, high, near, counts, digits),
    take: (rankRows, rankRow, domainRows, domainRow) => {
      for (let word = 0; word < 3; word++) {
        for (let digit = 0; digit < 3; digit++)
          carry(counts, 32 * word, digits[3 * word + digit]!, 2 ** digit);
      }
      rankRows.set(counts.subarray(0, ranks), rankRow);
      domainRows.set(counts.subarray(64, 64 + domains), domainRow);
      counts.fill(0);
      digits.fill(0);
    },
  };
}

/** Adds `amount` to the counts of the places whose bits are set. */
function carry(counts: Int32Array, first: number, places: number, amount: number): void {
  for (let left = places; left !== 0; left &= left - 1)
    counts[first + 31 - Math.clz32(left & -left)]! += amount;
}

function addBits(
  copies: Uint16Array | Uint32Array,
  topK: number,
  low: Int32Array,
  high: Int32Array,
  near: Int32Array,
  counts: Int32Array,
  digits: Int32Array,
): void {
  let [low1, low2, low4] = [digits[0]!, digits[1]!, digits[2]!];
  let [high1, high2, high4] = [digits[3]!, digits[4]!, digits[5]!];
  let [near1, near2, near4] = [digits[6]!, digits[7]!, digits[8]!];
  for (let first = 0; first < copies.length; first += topK) {
    let a = 0;
    let b = 0;
    let c = 0;
    for (let i = first; i < first + topK; i++) {
      const copy = copies[i]!;
      a |= low[copy]!;
      b |= high[copy]!;
      c |= near[copy]!;
    }
    let full = low1 & a;
    low1 ^= a;
    let fuller = low2 & full;
    low2 ^= full;
    carry(counts, 0, low4 & fuller, CARRIED);
    low4 ^= fuller;
    full = high1 & b;
    high1 ^= b;
    fuller = high2 & full;
    high2 ^= full;
    carry(counts, 32, high4 & fuller, CARRIED);
    high4 ^= fuller;
    full = near1 & c;
    near1 ^= c;
    fuller = near2 & full;
    near2 ^= full;
    carry(counts, 64, near4 & fuller, CARRIED);
    near4 ^= fuller;
  }
  digits.set([low1, low2, low4, high1, high2, high4, near1, near2, near4]);
}
