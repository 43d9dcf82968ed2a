import { bench, describe } from 'vitest';
import { readArtefactInSteps } from '../../src/config/artefacts';
import { runToEnd } from '../../src/sim/simulate';

const EXPERTS = 256;
const LAYERS = 58;

/** Records of one step, as Megatron-LM's tracer writes them, with about this many bytes in all. */
function trace(tokens: number, bytes: number): Uint8Array {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const lines: string[] = [];
  for (let length = 0, i = 0; length < bytes; i++) {
    const rows = Array.from({ length: tokens }, () => {
      const first = Math.floor(random() ** 2 * EXPERTS);
      return Array.from({ length: 8 }, (_, k) => (first + k * 31) % EXPERTS).join(', ');
    });
    const head = `{"step": ${Math.floor(i / LAYERS)}, "stage": "pre_dispatch", "block": "decoder", "layer": ${i % LAYERS}, "rank": 0, "num_tokens": ${tokens}, "topk": 8, `;
    const line = `${head}"top_indices": [[${rows.join('], [')}]]}\n`;
    lines.push(line);
    length += line.length;
  }
  return new TextEncoder().encode(lines.join(''));
}

function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What a reader that parses each line would need for the parsing alone. */
function parseLines(bytes: Uint8Array): number {
  const decoder = new TextDecoder();
  let tokens = 0;
  for (let start = 0, end = bytes.indexOf(10); end !== -1; start = end + 1, end = bytes.indexOf(10, start)) {
    tokens += JSON.parse(decoder.decode(bytes.subarray(start, end))).top_indices.length;
  }
  return tokens;
}

describe.each([
  ['prefill, 4,096 tokens a record', trace(4_096, 40e6)],
  ['decode, 4 tokens a record', trace(4, 40e6)],
])('40 MB of a router trace: %s', (_, bytes) => {
  const options = { iterations: 3, warmupIterations: 1, time: 0 };
  bench(
    'summed up',
    () => {
      runToEnd(
        readArtefactInSteps({ file: 'trace.jsonl', chunks: pieces(bytes, 2 ** 20), size: bytes.length }),
      );
    },
    options,
  );
  bench('JSON.parse of the same lines', () => void parseLines(bytes), options);
});
