import type { OptionChoice } from '../../catalog/choices/choice';
import { MEGATRON_CHOICES } from '../../catalog/choices/megatron';
import { SGLANG_CHOICES } from '../../catalog/choices/sglang';
import { TRTLLM_CHOICES } from '../../catalog/choices/trtllm';
import { VLLM_CHOICES } from '../../catalog/choices/vllm';
import type { Fact, FrameworkId } from '../../config/fact';
import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import { nearest } from '../../scenario/spelling';
import { fix, literalPlace, setValue } from '../edits';
import type { TextEdit } from '../finding';
import type { Rule, RuleContext, RuleHit } from '../rule';
import { literalSource, report, textOf } from './common';

/** Whose options choose from which lists. */
const CHOICES: readonly {
  readonly frameworks: readonly FrameworkId[];
  readonly choices: readonly OptionChoice[];
}[] = [
  { frameworks: [...MEGATRON_CORE_FRAMEWORKS, 'areal'], choices: MEGATRON_CHOICES },
  { frameworks: ['vllm'], choices: VLLM_CHOICES },
  { frameworks: ['sglang'], choices: SGLANG_CHOICES },
  { frameworks: ['trtllm'], choices: TRTLLM_CHOICES },
];

/** Letters by which a slip may differ; more, and it may be a word of a newer version. */
const slip = (length: number): number => (length >= 8 ? 2 : 1);

/** Nothing where only a number differs: `deepep_v3` comes after `deepep_v2`. */
const isNewer = (word: string, known: string): boolean =>
  word.replaceAll(/\d/g, '') === known.replaceAll(/\d/g, '');

/** The edit that puts another word in the place of one, of several in the same text or alone. */
function replaceWord(context: RuleContext, fact: Fact, word: string, meant: string): TextEdit | null {
  const text = literalSource(context, fact);
  if (word === fact.value) return setValue(fact, meant, text);
  const { file, range } = literalPlace(fact);
  const written = text?.slice(range.start, range.end) ?? '';
  const found = [...written.matchAll(/[\w-]+/g)].filter(([one]) => one === word);
  const start = range.start + (found[0]?.index ?? 0);
  return found.length === 1 ? { file, range: { start, end: start + word.length }, newText: meant } : null;
}

function misspelt(context: RuleContext, { name, words, several, takesDashes }: OptionChoice): RuleHit[] {
  const fact = context.written(name);
  const text = textOf(fact);
  if (!fact || text === undefined) return [];
  const plain = (word: string) => (takesDashes ? word.replaceAll('-', '_') : word).toLowerCase();
  const written = several ? text.split(/[\s,'"[\]]+/).filter(Boolean) : [text];
  return written.flatMap((word) => {
    if (words.some((known) => known.toLowerCase() === plain(word))) return [];
    const meant = nearest(word, words, slip);
    if (meant === undefined || isNewer(word, meant)) return [];
    return report([fact], `${fact.key} has no ${word}: did you mean ${meant}?`, {
      fixes: fix(`Use ${meant}`, [replaceWord(context, fact, word, meant)], true),
    });
  });
}

/** Rules on words that options choose from. */
export const wordRules: readonly Rule[] = [
  {
    code: 'GN018',
    name: 'general/misspelt-choice',
    severity: 'error',
    frameworks: [...new Set(CHOICES.flatMap(({ frameworks }) => frameworks))],
    ofRollouts: true,
    summary: 'An option has no such choice',
    why: 'The option takes one word of a list, and this word is not on it. Most programs stop when they read their options; --eplb-algorithm of SGLang only stops when the experts are balanced for the first time.',
    source:
      'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py; vllm-project/vllm@00193b82: vllm/config/parallel.py, @00634b8a: config/kernel.py, @002f10e0: config/cache.py; sgl-project/sglang@0099dee6: srt/arg_groups/choices.py, @01d795f8: fields/exec_.py, @046f88cb: srt/eplb/eplb_algorithms; NVIDIA/TensorRT-LLM@00043967: llm_args.py (MoeConfig)',
    limits:
      'Only for words that are nearly a known one, of this version or an older one: newer versions may have others.',
    example: {
      language: 'bash',
      bad: '  --moe-token-dispatcher-type altoall',
      good: '  --moe-token-dispatcher-type alltoall',
    },
    check(context) {
      const own = CHOICES.filter(({ frameworks }) => frameworks.includes(context.job.framework));
      return own.flatMap(({ choices }) => choices.flatMap((choice) => misspelt(context, choice)));
    },
  },
];
