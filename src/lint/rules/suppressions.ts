import { didYouMean, nearest } from '../../scenario/spelling';
import { orList } from '../arithmetic';
import type { DocumentRule, RuleDescription, RuleHit } from '../rule';
import { type SuppressionComment, suppressionComments } from '../suppress';
import { everywhere } from './general-text';

/**
 * Rules on the comments that silence rules.
 *
 * @param all every rule that there is
 */
export function suppressionRules(all: () => readonly RuleDescription[]): readonly DocumentRule[] {
  return [
    {
      code: 'GN017',
      name: 'general/unknown-suppression',
      severity: 'info',
      frameworks: everywhere,
      summary: 'A comment silences a rule that does not exist',
      why: 'A comment silences the rules whose codes or names it lists. A word that is neither silences nothing, and the finding that it was written for is still said.',
      source: 'MoE Scope itself: docs/rules lists the codes and names.',
      example: {
        language: 'bash',
        bad: '# moe-scope: ignore MG05\ntorchrun pretrain_gpt.py --num-experts 64 --expert-model-parallel-size 8',
        good: '# moe-scope: ignore MG005\ntorchrun pretrain_gpt.py --num-experts 64 --expert-model-parallel-size 8',
      },
      limits: 'A reason is no list of rules: it stands behind `--`.',
      checkDocument: ({ file }, text) =>
        suppressionComments(file, text).flatMap((one) => unknownIn(one, all())),
    },
  ];
}

function unknownIn({ file, words }: SuppressionComment, all: readonly RuleDescription[]): readonly RuleHit[] {
  const isKnown = (word: string) =>
    all.some(({ code, name }) => word.toUpperCase() === code || word === name);
  const unknown = words.filter(({ word }) => !isKnown(word));
  const [first] = unknown;
  const last = unknown.at(-1);
  if (!first || !last) return [];
  const range = { start: first.range.start, end: last.range.end };
  const names = orList(unknown.map(({ word }) => word));
  if (unknown.length > 1) {
    return [
      { file, range, message: `There is no rule ${names}. A reason for the comment stands behind \`--\`.` },
    ];
  }
  const meant = nearest(
    first.word,
    first.word.includes('/') ? all.map(({ name }) => name) : all.map(({ code }) => code),
  );
  return [
    {
      file,
      range,
      message: `There is no rule ${names}, so that this silences nothing.${didYouMean(meant)}`,
      fixes: meant ? [{ title: `Write ${meant}`, edits: [{ file, range, newText: meant }] }] : [],
    },
  ];
}
