import { bench, describe } from 'vitest';
import { MODEL_PRESETS } from '../../src/catalog/models';
import { mightBeOurs, read } from '../../src/config/read';

const config = JSON.stringify(MODEL_PRESETS[0]!.config, null, 2);
const ignored = Array.from({ length: 60_000 }, (_, i) => `model.layers.${i}.self_attn.q_proj.weight`);
const large = JSON.stringify({ ...MODEL_PRESETS[0]!.config, quantization_config: { ignored } });
const foreign = JSON.stringify({ name: 'package', files: ignored });

describe('reading', () => {
  bench('a model config', () => {
    read({ file: 'config.json', text: config });
  });
  bench('a model config of 3 MB', () => {
    read({ file: 'config.json', text: large });
  });
  bench('3 MB of somebody else: a look, as often as it is typed in', () => {
    mightBeOurs(foreign);
  });
});
