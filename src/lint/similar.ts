/** Letters to add, drop or replace to make `b` of `a`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Words are typing errors of each other up to a letter in four. */
const LETTERS_PER_ERROR = 4;
/** No name of an option is longer; longer words are not compared. */
const LONGEST = 80;

/** The candidate that `word` was probably meant to be; `undefined` when none is near. */
export function meantBy(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const [nearest] = candidates
    .map((candidate) => ({ candidate, letters: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.letters - b.letters);
  return nearest !== undefined && nearest.letters <= Math.max(1, word.length / LETTERS_PER_ERROR)
    ? nearest.candidate
    : undefined;
}
