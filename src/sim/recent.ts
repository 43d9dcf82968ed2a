/** Values that were asked for last. */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

/**
 * Keeps values by key as long as they weigh `capacity` together; the one that nobody asked for the longest goes first.
 * The latest is kept whatever it weighs.
 */
export function recent<V>(capacity: number, weightOf: (value: V) => number = () => 1): Recent<V> {
  const values = new Map<string, V>();
  let weight = 0;
  let newest: string | null = null;
  const drop = (key: string): void => {
    const value = values.get(key);
    if (value === undefined) return;
    values.delete(key);
    weight -= weightOf(value);
  };
  return {
    get: (key) => {
      const value = values.get(key);
      if (value === undefined || key === newest) return value;
      values.delete(key);
      values.set(key, value);
      newest = key;
      return value;
    },
    set: (key, value) => {
      drop(key);
      values.set(key, value);
      newest = key;
      weight += weightOf(value);
      for (const oldest of values.keys()) {
        if (weight <= capacity || values.size === 1) break;
        drop(oldest);
      }
    },
  };
}
