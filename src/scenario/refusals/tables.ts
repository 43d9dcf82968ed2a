import { reason } from './reason';

/** Where a table was read from; `null` where it came with the scenario. */
interface FromFile {
  readonly file: string | null;
}

const inFile = ({ file }: FromFile): string => (file === null ? '' : `${file}: `);

/** What may be wrong with placements, loads and traces. */
export const tableReasons = {
  'loads-missing': reason(
    'Routing by loads without loads.',
    ['routing.distribution', 'routing.loads'],
    () => 'routing.distribution loads needs a file of loads: name one, or take another distribution.',
  ),
  'loads-of-other-experts': reason(
    'Loads of another number of experts than the model has.',
    ['routing.loads', 'model.routedExperts'],
    ({ layer, columns, experts, ...from }: FromFile & { layer: number; columns: number; experts: number }) =>
      `${inFile(from)}layer ${layer} has loads of ${columns} experts, the model has ${experts}.`,
  ),
  'load-not-a-number': reason(
    'A load that is negative or not a number.',
    ['routing.loads'],
    ({ layer, expert, value, ...from }: FromFile & { layer: number; expert: number; value: number }) =>
      `${inFile(from)}the load of expert ${expert} in layer ${layer} is ${value}, not a number of tokens.`,
  ),
  'layer-without-load': reason(
    'A layer of the loads in which no expert has any.',
    ['routing.loads'],
    ({ layer, ...from }: FromFile & { layer: number }) =>
      `${inFile(from)}layer ${layer} has no load at all: leave the layer out.`,
  ),
  'trace-missing': reason(
    'Replay of a trace without a trace.',
    ['routing.distribution', 'routing.trace'],
    () => 'routing.distribution trace needs a file with a trace: name one, or take another distribution.',
  ),
  'trace-without-tokens': reason(
    'A trace without tokens.',
    ['routing.trace'],
    (from: FromFile) => `${inFile(from)}the trace has no tokens.`,
  ),
  'trace-of-other-router': reason(
    'A token of the trace that does not choose as the model does.',
    ['routing.trace', 'model.topK', 'model.routedExperts'],
    ({ token, topK, experts, ...from }: FromFile & { token: number; topK: number; experts: number }) =>
      `${inFile(from)}token ${token} does not have ${topK} different experts from 0 to ${experts - 1}.`,
  ),
  'layer-not-there': reason(
    'A MoE layer is asked for that the model, its loads or its trace do not have.',
    ['routing.layer'],
    ({ layer, layers, of }: { layer: number; layers: number; of: string }) =>
      `routing.layer ${layer} is not among the ${layers} MoE layers of the ${of}: the last is ${layers - 1}.`,
  ),
  'placement-missing': reason(
    'An explicit placement without a table of slots.',
    ['placement.strategy', 'placement.slots'],
    () => 'placement.strategy explicit needs a placement file: name one, or take another strategy.',
  ),
  'placement-without-slots': reason(
    'A placement without slots.',
    ['placement.slots'],
    (from: FromFile) => `${inFile(from)}the placement has no slots.`,
  ),
  'placement-rows-differ': reason(
    'Layers of a placement with different numbers of slots.',
    ['placement.slots'],
    ({ layer, slots, first, ...from }: FromFile & { layer: number; slots: number; first: number }) =>
      `${inFile(from)}layer ${layer} has ${slots} slots, layer 0 has ${first}: all layers have as many.`,
  ),
  'placement-of-other-layers': reason(
    'A placement whose layers are not those of the model.',
    ['placement.slots', 'model.layers'],
    ({ rows, moeLayers, layers, ...from }: FromFile & { rows: number; moeLayers: number; layers: number }) =>
      `${inFile(from)}${rows} layers are placed, the model has ${moeLayers} MoE layers (${layers} in all): give one row for all, or one for each.`,
  ),
  'slot-without-expert': reason(
    'A slot of the placement that holds no expert of the model.',
    ['placement.slots', 'model.routedExperts'],
    ({
      layer,
      slot,
      value,
      experts,
      ...from
    }: FromFile & { layer: number; slot: number; value: number; experts: number }) =>
      `${inFile(from)}slot ${slot} of layer ${layer} holds ${value}, not an expert from 0 to ${experts - 1}.`,
  ),
  'expert-without-slot': reason(
    'An expert of the model that the placement leaves out.',
    ['placement.slots', 'model.routedExperts'],
    ({ layer, expert, ...from }: FromFile & { layer: number; expert: number }) =>
      `${inFile(from)}layer ${layer} has no slot for expert ${expert}.`,
  ),
  'slots-do-not-match-experts': reason(
    'The slots of the placement are not the experts and redundant experts that are counted.',
    ['placement.redundantExperts', 'placement.slots', 'model.routedExperts'],
    ({ slots, experts, redundant }: { slots: number; experts: number; redundant: number }) =>
      `The placement has ${slots} slots, not ${experts} experts and ${redundant} redundant ones.`,
  ),
  'too-few-slots': reason(
    'Fewer slots than the model has experts.',
    ['placement.redundantExperts', 'model.routedExperts'],
    ({ slots, experts }: { slots: number; experts: number }) =>
      `${slots} slots cannot hold the ${experts} experts of the model: num_slots is at least ${experts}.`,
  ),
};
