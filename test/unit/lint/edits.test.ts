import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/config/fact';
import { applyEdits, setValue } from '../../../src/lint/edits';
import { insertFlag, removeFlag } from '../../../src/lint/option-edits';
import { insertProperty, removeProperty } from '../../../src/lint/property-edits';
import { flagFact } from './facts';

const tp = (text: string): Fact => flagFact(text, 'layout.tp', '--tp', 2);
const added = (text: string): string => {
  const edit = insertFlag(tp(text), '--sp', text);
  if (!edit) throw new Error('no edit');
  return applyEdits(text, [edit]);
};
const removed = (text: string, key = '--tp', value: number | boolean = 2): string => {
  const edit = removeFlag(flagFact(text, 'layout.tp', key, value), text);
  if (!edit) throw new Error('no edit');
  return applyEdits(text, [edit]);
};

describe('insertFlag', () => {
  it.each([
    ['a command on one line', 'run --tp 2 --pp 4\n', 'run --tp 2 --sp --pp 4\n'],
    ['a continued command', 'run \\\n  --tp 2 \\\n  --pp 4\n', 'run \\\n  --tp 2 \\\n  --sp \\\n  --pp 4\n'],
    [
      'the last line of a continued command',
      'run \\\n  --pp 4 \\\n  --tp 2\necho\n',
      'run \\\n  --pp 4 \\\n  --tp 2 \\\n  --sp\necho\n',
    ],
    ['an array', 'A=(\n    --tp 2\n    --pp 4\n)\n', 'A=(\n    --tp 2\n    --sp\n    --pp 4\n)\n'],
    ['an array with a comment', 'A=(\n  --tp 2  # two\n)\n', 'A=(\n  --tp 2  # two\n  --sp\n)\n'],
    ['an array on one line', 'A=(--tp 2 --pp 4)\n', 'A=(--tp 2 --sp --pp 4)\n'],
    ['the closing line of an array', 'A=(\n  --pp 4\n  --tp 2)\n', 'A=(\n  --pp 4\n  --tp 2 --sp)\n'],
    [
      'several flags on a continued line',
      'run \\\n  --tp 2 --pp 4 \\\n  x\n',
      'run \\\n  --tp 2 --sp --pp 4 \\\n  x\n',
    ],
    ['a quoted value', 'run --tp "2" x\n', 'run --tp "2" --sp x\n'],
    ['flags in a string', 'A="--tp 2"\n', 'A="--tp 2 --sp"\n'],
    ['a value behind an equals sign', 'run --tp=2\n', 'run --tp=2 --sp\n'],
    ['CRLF line ends', 'A=(\r\n  --tp 2\r\n)\r\n', 'A=(\r\n  --tp 2\r\n  --sp\r\n)\r\n'],
    ['no line break at the end', 'run --tp 2', 'run --tp 2 --sp'],
  ])('in %s', (_, before, after) => expect(added(before)).toBe(after));

  it('makes no edit without the text, for a JSON file, or behind a default', () => {
    const fact = tp('run --tp 2');
    expect(insertFlag(fact, '--sp', undefined)).toBeNull();
    expect(insertFlag({ ...fact, file: 'a.json' }, '--sp', 'run --tp 2')).toBeNull();
    expect(insertFlag({ ...fact, state: 'default' }, '--sp', 'run --tp 2')).toBeNull();
  });
});

describe('removeFlag', () => {
  it.each([
    ['a command on one line', 'run --tp 2 --pp 4\n', 'run --pp 4\n'],
    ['a continued command', 'run \\\n  --tp 2 \\\n  --pp 4\n', 'run \\\n  --pp 4\n'],
    [
      'the last line of a continued command',
      'run \\\n  --pp 4 \\\n  --tp 2\necho\n',
      'run \\\n  --pp 4\necho\n',
    ],
    ['an array', 'A=(\n  --tp 2\n  --pp 4\n)\n', 'A=(\n  --pp 4\n)\n'],
    ['a line with a comment', 'A=(\n  --tp 2 # two\n)\n', 'A=(\n   # two\n)\n'],
    ['the first of several flags on a line', 'A=(\n  --tp 2 --pp 4\n)\n', 'A=(\n   --pp 4\n)\n'],
  ])('in %s', (_, before, after) => expect(removed(before)).toBe(after));

  it('removes a flag without a value', () => {
    expect(removed('run --sp --pp 4\n', '--sp', true)).toBe('run --pp 4\n');
  });
});

