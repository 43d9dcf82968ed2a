import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictOf, sidesOf } from '../../../src/config/conflict';
import { read } from '../../../src/config/read';

const merged = ['a', '<<<<<<< HEAD', 'b', '||||||| base', 'c', '=======', 'd', '>>>>>>> main', 'e'];

describe('a merge that was not finished', () => {
  it('is known by its three markers in order', () => {
    const text = merged.join('\n');
    expect(conflictOf(text)).toEqual({ start: 2, end: 14 });
    expect(conflictOf(merged.join('\r\n'))).toEqual({ start: 3, end: 15 });
    expect(conflictOf('<<<<<<< HEAD\nb\n')).toBeUndefined();
    expect(conflictOf('=======\n>>>>>>> a\n<<<<<<< b\n')).toBeUndefined();
  });

  it('has two sides, each with every offset where it was', () => {
    const [ours, theirs] = sidesOf(merged.join('\n'));
    expect(ours.split('\n').map((line) => line.trim())).toEqual(['a', '', 'b', '', '', '', '', '', 'e']);
    expect(theirs.split('\n').map((line) => line.trim())).toEqual(['a', '', '', '', '', '', 'd', '', 'e']);
  });

  it('keeps its length whatever stands in it', () => {
    const line = fc.oneof(fc.constantFrom(...merged, 'x \\', '', '>>>>>>> '), fc.string());
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        for (const side of sidesOf(text)) expect(side.length).toBe(text.length);
      }),
    );
  });

  it('leaves a file that says nothing yet, whoever reads it', () => {
    const text =
      '<<<<<<< HEAD\ntensor_parallel_size: 8\n=======\ntensor_parallel_size: 4\n>>>>>>> b\nenable_attention_dp: true\n';
    expect(read({ file: 'a.yaml', text })).toMatchObject({ framework: 'trtllm', facts: [], problems: [] });
    expect(read({ file: 'notes.txt', text: merged.join('\n') })).toBeNull();
  });
});
