import type { Fact, FactValue } from '../../fact';
import { entryOf } from '../../table';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'AI-Hypercomputer/maxtext@e591f30c: src/maxtext/configs/base.yml';

/** What one decoder block makes of the keys of a model. */
type Decoder = (make: DecoderFacts) => void;

/** The facts of a model, and its decoder block, on which all that is added here rests; nothing, where a key that it asks for is open. */
class DecoderFacts {
  private isOpen = false;

  constructor(
    private readonly facts: CommandFacts,
    private readonly block: Fact,
  ) {}

  /** The number under a key of its own, or the default of base.yml. */
  number(own: string, otherwise: number): number {
    this.isOpen ||= this.facts.open(own) !== undefined;
    return this.facts.number(own) ?? otherwise;
  }

  /** Whether a switch of its own is on. */
  isOn(own: string): boolean {
    this.isOpen ||= this.facts.open(own) !== undefined;
    return this.facts.get(own)?.value === true;
  }

  /** Layers of the model that `chooses`. */
  layers(chooses: (layer: number) => boolean): readonly number[] {
    const count = this.number('model.layers', 0);
    return Array.from({ length: count }, (_, layer) => layer).filter(chooses);
  }

  set(values: Readonly<Record<string, FactValue>>): void {
    if (this.isOpen) return;
    const rule = `decoder_block ${String(this.block.value)} (${SOURCE})`;
    for (const [name, value] of Object.entries(values))
      this.facts.replace(name, value, this.block, 'decoder_block', rule);
  }
}

/**
 * Decoder blocks whose layers differ among themselves. Source: AI-Hypercomputer/maxtext src/maxtext/models/llama4.py
 * (determine_is_nope_layer, determine_is_moe_layer), gemma4.py (GEMMA4_ATTENTION_PATTERN, Gemma4DecoderLayer), gpt_oss.py, qwen3.py
 * (Qwen3NextDecoderLayer, Qwen3NextSparseMoeBlock), @004ba5a9 to @00a1eaaa.
 */
const DECODERS: Readonly<Record<string, Decoder>> = {
  llama4(make) {
    const interval = make.number('maxtext.nopeLayerInterval', -1);
    const window = make.number('maxtext.chunkAttentionWindow', 0);
    const step = Math.max(1, make.number('model.moeLayerFrequency', 1));
    make.set({ 'model.moeLayerOffset': step - 1, 'model.router.scoreFunction': 'sigmoid' });
    if (window === 0) return;
    const chunks = make.layers((layer) => interval <= 0 || (layer + 1) % interval !== 0);
    make.set({ 'model.slidingWindow': window, 'model.slidingLayers': chunks });
  },
  gemma4(make) {
    const headDim = make.number('model.headDim', 128);
    const kvHeads = make.number('model.kvHeads', 1);
    make.set({
      'model.slidingAttention.attentionHeads': make.number('model.attentionHeads', 1),
      'model.slidingAttention.kvHeads': kvHeads,
      'model.slidingAttention.headDim': headDim,
      'model.slidingAttention.valueHeadDim': headDim,
      'model.headDim': make.number('maxtext.globalHeadDim', 0) || headDim,
      'model.kvHeads': make.number('maxtext.globalKvHeads', 0) || kvHeads,
      'model.valuesAreKeys': make.isOn('maxtext.shareKvProjections'),
      'model.slidingWindow': make.number('maxtext.slidingWindowSize', 0),
      'model.slidingLayers': make.layers((layer) => layer % 6 !== 5),
      'model.qkNorm': 'per-head',
      'model.sharedExpertIntermediateSize':
        make.number('model.sharedExperts', 0) * make.number('model.intermediateSize', 0),
      'model.extraNorms': 5,
      'model.routerScales': true,
    });
  },
  gpt_oss(make) {
    const window = make.number('maxtext.slidingWindowSize', 0);
    make.set({
      'model.attentionSinks': true,
      'model.expertBias': true,
      'model.outputBias': make.isOn('maxtext.attentionBias'),
    });
    if (window > 0)
      make.set({
        'model.slidingWindow': window,
        'model.slidingLayers': make.layers((layer) => layer % 2 === 0),
      });
  },
  qwen3_moe(make) {
    if (make.isOn('maxtext.useQkNorm')) make.set({ 'model.qkNorm': 'per-head' });
  },
  qwen3_next(make) {
    const cycle = Math.max(1, make.number('maxtext.layerCycle', 1));
    make.set({
      'model.linear.kind': 'gated-deltanet',
      'model.linear.keyHeads': make.number('maxtext.gdnNumKeyHeads', 16),
      'model.linear.valueHeads': make.number('maxtext.gdnNumValueHeads', 32),
      'model.linear.keyHeadDim': make.number('maxtext.gdnKeyHeadDim', 128),
      'model.linear.valueHeadDim': make.number('maxtext.gdnValueHeadDim', 128),
      'model.linear.convKernel': make.number('maxtext.gdnConvKernelDim', 4),
      'model.linear.convBias': false,
      'model.linearLayers': make.layers((layer) => (layer + 1) % cycle !== 0),
      'model.attentionGate': 'full-width',
      'model.qkNorm': make.isOn('maxtext.useQkNorm') ? 'per-head' : 'none',
      'model.sharedExpertGate': make.number('model.sharedExperts', 0) > 0,
    });
  },
};

/** What the model's decoder block makes of its keys, beside what all blocks do. */
export function addDecoder(facts: CommandFacts): void {
  const block = facts.get('maxtext.decoderBlock');
  if (block !== undefined) entryOf(DECODERS, String(block.value))?.(new DecoderFacts(facts, block));
}
