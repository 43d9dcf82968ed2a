import type { ReadDocument } from '../config/fact';
import { fileNameOf, plainPath } from '../config/paths';
import { MODEL_CONFIG, NAME_KEY, scenarioEntry } from '../config/scenario-file';
import type { Variant } from '../plan/variants';
import type { Change } from '../plan/whatif';
import { isLegalPin } from '../scenario/scenario-keys';

/** What says which job a scenario file is about. */
const ABOUT: ReadonlySet<string> = new Set([NAME_KEY, 'job', 'command', 'role']);

/**
 * The variant of its job that a scenario file describes: its name and its pins as changes. `null` for one that says more
 * than pins can: answers for what the job takes from outside, another model, a file of numbers; or what no field can hold.
 */
export function variantOf({ file, scenario }: Pick<ReadDocument, 'file' | 'scenario'>): Variant | null {
  if (!scenario || scenarioEntry(scenario, 'job') === undefined) return null;
  const changes: Change[] = [];
  for (const { path, shape, value, text } of scenario.entries) {
    // A section, or a place for what nobody has said yet.
    if (shape === 'map' || (shape === 'scalar' && value === null && text === '')) continue;
    if (ABOUT.has(path)) continue;
    if (value === null || path === MODEL_CONFIG || !isLegalPin(path, value)) return null;
    changes.push({ name: path, value });
  }
  return { name: scenarioName({ file, scenario }), changes };
}

/** What a scenario is called: as its file says, or as the file is. */
export function scenarioName({ file, scenario }: Pick<ReadDocument, 'file' | 'scenario'>): string {
  const named = scenario && scenarioEntry(scenario, NAME_KEY)?.text.trim();
  return named || fileNameOf(plainPath(file)).replace(/\.moe\.ya?ml$/i, '');
}
