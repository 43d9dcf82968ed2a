import { afterEach, describe, expect, test, vi } from 'vitest';
import { Passes, type Steps } from '../../../src/editor/passes';

/** Looks that read what `texts` has, and write down what happened. */
function looks(texts: Readonly<Record<string, string>>, steps: Partial<Steps<string>> = {}) {
  const log: string[] = [];
  const passes = new Passes<string>({
    read: async (key) => texts[key],
    complete: async (read, turn, source) => {
      await turn.opened;
      log.push(source.isCancelled ? `${read} called off` : read);
    },
    gone: (key) => log.push(`${key} gone`),
    failed: (key, error) => log.push(`${key} failed: ${String(error)}`),
    changed: () => {},
    ...steps,
  });
  return { passes, log };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('looks at files', () => {
  test('wait for a pause in typing, and are one then', () => {
    vi.useFakeTimers();
    const read = vi.fn(async () => undefined);
    const { passes } = looks({}, { read });
    passes.schedule('a');
    vi.advanceTimersByTime(100);
    passes.schedule('a');
    vi.advanceTimersByTime(100);
    expect([passes.awaits('a'), passes.has('a')]).toEqual([true, false]);
    vi.advanceTimersByTime(50);
    expect([passes.awaits('a'), passes.has('a')]).toEqual([false, true]);
  });

  test('take the place of those before, whose end is not waited for alone', async () => {
    const { passes, log } = looks({ a: 'text' });
    passes.look('a');
    const settled = passes.settled('a');
    passes.look('a');
    await settled;
    expect(log).toEqual(['text called off', 'text']);
    expect(passes.isBusy()).toBe(false);
  });

  test('come again when files of numbers are read that hold something new', async () => {
    const { passes, log } = looks({ a: 'text' });
    const { source } = passes.look('a');
    await passes.settled('a');
    passes.lookAgain('a', Promise.resolve(false), source);
    await passes.settled('a');
    expect(log).toEqual(['text']);
    passes.lookAgain('a', Promise.resolve(true), source);
    await passes.settled('a');
    expect(log).toEqual(['text', 'text']);
  });

  test('behind others have their findings first, and their figures when those are asked for', async () => {
    const { passes, log } = looks({ a: 'text' });
    passes.look('a', false);
    expect(log).toEqual([]);
    await passes.settled('a');
    expect(log).toEqual(['text']);
  });

  test('end with what is gone or fails, and then nothing is left', async () => {
    const failing = looks({}, { read: () => Promise.reject(new Error('no such folder')) });
    const missing = looks({});
    for (const { passes } of [failing, missing]) passes.enqueue('a');
    await Promise.all([failing.passes.idle(), missing.passes.idle()]);
    expect(failing.log).toEqual(['a failed: Error: no such folder']);
    expect(missing.log).toEqual(['a gone']);
  });

  test('that are called off tell nothing', async () => {
    const { passes, log } = looks({});
    passes.look('a');
    passes.cancel('a');
    await passes.idle();
    expect(log).toEqual([]);
  });
});
