/** The value of a key, made where it is asked for first. */
export function inMap<K, V>(known: Pick<Map<K, V>, 'get' | 'set'>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/** A function that works each value out once. */
export function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/** A value that is worked out when it is asked for first. */
export function lazily<V>(make: () => V): () => V {
  let made: V | undefined;
  return () => (made ??= make());
}
