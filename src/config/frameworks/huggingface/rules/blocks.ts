import type { TextRange } from '../../../fact';
import { entryOf } from '../../../table';
import type { Builder } from '../builder';

export type BlockKind = 'mamba' | 'attention' | 'moe' | 'mlp';

/** Names of the sub-layers: in a list (its older names too), and as letters of a pattern. */
const NAMES: Readonly<Record<string, BlockKind>> = {
  mamba: 'mamba',
  linear_attention: 'mamba',
  attention: 'attention',
  full_attention: 'attention',
  moe: 'moe',
  mlp: 'mlp',
  M: 'mamba',
  '*': 'attention',
  E: 'moe',
  '-': 'mlp',
};

interface Blocks {
  /** `undefined` where one entry is of no known kind. */
  readonly kinds: readonly BlockKind[] | undefined;
  readonly written: string;
  readonly key: string;
  readonly place: { readonly range: TextRange; readonly keyRange: TextRange };
}

/**
 * The single sub-layer that each layer of Nemotron-H is: `layers_block_type`, or `hybrid_override_pattern` before it.
 * Source: transformers configuration_nemotron_h.py.
 */
export function blockKinds(facts: Builder): Blocks | undefined {
  for (const key of ['layers_block_type', 'layer_types', 'hybrid_override_pattern']) {
    const member = facts.member(key);
    const text = facts.text(key);
    const entries = text === undefined ? facts.strings(key) : [...text];
    if (member === undefined || entries === undefined) continue;
    const kinds = entries.map((entry) => entryOf(NAMES, entry ?? ''));
    return {
      kinds: kinds.every((kind) => kind !== undefined) ? kinds : undefined,
      written: entries.join(text === undefined ? ', ' : ''),
      key,
      place: { range: member.valueRange, keyRange: member.keyRange },
    };
  }
  return undefined;
}
