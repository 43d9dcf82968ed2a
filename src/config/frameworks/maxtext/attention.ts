import type { Fact } from '../../fact';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'AI-Hypercomputer/maxtext@e591f30c: src/maxtext/configs/base.yml';

/** Sizes of the indexer of sparse attention, with the defaults of base.yml. */
const INDEXER: readonly (readonly [name: string, own: string, key: string, value: number])[] = [
  ['model.indexer.heads', 'maxtext.indexerHeads', 'indexer_n_heads', 64],
  ['model.indexer.headDim', 'maxtext.indexerHeadDim', 'indexer_head_dim', 128],
  ['model.indexer.topK', 'maxtext.indexerTopk', 'indexer_topk', 2048],
];

function addIndexer(facts: CommandFacts, rule: string): void {
  for (const [name, own, key, value] of INDEXER) {
    facts.byDefault(own, value, key, SOURCE);
    const fact = facts.get(own);
    if (fact !== undefined) facts.derive(name, fact.value, fact, fact.key, rule);
  }
}

/** Layers whose letter in the pattern is S reuse what an earlier layer chose. */
function addSharedIndexers(facts: CommandFacts): void {
  const pattern = facts.get('maxtext.indexSharePattern');
  if (facts.get('maxtext.useIndexShare')?.value !== true || typeof pattern?.value !== 'string') return;
  const shared = [...pattern.value].flatMap((letter, layer) => (letter === 'S' ? [layer] : []));
  facts.derive('model.indexer.sharedLayers', shared, pattern, pattern.key, 'the layers with S');
}

/** What the keys of a `deepseek4` decoder are in the terms of its published config. */
const COMPRESSED: readonly (readonly [name: string, own: string])[] = [
  ['model.compressed.queryRank', 'maxtext.qLoraRank'],
  ['model.compressed.outputGroups', 'maxtext.oGroups'],
  ['model.compressed.outputRank', 'maxtext.oLoraRank'],
  ['model.residualStreams', 'maxtext.mhcExpansionRate'],
  ['model.hashLayers', 'maxtext.firstNumHashLayers'],
  ['model.slidingWindow', 'maxtext.slidingWindowSize'],
];

/** Entries of `compress_ratios` and the layers that have them: a window alone, tokens that are chosen, all of them. */
const RATIOS: readonly (readonly [ratio: number, name: string])[] = [
  [0, 'model.slidingLayers'],
  [4, 'model.compressed.chosenLayers'],
  [128, 'model.compressed.allLayers'],
];

function addCompressed(facts: CommandFacts, block: Fact): void {
  const rule = 'decoder_block deepseek4';
  addIndexer(facts, rule);
  for (const [name, own] of COMPRESSED) {
    const fact = facts.get(own);
    if (fact !== undefined) facts.derive(name, fact.value, fact, fact.key, rule);
  }
  facts.derive('model.attentionSinks', true, block, block.key, rule);
  const ratios = facts.get('maxtext.compressRatios');
  if (!Array.isArray(ratios?.value)) return;
  const list = ratios.value as readonly number[];
  for (const [ratio, name] of RATIOS) {
    const layers = list.flatMap((entry, layer) => (entry === ratio ? [layer] : []));
    facts.derive(name, layers, ratios, ratios.key, `the layers with ${ratio}`);
  }
  facts.derive('model.compressed.chosenRate', 4, ratios, ratios.key, 'tokens of one chosen entry');
  facts.derive('model.compressed.allRate', 128, ratios, ratios.key, 'tokens of one entry');
}

/** Sparse attention, and attention to compressed tokens (src/maxtext/configs/models/: deepseek3.2, glm5.2, deepseek4). */
export function addAttention(facts: CommandFacts): void {
  const block = facts.get('maxtext.decoderBlock');
  if (block?.value === 'deepseek4') addCompressed(facts, block);
  else if (facts.get('maxtext.useIndexer')?.value === true) {
    addIndexer(facts, 'use_indexer');
    addSharedIndexers(facts);
  }
}
