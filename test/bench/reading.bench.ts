import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseShell } from 'unbash';
import { bench, describe } from 'vitest';
import { MODEL_PRESETS } from '../../src/catalog/models';
import { mightBeOurs, read } from '../../src/config/read';
import { parseJson } from '../../src/config/syntax/json';
import { parseYaml } from '../../src/config/syntax/yaml';

const config = JSON.stringify(MODEL_PRESETS[0]!.config, null, 2);
const ignored = Array.from({ length: 60_000 }, (_, i) => `model.layers.${i}.self_attn.q_proj.weight`);
const large = JSON.stringify({ ...MODEL_PRESETS[0]!.config, quantization_config: { ignored } });
const foreign = JSON.stringify({ name: 'package', files: ignored });
const golden = (file: string) =>
  readFileSync(join(import.meta.dirname, '..', 'golden', 'megatron', file), 'utf8');
const script = golden('clean.sh');
const args = golden('MG005-arguments.yaml');

let counter = 0;
/** A text of its own each time: what was parsed last is kept. */
const fresh = (text: string) => `${text}\n# ${counter++}\n`;

describe('a model config', () => {
  bench('its syntax', () => {
    parseJson(config);
  });
  bench('reading it', () => {
    read({ file: 'config.json', text: config });
  });
});

describe('a model config of 3 MB', () => {
  bench('its syntax', () => {
    parseJson(large);
  });
  bench('reading it', () => {
    read({ file: 'config.json', text: large });
  });
});

describe('a launch script', () => {
  bench('its syntax', () => {
    parseShell(script);
  });
  bench('reading it', () => {
    read({ file: 'train.sh', text: fresh(script) });
  });
});

describe('arguments in YAML', () => {
  bench('their syntax', () => {
    parseYaml(args);
  });
  bench('reading them', () => {
    read({ file: 'arguments.yaml', text: fresh(args) });
  });
});

describe('3 MB of somebody else', () => {
  bench('a look, as often as it is typed in', () => {
    mightBeOurs(foreign, 'foreign.json');
  });
});
