/** Throws with the message unless the condition holds; the web extension host has no node:assert. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Throws unless both values have the same JSON text. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  assert(seen === wanted, `${what}: ${seen}, expected ${wanted}`);
}
