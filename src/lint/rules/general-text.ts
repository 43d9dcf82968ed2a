import { conflictOf } from '../../config/conflict';
import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import { orList } from '../arithmetic';
import type { DocumentRule } from '../rule';

/** Files of every format. */
export const everywhere = [
  'huggingface',
  ...MEGATRON_CORE_FRAMEWORKS,
  'deepspeed',
  'torchtitan',
  'maxtext',
  'axolotl',
  'vllm',
  'sglang',
  'trtllm',
] as const;

/** Rules on the text of a file. */
export const textRules: readonly DocumentRule[] = [
  {
    code: 'MS000',
    name: 'general/syntax',
    severity: 'error',
    frameworks: everywhere,
    summary: 'The file cannot be read as it stands',
    why: 'Something in the text keeps it from being read as the program that gets it would read it: an unclosed quote or brace, a line ending of another system.',
    source: 'The grammar of the file: JSON (RFC 8259), bash.',
    example: {
      language: 'bash',
      bad: 'torchrun pretrain_gpt.py --data-path "/data/my corpus',
      good: 'torchrun pretrain_gpt.py --data-path "/data/my corpus"',
    },
    checkDocument(document, text) {
      if (text !== undefined && conflictOf(text)) return [];
      return document.problems.map((problem) => ({
        file: document.file,
        range: problem.range,
        message: problem.message,
        severity: problem.severity,
      }));
    },
  },
  {
    code: 'GN001',
    name: 'general/conflict-markers',
    severity: 'error',
    frameworks: everywhere,
    summary: 'The file holds git conflict markers',
    why: 'A merge was not finished: both versions stand in the file, and no program can read it.',
    source: 'git merge; a published llm-d deployment file was found with them.',
    example: {
      language: 'bash',
      bad: '<<<<<<< HEAD\nEP=8\n=======\nEP=16\n>>>>>>> main',
      good: 'EP=16',
    },
    checkDocument(document, text) {
      const range = text === undefined ? undefined : conflictOf(text);
      if (!range) return [];
      return [
        {
          file: document.file,
          range,
          message: `The merge is not finished: keep one side and delete the lines with ${orList(['<<<<<<<', '=======', '>>>>>>>'])}.`,
        },
      ];
    },
  },
];
