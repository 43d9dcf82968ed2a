import { expect, test } from 'vitest';
import { Backlog, type Task } from '../../../src/editor/backlog';
import { Gate } from '../../../src/editor/gate';

const settled = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** Tasks that note what they do, each step ended from outside. */
function notebook() {
  const notes: string[] = [];
  const gates = new Map<string, Gate>();
  const gate = (name: string) => gates.get(name) ?? gates.set(name, new Gate()).get(name)!;
  const start = (name: string) => (): Task => {
    notes.push(`${name} first`);
    const go = new Gate();
    const second = async () => {
      await go.opened;
      notes.push(`${name} second`);
      await gate(`${name} second`).opened;
    };
    return { first: gate(`${name} first`).opened, goOn: () => go.open(), done: second() };
  };
  return { notes, gate, start };
}

test('every file has its first step before any has its second, those that come meanwhile too', async () => {
  const { notes, gate, start } = notebook();
  const backlog = new Backlog();
  for (const name of ['a', 'b']) backlog.add(name, start(name));
  expect([...notes, ...backlog.keys()]).toEqual(['a first', 'b']);
  gate('a first').open();
  gate('b first').open();
  await settled();
  expect(notes).toEqual(['a first', 'b first', 'a second']);
  backlog.add('c', start('c'));
  backlog.add('d', start('d'));
  backlog.delete('d');
  gate('a second').open();
  await settled();
  expect(notes.slice(3)).toEqual(['c first']);
  for (const step of ['c first', 'b second', 'c second']) gate(step).open();
  await settled();
  expect(notes.slice(4)).toEqual(['b second', 'c second']);
  backlog.add('e', start('e'));
  expect(notes.at(-1)).toBe('e first');
});
