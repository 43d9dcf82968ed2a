import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read } from '../../src/config/read';
import { disagreement, parseExpected } from './config/index-file';

/** Real files that people wrote, beside the project; they are not part of it. */
const CORPUS = join(process.cwd(), '..', 'shared', 'corpus');
const present = existsSync(join(CORPUS, 'INDEX.tsv'));
if (!present) console.info('The corpus is not here: its tests are skipped.');

interface Row {
  readonly path: string;
  readonly framework: string;
  readonly kind: string;
  readonly expected: string;
  readonly notes: string;
}

/** The index calls Kubernetes manifests by their operator; they are read as the engine that they start. */
const ENGINE_OF: Readonly<Record<string, string>> = {
  'k8s-dynamo': 'sglang',
  'k8s-llm-d': 'vllm',
  aiconfigurator: 'trtllm',
};

function rows(): Row[] {
  const [, ...lines] = readFileSync(join(CORPUS, 'INDEX.tsv'), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [path, , , , framework, kind, , expected, notes] = line.split('\t');
      return {
        path,
        framework: ENGINE_OF[framework ?? ''] ?? framework,
        kind,
        expected: expected ?? '',
        notes: notes ?? '',
      } as Row;
    });
}

const READ_HERE = [
  ['huggingface', 'hf'],
  ['megatron-lm', 'sh'],
  ['vllm', 'sh'],
  ['vllm', 'vllmargs'],
  ['vllm', 'yaml'],
  ['vllm', 'k8sargs'],
  ['sglang', 'yaml'],
  ['sglang', 'k8sargs'],
  ['deepspeed', 'dsjson'],
  ['torchtitan', 'toml'],
  ['maxtext', 'yaml'],
  ['axolotl', 'yaml'],
  ['trtllm', 'yaml'],
  ['megatron-lm', 'megyaml'],
  ['megatron-lm', 'envsh'],
  ['megatron-lm', 'runtimeconf'],
  ['megatron-bridge', 'hydrash'],
  ['ms-swift', 'sh'],
  ['ms-swift', 'yaml'],
  ['verl', 'hydrash'],
  ['deepspeed', 'sh'],
];
/** Of all items, the share that must be read as the index says; the others are explained beside the index. */
const FLOOR = 0.98;

describe.skipIf(!present)('the corpus', () => {
  it('is read as its index says', () => {
    let agreed = 0;
    const disagreements: string[] = [];
    const covered = rows().filter((row) =>
      READ_HERE.some(([framework, kind]) => row.framework === framework && row.kind === kind),
    );
    for (const row of covered) {
      if (row.notes.startsWith('NEGATIVE')) continue;
      const text = readFileSync(join(CORPUS, row.path), 'utf8');
      const document = read({ file: row.path, text });
      for (const item of parseExpected(row.expected)) {
        const why = disagreement(item, document?.facts ?? [], text);
        if (why === null) agreed++;
        else disagreements.push(`${row.path}: ${item.raw} ${why}`);
      }
    }
    const total = agreed + disagreements.length;
    console.info(`${agreed} of ${total} items agree\n${disagreements.join('\n')}`);
    expect(total).toBeGreaterThan(300);
    expect(agreed / total).toBeGreaterThanOrEqual(FLOOR);
  });

  it('recognises no file of another framework, and no dense model', () => {
    for (const row of rows()) {
      const text = readFileSync(join(CORPUS, row.path), 'utf8');
      const framework = read({ file: row.path, text })?.framework ?? null;
      const own = READ_HERE.some(([name, kind]) => row.framework === name && row.kind === kind);
      if (!own || row.notes.startsWith('NEGATIVE')) expect([row.path, framework]).toEqual([row.path, null]);
      else expect([row.path, framework]).toEqual([row.path, row.framework]);
    }
  });
});
