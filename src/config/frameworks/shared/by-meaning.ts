import type { FactValue } from '../../fact';
import { entryOf } from '../../table';
import type { CommandFacts } from './command-facts';

/** What the values of an option mean for a scenario field. */
export type Meanings = Readonly<Record<string, FactValue>>;

/** Formats of a KV cache as engines spell them; `auto` keeps the model's own 16 bits. */
export const KV_CACHE_DTYPES: Meanings = {
  auto: 'bf16',
  bfloat16: 'bf16',
  bf16: 'bf16',
  float16: 'bf16',
  fp8: 'fp8',
  fp8_e4m3: 'fp8',
  fp8_e5m2: 'fp8',
  fp8_inc: 'fp8',
  // Of sparse MLA: 512 elements of one byte, their scales, and 64 of 16 bits (vllm/config/cache.py, CacheDType).
  fp8_ds_mla: 'fp8',
  fp4_e2m1: 'fp4',
  nvfp4: 'fp4',
};

/** States a scenario field by what the value of a framework's own option means; a value without a meaning leaves it open. */
export function deriveByMeaning(facts: CommandFacts, name: string, option: string, meanings: Meanings): void {
  const open = facts.open(option);
  if (open !== undefined) facts.leaveOpen(name, open, `depends on ${open.key}`);
  const from = facts.get(option);
  if (from === undefined) return;
  const written = String(from.value);
  const meaning = entryOf(meanings, written);
  if (meaning !== undefined) facts.derive(name, meaning, from, from.key, `${from.key} ${written}`);
  else facts.leaveOpen(name, { ...from, expression: written }, `${from.key} ${written} has no model here`);
}
