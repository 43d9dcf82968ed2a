import type { ReadDocument } from '../config/fact';
import { fileNameOf, folderOf, isAbsolutePath, plainPath, relativePath } from '../config/paths';
import { MODEL_CONFIG, NAME_KEY, scenarioEntry } from '../config/scenario-file';
import { PLACEMENT_FILE } from '../plan/placements/found';
import type { Variant } from '../plan/variants';
import type { Change } from '../plan/whatif';
import { isLegalPin } from '../scenario/scenario-keys';

/** What says which job a scenario file is about. */
const ABOUT: ReadonlySet<string> = new Set([NAME_KEY, 'job', 'command', 'role']);

/**
 * The variant of its job that a scenario file describes: its name and its pins as changes. `null` for one that says more
 * than pins can: answers for what the job takes from outside, another model, loads; or what no field can hold. A placement is named from the
 * job's file.
 */
export function variantOf({ file, scenario }: Pick<ReadDocument, 'file' | 'scenario'>): Variant | null {
  const job = scenario && scenarioEntry(scenario, 'job');
  if (!scenario || !job) return null;
  const changes: Change[] = [];
  for (const { path, shape, value, text } of scenario.entries) {
    // A section, or a place for what nobody has said yet.
    if (shape === 'map' || (shape === 'scalar' && value === null && text === '')) continue;
    if (ABOUT.has(path)) continue;
    if (value === null || path === MODEL_CONFIG) return null;
    if (path === PLACEMENT_FILE) changes.push({ name: path, value: besideJob(file, job.text, text) });
    else if (isLegalPin(path, value)) changes.push({ name: path, value });
    else return null;
  }
  return { name: scenarioName({ file, scenario }), changes };
}

/** A path in a scenario file, as one in its job's file. */
function besideJob(file: string, job: string, path: string): string {
  const own = folderOf(plainPath(file));
  const named = job.replaceAll('\\', '/');
  const folder = folderOf(isAbsolutePath(named) ? named : `${own}/${named}`);
  return isAbsolutePath(path) ? path : relativePath(folder, `${own}/${path}`);
}

/** What a scenario is called: as its file says, or as the file is. */
export function scenarioName({ file, scenario }: Pick<ReadDocument, 'file' | 'scenario'>): string {
  const named = scenario && scenarioEntry(scenario, NAME_KEY)?.text.trim();
  return named || fileNameOf(plainPath(file)).replace(/\.moe\.ya?ml$/i, '');
}
