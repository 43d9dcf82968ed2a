import { readText } from './files';
import { UsageError } from './usage';

/**
 * Loads of experts from a JSON file: [layers][experts] tokens, or [experts] for one layer.
 * @throws UsageError that says what in the file is not so.
 */
export function readLoads(path: string): number[][] {
  const value = parsed(path, readText(path));
  const layers = Array.isArray(value) && value.length > 0 && !value.some(Array.isArray) ? [value] : value;
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new UsageError(`${path}: loads are a list of layers, each a list of tokens per expert.`);
  }
  return layers.map((layer, index) => checkedLayer(path, layers, layer, index));
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkedLayer(path: string, layers: readonly unknown[], layer: unknown, index: number): number[] {
  if (!Array.isArray(layer) || layer.length === 0) {
    throw new UsageError(`${path}: layer ${index} is not a list of tokens per expert.`);
  }
  const first = layers[0];
  if (Array.isArray(first) && layer.length !== first.length) {
    throw new UsageError(
      `${path}: layer ${index} has ${layer.length} experts, layer 0 has ${first.length}; all layers have the same.`,
    );
  }
  return layer.map((tokens: unknown, expert) => {
    if (typeof tokens === 'number' && Number.isFinite(tokens) && tokens >= 0) return tokens;
    throw new UsageError(
      `${path}: the load of expert ${expert} in layer ${index} is ${JSON.stringify(tokens)}, not a number of tokens.`,
    );
  });
}
