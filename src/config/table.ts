/**
 * What a table says of a word that a file holds. An object has `constructor` and `toString` too, which are no entries:
 * a file may well have such a key.
 */
export function entryOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
