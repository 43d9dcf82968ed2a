import type { LayerTable } from '../../scenario/scenario';
import type { Change } from '../whatif';

/** The key under which a scenario file, or a change, names a placement. */
export const PLACEMENT_FILE = 'placement.file' as const;

/** FNV-1a, 32 bits (Fowler, Noll and Vo: draft-eastlake-fnv, section 6). */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

function digestOf(slots: LayerTable): string {
  let hash = OFFSET_BASIS;
  const mix = (value: number) => {
    for (let rest = value, octet = 0; octet < 4; octet++, rest >>>= 8)
      hash = Math.imul(hash ^ (rest & 0xff), PRIME);
  };
  for (const row of slots) {
    mix(row.length);
    row.forEach(mix);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** What a placement that was found is called: another table has another name, so that a name means one for good. */
export const foundName = (slots: LayerTable): string =>
  `searched, ${slots[0]?.length ?? 0} slots, ${digestOf(slots)}`;

const NAME = /^searched, \d+ slots, [0-9a-f]{8}$/;

/** Whether it is the name of a placement that was found, and not the path of one. */
export const isFoundName = (name: string): boolean => NAME.test(name);

/** A placement's name or path as people say it: what tells two that were found apart says them nothing. */
export const placementText = (name: string): string =>
  isFoundName(name) ? name.slice(0, name.lastIndexOf(',')) : name;

/** The change that takes a placement that was found, among some. */
export const foundAmong = (changes: readonly Change[]): Change | undefined =>
  changes.find(({ name, value }) => name === PLACEMENT_FILE && isFoundName(String(value)));
