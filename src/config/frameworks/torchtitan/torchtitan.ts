import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { withoutEndSlashes } from '../../paths';
import { inSection, type Setting } from '../../syntax/settings';
import { parseToml } from '../../syntax/toml';
import { entryOf } from '../../table';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { anchorOf, readSettings } from '../shared/read-settings';
import { isShellSource } from '../shared/shell-source';
import { addTorchtitanRules } from './implied';
import { FLAVORS, KEYS, MOE_MODELS } from './keys';
import { readScript } from './script';

/** The file asks for experts to be spread, or names a model that has them. */
function isMoe(parallelism: readonly Setting[], facts: readonly Fact[]): boolean {
  const model = facts.find((fact) => fact.name === 'torchtitan.model')?.value;
  if (typeof model === 'string' && MOE_MODELS.has(model)) return true;
  return parallelism.some((entry) => entry.path === 'expert_parallel_degree');
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The model by its flavor, or by the assets of the published model when their name holds the flavor's. */
function modelReference(facts: readonly Fact[]): ModelReference[] {
  const find = (name: string) => facts.find((fact) => fact.name === name);
  const [model, flavor, assets] = ['model', 'flavor', 'assetsPath'].map((key) => find(`torchtitan.${key}`));
  if (model === undefined || typeof flavor?.value !== 'string') return [];
  const published = entryOf(FLAVORS, `${String(model.value)} ${flavor.value}`.toLowerCase());
  // The first MoE experiments named a flavor by the published model itself.
  if (/^[\w.-]+\/[\w.-]+$/.test(flavor.value)) return [{ value: flavor.value, range: flavor.range }];
  if (published !== undefined) return [{ value: published, range: flavor.range }];
  const folder =
    typeof assets?.value === 'string' ? withoutEndSlashes(assets.value).split('/').at(-1) : undefined;
  const isSame =
    folder !== undefined && plain(flavor.value) !== '' && plain(folder).includes(plain(flavor.value));
  return isSame && assets !== undefined ? [{ value: folder, range: assets.range }] : [];
}

function readFile(source: SourceText): ReadDocument | null {
  const { settings, problems } = parseToml(source.text);
  const parallelism = inSection(settings, 'parallelism');
  const facts: Fact[] = [];
  const wrong: SyntaxProblem[] = [];
  for (const [role, specs] of Object.entries(KEYS)) {
    const context = { file: source.file, role };
    const stated = readSettings(context, inSection(settings, role), specs, source.text);
    facts.push(...stated.facts);
    wrong.push(...stated.problems);
  }
  if (parallelism.length === 0 || !isMoe(parallelism, facts)) return null;
  const anchor = anchorOf({ file: source.file, role: 'parallelism' }, parallelism);
  const complete = new CommandFacts(facts, anchor);
  addTorchtitanRules(complete);
  return {
    file: source.file,
    framework: 'torchtitan',
    title: 'torchtitan job',
    kind: 'launch',
    facts: complete.facts,
    problems: [...problems, ...wrong],
    models: modelReference(facts),
  };
}

const IN_TOML = /^[ \t]*(\[\s*["']?parallelism["']?\s*\]|parallelism\s*[.=])/m;
const IN_SCRIPT = /\brun_train\.sh\b|\btorchtitan[./]train\b/;

function read(source: SourceText): ReadDocument | null {
  if (IN_TOML.test(source.text)) return readFile(source);
  return isShellSource(source) ? readScript(source) : null;
}

export const torchtitan: Framework = {
  id: 'torchtitan',
  mightBe: (text) => IN_TOML.test(text) || IN_SCRIPT.test(text),
  read,
};
