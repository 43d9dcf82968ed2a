import type { ReadDocument } from '../../config/fact';
import { scenarioKey } from '../../scenario/scenario-keys';
import { keyDocumentation } from './proposals';

interface KeyHover {
  readonly text: string;
  readonly range: ReadDocument['problems'][number]['range'];
}

/** What the key under an offset of a scenario file is and may hold, and where its value goes. */
export function keyHover({ scenario }: ReadDocument, offset: number): KeyHover | undefined {
  const entry = scenario?.entries.find(({ keyRange }) => keyRange.start <= offset && offset <= keyRange.end);
  if (!entry) return undefined;
  const { path, key, keyRange } = entry;
  if (path === `variables.${key}`) {
    return { text: 'Answers what the job takes from outside under this name.', range: keyRange };
  }
  const known = scenarioKey(path);
  return known && { text: keyDocumentation(known), range: keyRange };
}
