import { weightDtypes } from '../choices';
import { choice, type Field, integer, LARGEST_EXPERTS, LARGEST_LAYERS } from './field';

/** The fields of a scenario's model. */
export const modelFields: readonly Field[] = [
  { name: 'model.name', label: 'Model', kind: 'text', meaning: 'Name of the model, for display.' },
  integer(
    'model.hiddenSize',
    'Hidden size',
    'Width of one token, in elements: what one row of the all-to-all carries.',
  ),
  integer('model.layers', 'Layers', 'Transformer layers, dense and MoE together.', 1, LARGEST_LAYERS),
  integer('model.vocabSize', 'Vocabulary', 'Rows of the embedding table.'),
  integer('model.intermediateSize', 'Dense MLP width', 'Width of the MLP in dense layers.', 0),
  integer('model.attentionHeads', 'Attention heads', 'Query heads; tensor parallelism must divide them.'),
  integer('model.kvHeads', 'KV heads', 'Key and value heads (grouped-query attention).'),
  integer('model.headDim', 'Head size', 'Width of one attention head.'),
  integer(
    'model.routedExperts',
    'Experts',
    'Routed experts per MoE layer; expert parallelism spreads them over ranks.',
    1,
    LARGEST_EXPERTS,
  ),
  integer('model.topK', 'Top-k', 'Experts that each token is sent to.'),
  integer('model.expertIntermediateSize', 'Expert width', 'Width of the MLP of one routed expert.'),
  integer(
    'model.sharedExperts',
    'Shared experts',
    'Experts that every token uses; they are not dispatched.',
    0,
  ),
  integer(
    'model.sharedExpertIntermediateSize',
    'Shared expert width',
    'Width of all shared experts together.',
    0,
  ),
  integer('model.firstDenseLayers', 'First dense layers', 'Layers at the start that have a dense MLP.', 0),
  integer('model.moeLayerFrequency', 'MoE every n layers', 'One layer in so many is a MoE layer.'),
  integer(
    'model.mtpLayers',
    'MTP modules',
    'Multi-token-prediction modules, trained and stored with the model.',
    0,
  ),
  integer(
    'model.zeroExperts',
    'Zero experts',
    'Experts that return their input: the router may choose them, and nothing is sent.',
    0,
    LARGEST_EXPERTS,
  ),
  integer('model.router.groups', 'Expert groups', 'Groups for group-limited routing; 1 when unlimited.'),
  integer('model.router.topkGroups', 'Groups per token', 'Expert groups that one token may use.'),
  choice('model.weightDtype', 'Weights', weightDtypes, 'Storage format of the weights when served.'),
];
