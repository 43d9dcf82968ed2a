import { expect, test } from 'vitest';
import { newest } from '../../../src/panel/newest';
import { Cancelled, type CancelSignal } from '../../../src/worker/client';

interface Pending {
  readonly promise: Promise<string>;
  resolve(value: string): void;
  reject(error: Error): void;
}

function pending(): Pending {
  const parts: Partial<Omit<Pending, 'promise'>> = {};
  const promise = new Promise<string>((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return { ...(parts as Omit<Pending, 'promise'>), promise };
}

/** Work that ends by its own word, or when it is stopped. */
function work() {
  const own = pending();
  const begin = (signal: CancelSignal) => {
    signal.onCancel(() => own.reject(new Cancelled()));
    return own.promise;
  };
  return { ...own, begin };
}

test('work ends with its value', async () => {
  expect(await newest().run(async () => 7)).toEqual({ how: 'done', value: 7 });
});

test('newer work takes the place of older, which ends unheard', async () => {
  const { run } = newest();
  const [older, newer] = [work(), work()];
  const ends = [run(older.begin), run(newer.begin)];
  newer.resolve('newer');
  expect(await Promise.all(ends)).toEqual([{ how: 'replaced' }, { how: 'done', value: 'newer' }]);
});

test('work that was stopped says so, even if its value comes all the same', async () => {
  const { run, stop } = newest();
  const [ending, deaf] = [work(), pending()];
  const first = run(ending.begin);
  stop();
  expect(await first).toEqual({ how: 'stopped' });
  const second = run(() => deaf.promise);
  stop();
  deaf.resolve('late');
  expect(await second).toEqual({ how: 'stopped' });
});

test('a failure is told, unless the work was stopped before', async () => {
  const { run, stop } = newest();
  const fails = async () => {
    throw new Error('the worker died');
  };
  await expect(run(fails)).rejects.toThrow('the worker died');
  const late = pending();
  const stopped = run(() => late.promise);
  stop();
  late.reject(new Error('the worker died'));
  expect(await stopped).toEqual({ how: 'stopped' });
});
