import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { accelerators } from '../../../src/catalog/accelerators';
import { allRules } from '../../../src/lint/registry';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const texts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
const steps: { description: string; media: { image: Record<string, string> }; completionEvents: string[] }[] =
  manifest.contributes.walkthroughs.flatMap((one: { steps: unknown[] }) => one.steps);

const source = ['src/editor', 'src/panel'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);
const commands = new Set(manifest.contributes.commands.map(({ command }: { command: string }) => command));

it('the walkthrough has its pictures for every kind of theme', () => {
  for (const { media } of steps) {
    expect(Object.keys(media.image).sort()).toEqual(['dark', 'hc', 'hcLight', 'light']);
    for (const file of Object.values(media.image)) expect(existsSync(join(root, file)), file).toBe(true);
  }
});

it('the walkthrough leads to commands that there are', () => {
  const named = steps.flatMap(({ description, completionEvents }) => [
    ...[...texts[description.slice(1, -1)]!.matchAll(/command:(moeScope\.\w+)\)/g)].map(([, name]) => name),
    ...completionEvents.flatMap((event) => /^onCommand:(.*)$/.exec(event)?.[1] ?? []),
  ]);
  expect(named.filter((name) => !commands.has(name))).toEqual([]);
});

it('every context key that the manifest asks for is set by the extension', () => {
  const asked = new Set(
    JSON.stringify(manifest.contributes).match(/moeScope\.(file|panel|whatIf|has)[A-Z]\w+/g),
  );
  expect(asked.size).toBeGreaterThan(3);
  for (const key of asked)
    expect(
      source.some((text) => text.includes(`'${key}'`)),
      key,
    ).toBe(true);
});

it('every text of the manifest stands in package.nls.json, and nothing else does', () => {
  const asked = [...JSON.stringify(manifest).matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key!);
  expect([...new Set(asked)].sort()).toEqual(Object.keys(texts).sort());
  const titles = manifest.contributes.commands.map(({ title }: { title: string }) => title);
  expect(titles.filter((title: string) => !title.startsWith('%'))).toEqual([]);
});

it('the settings offer every rule and every accelerator', async () => {
  const expected = structuredClone(manifest);
  const settings = expected.contributes.configuration.properties;
  settings['moeScope.rules'].propertyNames = {
    enum: allRules.map(({ code }) => code),
    enumDescriptions: allRules.map(({ summary, severity }) => `${summary} (${severity})`),
    // Else VS Code lists every code there is.
    errorMessage: '%setting.rules.unknown%',
  };
  const device = settings['moeScope.accelerator'];
  const labelOf = new Map<string, string>(
    device.enum.map((id: string, at: number) => [id, device.enumItemLabels[at]]),
  );
  const all = Object.values(accelerators);
  device.enum = ['', ...all.map(({ id }) => id)];
  device.enumItemLabels = [labelOf.get(''), ...all.map(({ id, name }) => labelOf.get(id) ?? name)];
  await expect(`${JSON.stringify(expected, null, 2)}\n`).toMatchFileSnapshot(join(root, 'package.json'));
});
