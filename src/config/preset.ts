import type { ModelPreset } from '../catalog/presets/preset';
import type { Fact, ReadDocument } from './fact';
import { huggingFace } from './frameworks/huggingface/huggingface';

/** A preset as the document that its config file would be; its `file` is `preset:<id>`. */
function presetDocument(preset: ModelPreset): ReadDocument {
  const file = `preset:${preset.id}`;
  const document = huggingFace.read({ file, text: JSON.stringify(preset.config, null, 2) });
  if (document === null) throw new Error(`The preset ${preset.id} is not a model config.`);
  return document;
}

const known = new Map<string, readonly Fact[]>();

/** Facts of a preset, read once. */
export function presetFacts(preset: ModelPreset): readonly Fact[] {
  const facts = known.get(preset.id) ?? presetDocument(preset).facts;
  known.set(preset.id, facts);
  return facts;
}
