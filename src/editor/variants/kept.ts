import { foundAmong, foundName, PLACEMENT_FILE } from '../../plan/placements/found';
import type { Variant } from '../../plan/variants';
import type { Change } from '../../plan/whatif';
import { FieldError, parseField } from '../../scenario/fields/parse';
import type { LayerTable } from '../../scenario/scenario';

/** A variant that the workspace keeps. */
export interface KeptVariant extends Variant {
  /** The placement that its changes take, where a search found it: no file has it. */
  readonly slots: LayerTable | null;
  /** Why its changes cannot be made whatever the job is: another version of the extension kept it. */
  readonly problem: string | null;
}

/** Variants by the id of their job. */
export type KeptVariants = ReadonlyMap<string, readonly KeptVariant[]>;

type Shape = Readonly<Record<string, unknown>>;
const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isChange = (value: unknown): value is Change =>
  isShape(value) &&
  typeof value.name === 'string' &&
  ['number', 'string', 'boolean'].includes(typeof value.value);

/** A table as it was written: rows of one length. */
function readSlots(data: unknown): LayerTable | null {
  const isRow = (row: unknown): row is number[] =>
    Array.isArray(row) && row.length > 0 && row.every((expert) => Number.isInteger(expert) && expert >= 0);
  if (!Array.isArray(data) || data.length === 0 || !data.every(isRow)) return null;
  return data.every((row) => row.length === data[0]!.length) ? data : null;
}

function problemOf(changes: readonly Change[], slots: LayerTable | null): string | null {
  const found = foundAmong(changes);
  if (found && (slots === null || foundName(slots) !== found.value))
    return 'The placement that was searched for it is not there: search again.';
  try {
    for (const { name, value } of changes) if (name !== PLACEMENT_FILE) parseField(name, String(value));
    return null;
  } catch (error) {
    if (error instanceof FieldError) return error.message;
    throw error;
  }
}

/** What was stored; what is of no shape that was ever written is left out. */
export function readKept(data: unknown): KeptVariants {
  const jobs = Object.entries(isShape(data) ? data : {}).flatMap(([job, list]) => {
    const variants = (Array.isArray(list) ? list : []).flatMap((one: unknown): KeptVariant[] => {
      if (!isShape(one) || typeof one.name !== 'string' || !Array.isArray(one.changes)) return [];
      const { name, changes } = one;
      if (!changes.every(isChange)) return [];
      const slots = readSlots(one.slots);
      return [{ name, changes, slots, problem: problemOf(changes, slots) }];
    });
    return variants.length > 0 ? [[job, variants] as const] : [];
  });
  return new Map(jobs);
}

/** As it is stored. */
export function writeKept(
  kept: KeptVariants,
): Readonly<Record<string, readonly (Variant & { readonly slots?: LayerTable })[]>> {
  return Object.fromEntries(
    [...kept].map(([job, variants]) => [
      job,
      variants.map(({ name, changes, slots }) => ({ name, changes, ...(slots ? { slots } : {}) })),
    ]),
  );
}

/** With another list for one job. */
export function withVariants(
  kept: KeptVariants,
  job: string,
  variants: readonly KeptVariant[],
): KeptVariants {
  const next = new Map(kept);
  if (variants.length > 0) next.set(job, variants);
  else next.delete(job);
  return next;
}

/** With the jobs of a file, or of all files in a folder, under its new name; the same where there are none. */
export function withRenamed(kept: KeptVariants, from: string, to: string): KeptVariants {
  const isOf = (job: string) => job.startsWith(from) && ['', '#', '/'].includes(job.charAt(from.length));
  if (![...kept.keys()].some(isOf)) return kept;
  return new Map(
    [...kept].map(([job, variants]) => [isOf(job) ? to + job.slice(from.length) : job, variants]),
  );
}
