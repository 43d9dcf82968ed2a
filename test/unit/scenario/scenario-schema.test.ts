import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fields } from '../../../src/scenario/fields';
import { scenarioSchema } from '../../../src/scenario/scenario-schema';

const file = fileURLToPath(new URL('../../../schemas/moe-scenario.schema.json', import.meta.url));

test('the schema that ships is up to date', async () => {
  await expect(`${JSON.stringify(scenarioSchema(), null, 2)}\n`).toMatchFileSnapshot(file);
});

test('every field has its place in the schema', () => {
  const schema = JSON.parse(JSON.stringify(scenarioSchema()));
  for (const { name, kind, minimum, choices } of fields) {
    const place = name.split('.').reduce((node, key) => {
      const section = node.anyOf?.[1] ?? node;
      return section.properties[key];
    }, schema);
    expect(place.enum ?? place.type, name).toEqual(choices ?? { text: 'string' }[kind as string] ?? kind);
    expect(place.minimum, name).toBe(minimum);
  }
});
