import type { TextRange } from '../../fact';

/**
 * The grammar of AReaL's allocation modes (inclusionAI/AReaL@092b0d08: areal/api/alloc_mode.py, ALLOCATION_GRAMMAR), and
 * what it was before: a dot for the colon, `m` for the tensor dimension, a trainer without its backend (0.3).
 * `sglang:d8t8+megatron:(attn:d8p4t2|ffn:e8)`: components on GPUs of their own, `|` between those that share theirs.
 */

/** One size of a component: `t8`. Offsets are in the whole expression. */
export interface Dimension {
  readonly name: string;
  readonly size: number;
  /** Of the number. */
  readonly range: TextRange;
  /** Of the letter. */
  readonly keyRange: TextRange;
}

export interface Component {
  /** `undefined` where an old file leaves it out. */
  readonly backend: string | undefined;
  readonly backendRange: TextRange;
  /** `sglang[rollout]:…` names it. */
  readonly name: string | undefined;
  readonly isRollout: boolean;
  readonly dimensions: readonly Dimension[];
  /** Attention and experts are laid out apart. */
  readonly isHybrid: boolean;
}

const ROLLOUT: ReadonlySet<string> = new Set(['sglang', 'vllm']);
const COMMON = {
  d: 'layout.dp',
  t: 'layout.tp',
  m: 'layout.tp',
  p: 'layout.pp',
  c: 'layout.cp',
  e: 'layout.ep',
} as const;
/** Of the experts' own grid only these are free: its DP follows, its PP is that of attention. */
const EXPERTS = { t: 'layout.etp', e: 'layout.ep' } as const;

const COMPONENT = /^\s*(?:(sglang|vllm|fsdp|megatron|archon)\s*(?:\[\s*(\w+)\s*\])?\s*[:.])?\s*(.*?)\s*$/s;
const DIMENSIONS = /^(?:\s*[dtpcem]\s*[1-9]\d*)+\s*$/;
const HYBRID = /^(\()?\s*attn\s*:\s*([^|()]*)\|\s*ffn\s*:\s*([^|()]*)(\))?$/s;

function dimensionsOf(text: string, offset: number, names: Readonly<Record<string, string>>): Dimension[] {
  return [...text.matchAll(/([a-z])\s*(\d+)/g)].flatMap((match) => {
    const name = names[match[1]!];
    if (name === undefined) return [];
    const start = offset + match.index;
    const end = start + match[0].length;
    const range = { start: end - match[2]!.length, end };
    return [{ name, size: Number(match[2]), range, keyRange: { start, end: start + 1 } }];
  });
}

/** One component that starts at `offset` of the expression; `null` when it is none. */
function componentOf(text: string, offset: number): Component | null {
  const match = COMPONENT.exec(text);
  const body = match?.[3] ?? '';
  const backend = match?.[1];
  const from = text.lastIndexOf(body);
  const at = offset + text.length - text.trimStart().length;
  const base = {
    backend,
    backendRange: { start: at, end: at + (backend?.length ?? text.trim().length) },
    name: match?.[2],
    isRollout: backend !== undefined && ROLLOUT.has(backend),
  };
  if (DIMENSIONS.test(body)) {
    return { ...base, isHybrid: false, dimensions: dimensionsOf(body, offset + from, COMMON) };
  }
  const [, opened, attention = '', experts = '', closed] = HYBRID.exec(body) ?? [];
  if (opened?.length !== closed?.length || !DIMENSIONS.test(attention) || !DIMENSIONS.test(experts))
    return null;
  const dimensions = [
    ...dimensionsOf(attention, offset + from + body.indexOf(attention, body.indexOf(':')), COMMON),
    ...dimensionsOf(experts, offset + from + body.indexOf(experts, body.indexOf('ffn')), EXPERTS),
  ];
  return { ...base, isHybrid: true, dimensions };
}

/** Cuts at a sign that stands outside parentheses. */
function cutAt(text: string, sign: '+' | '|'): { text: string; offset: number }[] {
  const parts: { text: string; offset: number }[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (i < text.length && (text[i] !== sign || depth > 0)) continue;
    parts.push({ text: text.slice(start, i), offset: start });
    start = i + 1;
  }
  return parts;
}

/** `attn:… | ffn:…` may stand without parentheses; its bar parts no components. */
const alternatives = (text: string): { text: string; offset: number }[] =>
  /:\s*attn\s*:/.test(text) ? [{ text, offset: 0 }] : cutAt(text, '|');

/** Nobody writes so much of it. */
const MAX_LENGTH = 1_000;

/** The components of an expression; `null` for one that is not of the grammar. */
export function parseAllocation(expression: string): Component[] | null {
  if (expression.length > MAX_LENGTH) return null;
  const parts = cutAt(expression, '+').flatMap((part) =>
    alternatives(part.text).map((inner) => componentOf(inner.text, part.offset + inner.offset)),
  );
  const known = parts.filter((part) => part !== null);
  return known.length === parts.length && known.some(({ backend }) => backend !== undefined) ? known : null;
}
