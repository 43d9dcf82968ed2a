/** Single letters inserted, left out, replaced or swapped with their neighbour that turn one word into the other. */
function distance(a: string, b: string): number {
  let [before, above]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}

/** Letters beyond which a word is no misspelt name of ours. */
const LONGEST = 60;

const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_\s]/g, '');

/** Letters by which a word of so many may differ from what was meant. */
const usual = (length: number): number => Math.max(1, Math.floor(length / 3));

/** The candidate that was probably meant; `undefined` when none is near. Case, hyphens and underscores do not count. */
export function nearest(
  word: string,
  candidates: readonly string[],
  most: (length: number) => number = usual,
): string | undefined {
  if (word.length > LONGEST) return undefined;
  const written = plain(word);
  const startsAlike = (candidate: string) => (plain(candidate)[0] === written[0] ? 1 : 0);
  const ranked = candidates
    .map((candidate) => ({ candidate, away: distance(written, plain(candidate)) }))
    .filter(({ away }) => away <= most(written.length) && away < written.length)
    .sort((a, b) => a.away - b.away || startsAlike(b.candidate) - startsAlike(a.candidate));
  return ranked[0]?.candidate;
}

/** ` Did you mean ep?`, or nothing. */
export function didYouMean(found: string | undefined): string {
  return found === undefined ? '' : ` Did you mean ${found}?`;
}
