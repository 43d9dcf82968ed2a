import type { Setting } from '../../syntax/settings';
import { ENGINE_MARKS } from './keys';

/** The arguments of one engine in a file. */
export interface EngineSection {
  /** Where they stand, such as `worker_config.gen`; empty at the top of the file. */
  readonly section: string;
  readonly settings: readonly Setting[];
}

const parentOf = (section: string): string => section.slice(0, Math.max(0, section.lastIndexOf('.')));

function sectionOf(path: string, key: string): string | null {
  if (path === key) return '';
  return path.endsWith(`.${key}`) ? path.slice(0, -key.length - 1) : null;
}

const sectionsWith = (settings: readonly Setting[], key: string): string[] =>
  settings.flatMap(({ path }) => sectionOf(path, key) ?? []);

/** Sections that hold engine arguments, wherever a launcher puts them, in their order. */
export function enginesOf(settings: readonly Setting[]): EngineSection[] {
  const marked = new Set(ENGINE_MARKS.flatMap((mark) => sectionsWith(settings, mark)));
  const homes = new Set([...marked].filter((section) => section !== '').map(parentOf));
  // An engine beside one that spreads experts is its partner, even where it only says its TP.
  const partners = sectionsWith(settings, 'tensor_parallel_size').filter(
    (section) => section !== '' && homes.has(parentOf(section)),
  );
  const sections = new Set([...marked, ...partners]);
  const inOrder = settings.flatMap(({ path }) => [...sections].filter((section) => holds(section, path)));
  return [...new Set(inOrder)].map((section) => ({
    section,
    settings: settings.flatMap((entry) =>
      holds(section, entry.path)
        ? [{ ...entry, path: section === '' ? entry.path : entry.path.slice(section.length + 1) }]
        : [],
    ),
  }));
}

const holds = (section: string, path: string): boolean => section === '' || path.startsWith(`${section}.`);
