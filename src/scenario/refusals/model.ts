import type { FieldName } from '../field-name';
import { reason } from './reason';

/** What may be wrong with a model and its router. */
export const modelReasons = {
  'not-stated': reason(
    'A size that decides the figures is stated nowhere.',
    ({ field }) => [field],
    ({ field, what }: { field: FieldName; what: string }) => `${what} is not stated: set ${field}.`,
  ),
  'model-not-known': reason(
    'No file says which model this is, or only by a name that the model catalog does not have.',
    ['model.name'],
    ({ name }: { name: string | null }) =>
      `${name === null ? 'No file says which model this is' : `Nothing is known of the model ${name}`}: name one of the model catalog (\`model:\` in a scenario file, --preset on the command line), or put its config.json beside this file.`,
  ),
  'not-known': reason(
    'A size that decides the figures is an expression that the files leave open.',
    ({ field }) => [field],
    ({ field, what, expression }: { field: FieldName; what: string; expression: string }) =>
      `${what} is open (${expression}): answer it in a scenario file, or set ${field}.`,
  ),
  'illegal-value': reason(
    'A value of the wrong kind or outside its range: negative, not a number, larger than is simulated, none of the choices.',
    ({ field }) => [field],
    ({ problem }: { field: FieldName; problem: string }) => problem,
  ),
  'family-not-simulated': reason(
    'Layers of a model family that is not simulated.',
    ['model.family'],
    ({ family }: { family: string }) =>
      `The model family ${family} is not simulated yet; docs/families.md lists those that are.`,
  ),
  'block-not-read': reason(
    "A decoder block of MaxText whose layers are not read, though the model's own config may be.",
    ['model.family'],
    ({ block }: { block: string }) =>
      `The layers of MaxText's decoder_block ${block} are not read yet; those of mixtral, qwen3_moe, qwen3_next, deepseek, deepseek4, glm5, gpt_oss, llama4 and gemma4 are.`,
  ),
  'variant-not-simulated': reason(
    'A part of the model that its family is simulated without.',
    ['model.family'],
    ({ sentence }: { sentence: string }) => sentence,
  ),
  'layer-pattern-not-read': reason(
    'An expression that says which layers have experts and is not understood.',
    ['model.moeLayerFrequency'],
    ({ pattern }: { pattern: string }) =>
      `The MoE layer pattern ${pattern} is not understood: write a number, or a list such as ([0]*3+[1]*58).`,
  ),
  'layer-pattern-too-short': reason(
    'A list that says for each layer whether it has experts, and ends before the last one.',
    ['model.moeLayerFrequency', 'model.layers'],
    ({ entries, layers }: { entries: number; layers: number }) =>
      `The MoE layer pattern has ${entries} entries for ${layers} layers: give one for each.`,
  ),
  'no-moe-layer': reason(
    'No layer of the model has routed experts.',
    ['model.firstDenseLayers', 'model.moeLayerFrequency', 'model.layers'],
    ({ layers }: { layers: number }) =>
      `None of the ${layers} layers has experts: lower model.firstDenseLayers or model.moeLayerFrequency.`,
  ),
  'top-k-exceeds-experts': reason(
    'A token wants more experts than there are.',
    ['model.topK', 'model.routedExperts'],
    ({ topK, experts }: { topK: number; experts: number }) =>
      `Top-k ${topK} exceeds the ${experts} routed experts: lower model.topK.`,
  ),
  'experts-over-groups': reason(
    "The router's groups do not divide the experts.",
    ['model.router.groups', 'model.routedExperts'],
    ({ experts, groups }: { experts: number; groups: number }) =>
      `${experts} experts do not divide into ${groups} expert groups: model.router.groups divides the experts.`,
  ),
  'more-groups-than-there-are': reason(
    'A token may use more expert groups than there are.',
    ['model.router.topkGroups', 'model.router.groups'],
    ({ topkGroups, groups }: { topkGroups: number; groups: number }) =>
      `A token may use ${topkGroups} expert groups, but there are ${groups}: lower model.router.topkGroups.`,
  ),
  'top-k-exceeds-groups': reason(
    'The groups that a token may use hold fewer experts than it wants.',
    ['model.topK', 'model.router.topkGroups', 'model.router.groups'],
    ({ topK, reachable, topkGroups }: { topK: number; reachable: number; topkGroups: number }) =>
      `Top-k ${topK} exceeds the ${reachable} experts of the ${topkGroups} groups that a token may use: raise model.router.topkGroups.`,
  ),
};
