import type { Fact, FactValue, FrameworkId, ReadDocument } from '../../../src/config/fact';
import type { Job } from '../../../src/config/job';

/** A fact for `key value` (or a bare `key`) as it first stands in the text. */
export function flagFact(text: string, name: string, key: string, value: FactValue, file = 'run.sh'): Fact {
  const start = text.indexOf(key);
  if (start < 0) throw new Error(`${key} is not in the text`);
  const keyRange = { start, end: start + key.length };
  const shown = typeof value === 'boolean' ? null : String(value);
  const at = shown === null ? start : text.indexOf(shown, keyRange.end);
  const range = shown === null ? keyRange : { start: at, end: at + shown.length };
  return { name, value, key, file, range, keyRange, state: 'literal' };
}

/** A job of hand-built facts. */
export function jobOf(framework: FrameworkId, facts: readonly Fact[], file = 'run.sh'): Job {
  const launch: ReadDocument = {
    file,
    framework,
    title: framework,
    kind: 'launch',
    facts,
    problems: [],
    models: [],
  };
  return {
    id: file,
    framework,
    launch,
    command: null,
    role: null,
    model: null,
    preset: null,
    reference: null,
    files: [],
    missingFiles: [],
    facts,
  };
}
