import { expect, test } from 'vitest';
import { readKept, withRenamed, withVariants, writeKept } from '../../../src/editor/variants/kept';

const ep = { name: 'layout.ep', value: 32 };
const JOB = 'file:///w/train.sh';
const stored = { [JOB]: [{ name: 'wide', changes: [ep] }], [`${JOB}#2`]: [{ name: 'a', changes: [ep] }] };

/** What the next window reads of what this one wrote: text. */
const afterReload = (kept: ReturnType<typeof readKept>) =>
  readKept(JSON.parse(JSON.stringify(writeKept(kept))));

test('what is kept is there after a reload', () => {
  const kept = readKept(stored);
  expect(kept.get(JOB)).toEqual([{ name: 'wide', changes: [ep], slots: null, problem: null }]);
  expect(writeKept(kept)).toEqual(stored);
  expect(afterReload(kept)).toEqual(kept);
});

test('a job without variants leaves nothing behind', () => {
  const kept = withVariants(readKept(stored), JOB, []);
  expect(writeKept(kept)).toEqual({ [`${JOB}#2`]: stored[`${JOB}#2`] });
});

test.each([undefined, null, 'text', [], { [JOB]: 'text' }, { [JOB]: [null, { name: 1 }, { name: 'a' }] }])(
  '%j is nothing that was kept',
  (data) => {
    expect(readKept(data).size).toBe(0);
  },
);

test('changes that this version cannot make are kept, and say why', () => {
  const changes = [{ name: 'layout.none', value: 8 }];
  const kept = readKept({ [JOB]: [{ name: 'old', changes }] });
  expect(kept.get(JOB)).toMatchObject([
    { name: 'old', changes, problem: expect.stringMatching(/no field layout.none/) },
  ]);
  expect(writeKept(kept)).toEqual({ [JOB]: [{ name: 'old', changes }] });
});

test('variants go with their file', () => {
  const kept = readKept(stored);
  const renamed = withRenamed(kept, JOB, 'file:///w/run.sh');
  expect([...renamed.keys()]).toEqual(['file:///w/run.sh', 'file:///w/run.sh#2']);
  expect([...withRenamed(kept, 'file:///w', 'file:///v').keys()]).toEqual([
    'file:///v/train.sh',
    'file:///v/train.sh#2',
  ]);
  expect(withRenamed(kept, 'file:///w/train', 'file:///w/x')).toBe(kept);
});
