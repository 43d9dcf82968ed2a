import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { HINT_KINDS } from '../../../src/editor/hints/kinds';
import { allRules } from '../../../src/lint/registry';

const FILE = fileURLToPath(new URL('../../../package.json', import.meta.url));
const manifest = JSON.parse(readFileSync(FILE, 'utf8'));
const settings = manifest.contributes.configuration.properties;

test('the setting for rules offers every rule with what it is about', async () => {
  settings['moeScope.rules'].propertyNames = {
    enum: allRules.map(({ code }) => code),
    enumDescriptions: allRules.map(({ summary, severity }) => `${summary} (${severity})`),
  };
  await expect(`${JSON.stringify(manifest, null, 2)}\n`).toMatchFileSnapshot(FILE);
});

test('every kind of inlay hint has its setting', () => {
  for (const kind of HINT_KINDS) expect(Object.keys(settings)).toContain(`moeScope.inlayHints.${kind}`);
});
