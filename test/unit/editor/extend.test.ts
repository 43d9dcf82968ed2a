import { describe, expect, test } from 'vitest';
import { read } from '../../../src/config/read';
import { extension } from '../../../src/editor/scenario-file/extend';

const OPEN = {
  variables: new Map([
    ['EP', ['EP']],
    ['1', ['TP', 'DP']],
  ]),
  fields: ['layout.pp'],
};

/** The scenario file with what is open added, `|` where the cursor goes. */
function extended(text: string, open = OPEN): string | null {
  const scenario = read({ file: 'a.moe.yaml', text })?.scenario ?? { entries: [] };
  const added = extension(text, scenario, open);
  if (!added) return null;
  const { offset, newText, cursor } = added;
  return `${text.slice(0, offset)}${newText.slice(0, cursor)}|${newText.slice(cursor)}${text.slice(offset)}`;
}

describe('a scenario file gets a place for each answer', () => {
  test.each([
    [
      'behind the job',
      'job: train.sh\ncluster: { nodes: 2 }\n',
      'job: train.sh\nvariables:\n  EP: | # decides EP\n  "1":  # decides TP, DP\ncluster: { nodes: 2 }\n',
    ],
    [
      'behind the answers that are there',
      'job: train.sh\nvariables:\n    TP: 2 # two\nlayout.cp: 2\n',
      'job: train.sh\nvariables:\n    TP: 2 # two\n    EP: | # decides EP\n    "1":  # decides TP, DP\nlayout.cp: 2\n',
    ],
    [
      'in braces',
      'job: train.sh\nvariables: { TP: 2 }\n',
      'job: train.sh\nvariables: { TP: 2, EP: |, "1":  }\n',
    ],
    [
      'under an empty section, with the line ends of the file',
      'job: train.sh\r\nvariables:\r\n',
      'job: train.sh\r\nvariables:\r\n  EP: | # decides EP\r\n  "1":  # decides TP, DP\r\n',
    ],
    [
      'as pins, when every name has an answer',
      'variables: { EP: 8, "1": 2 }',
      'variables: { EP: 8, "1": 2 }\nlayout.pp: |\n',
    ],
  ])('%s', (_, before, after) => expect(extended(before)).toBe(after));

  test('and stays readable', () => {
    for (const text of ['job: t.sh\n', 'job: t.sh\nvariables: { TP: 2 }\n', 'variables: {}\n']) {
      const after = extended(text)!.replace('|', '8');
      const document = read({ file: 'a.moe.yaml', text: after });
      expect(document?.problems, after).toEqual([]);
      expect(document?.scenario?.entries.find(({ path }) => path === 'variables.EP')?.value, after).toBe(8);
    }
  });

  test('or nothing, when all of them are there', () => {
    expect(extended('variables: { EP: , "1": 2 }\nlayout.pp: 2\n')).toBeNull();
  });
});
