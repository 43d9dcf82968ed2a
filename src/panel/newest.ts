import { CancelSource } from '../editor/cancel';
import { Cancelled, type CancelSignal } from '../worker/client';

/** How a piece of work ended: with its value, stopped, or replaced by newer work, after which nobody waits for it. */
export type Ended<T> =
  | { readonly how: 'done'; readonly value: T }
  | { readonly how: 'stopped' }
  | { readonly how: 'replaced' };

/** Work of one kind, of which only the newest counts. */
export interface Newest {
  /** Begins it, and stops what was begun before. @throws what the work throws, unless it was stopped */
  run<T>(work: (signal: CancelSignal) => Promise<T>): Promise<Ended<T>>;
  stop(): void;
}

export function newest(): Newest {
  let current: CancelSource | null = null;
  return {
    async run(work) {
      current?.cancel();
      const own = new CancelSource();
      current = own;
      const given = () => ({ how: current === own ? 'stopped' : 'replaced' }) as const;
      try {
        const value = await work(own);
        return own.isCancelled ? given() : { how: 'done', value };
      } catch (error) {
        if (error instanceof Cancelled || own.isCancelled) return given();
        throw error;
      }
    },
    stop: () => current?.cancel(),
  };
}