describe('setValue', () => {
  it('edits a literal and keeps its quotes', () => {
    const text = 'run --tp "2"';
    const fact = flagFact(text, 'layout.tp', '--tp', 2);
    const quoted = { ...fact, range: { start: fact.range.start - 1, end: fact.range.end + 1 } };
    expect(applyEdits(text, [setValue(fact, 4, text)!])).toBe('run --tp "4"');
    expect(applyEdits(text, [setValue(quoted, 4, text)!])).toBe('run --tp "4"');
  });

  it('edits a constant at its assignment', () => {
    const text = 'TP=2\nrun --tp $TP';
    const fact: Fact = {
      ...flagFact(text, 'layout.tp', '--tp', '$TP'),
      value: 2,
      state: 'constant',
      via: [{ variable: 'TP', range: { start: 3, end: 4 } }],
    };
    expect(applyEdits(text, [setValue(fact, 4, text)!])).toBe('TP=4\nrun --tp $TP');
  });

  it('makes no edit where the text is not the plain value', () => {
    const text = 'run --tp $((1+1))';
    const fact = { ...flagFact(text, 'layout.tp', '--tp', '$((1+1))'), value: 2 };
    expect(setValue(fact, 4, text)).toBeNull();
    expect(setValue({ ...fact, state: 'derived' }, 4, text)).toBeNull();
  });
});

describe('removeProperty', () => {
  const without = (text: string): string => {
    const fact = flagFact(text, 'huggingface.epSize', '"ep_size"', 1, 'config.json');
    return applyEdits(text, [removeProperty(fact, text)!]);
  };
  it.each([
    ['a property on its own line', '{\n  "ep_size": 1,\n  "a": 2\n}', '{\n  "a": 2\n}'],
    ['the last property', '{\n  "a": 2,\n  "ep_size": 1\n}', '{\n  "a": 2\n}'],
    ['properties on one line', '{"a": 2, "ep_size": 1, "b": 3}', '{"a": 2, "b": 3}'],
    ['the only property', '{"ep_size": 1}', '{}'],
  ])('removes %s', (_, before, after) => {
    expect(without(before)).toBe(after);
    expect(() => JSON.parse(without(before))).not.toThrow();
  });

  it('takes a key range without quotes as well', () => {
    const text = '{"ep_size": 1, "a": 2}';
    const fact = flagFact(text, 'huggingface.epSize', 'ep_size', 1, 'config.json');
    expect(applyEdits(text, [removeProperty(fact, text)!])).toBe('{"a": 2}');
  });
});

describe('insertProperty', () => {
  const added = (text: string): string => {
    const fact = flagFact(text, 'model.topK', 'top_k', 8, 'config.json');
    return applyEdits(text, [insertProperty(fact, '"x": 1', text)!]);
  };
  it.each([
    ['between lines', '{\n  "top_k": 8,\n  "a": 2\n}', '{\n  "top_k": 8,\n  "x": 1,\n  "a": 2\n}'],
    ['after the last line', '{\n  "top_k": 8\n}', '{\n  "top_k": 8,\n  "x": 1\n}'],
    ['on one line', '{"top_k": 8, "a": 2}', '{"top_k": 8, "x": 1, "a": 2}'],
  ])('adds %s', (_, before, after) => {
    expect(added(before)).toBe(after);
    expect(() => JSON.parse(added(before))).not.toThrow();
  });
});
