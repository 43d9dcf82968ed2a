import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mightBeArtefact, readArtefact } from '../../../../src/config/artefacts';
import { record } from './reading';

const HEAD = 20_000;

test('nothing that the packages of this project hold is taken for loads, a trace or a placement', () => {
  const taken: string[] = [];
  let seen = 0;
  let lookedAt = 0;
  const visit = (folder: string, depth: number) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < 5) visit(path, depth + 1);
      else if (entry.isFile() && /\.(json|jsonl|csv|tsv|ya?ml)$/.test(entry.name)) {
        const text = readFileSync(path, 'utf8');
        seen++;
        if (!mightBeArtefact(text.slice(0, HEAD))) continue;
        lookedAt++;
        if (readArtefact({ file: path, text }) !== null) taken.push(path);
      }
    }
  };
  visit(join(process.cwd(), 'node_modules'), 0);
  expect(seen).toBeGreaterThan(100);
  expect(taken).toEqual([]);
  expect(lookedAt / seen, 'files that are read to find out').toBeLessThan(0.01);
});

test.each([
  ['location.json', '{"physical_to_logical_map": [[0, 1, 2, 0], [2, 1, 0, 2]]}'],
  ['counts.json', '{\n  "rank": 0,\n  "logical_count": [[1, 2], [3, 4]]\n}'],
  ['loads.json', '{"expert_load": [[1, 2, 3], [3, 4, 5]]}'],
  ['place.json', '{"phy2log": [[0, 1], [1, 0]]}'],
  [
    'map.json',
    '{"moe_layer_count": 1, "layer_list": [{"layer_id": 0, "device_list": [{"device_expert": [0, 1]}]}]}',
  ],
  ['balancer.yaml', 'num_slots: 2\ninitial_global_assignments:\n  3: [0, 1]\n'],
  ['trace.jsonl', record(0, 3, [[0, 1]])],
  ['other.jsonl', '{"layer": 0, "batch_id": 0, "topk_experts": [[0, 1]]}'],
  ['loads.csv', 'step,Layer_ID,expert,tokens\n0,0,1,5\n'],
  ['wide.tsv', '"moe_layer"\texpert_0\texpert_1\n3\t5\t6\n'],
  ['marked.csv', '\uFEFFlayer;expert;tokens\n1;0;5\n'],
])('%s shows at its beginning what it may be', (file, text) => {
  expect(readArtefact({ file, text })).not.toBeNull();
  expect(mightBeArtefact(text)).toBe(true);
});
