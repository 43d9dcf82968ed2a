import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { readShell } from '../../syntax/shell';
import { at, membersOf, type YamlFile, type YamlMember, type YamlNode } from '../../syntax/yaml';
import type { SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { readBareServers } from './bare-server';
import { ComposedScript } from './composed';
import type { ServingEngine } from './engine';
import { readManifest } from './manifest';
import { readMap } from './option-map';
import { readRecipe } from './recipe';
import { readCommands, readSections, readWordLists } from './sections';
import { readServer, type ServerFacts } from './server';

/** The model that a map of options names. */
function modelOf(engine: ServingEngine, map: YamlNode): ModelReference[] {
  return engine.modelOptions.flatMap((option): ModelReference[] => {
    const node = at(map, option.replace(/^--/, ''));
    return node?.kind === 'scalar' && node.text !== '' ? [{ value: node.text, range: node.range }] : [];
  });
}

/** A file of options for `--config`: recognised by a key that only this engine has, in the spelling of its options. */
function readOptionFile(engine: ServingEngine, source: SourceText, yaml: YamlFile): ServerFacts | null {
  const [root, ...others] = yaml.documents;
  const known = membersOf(root).find((member) => engine.ownKeys.includes(member.key));
  if (root === undefined || known === undefined || others.length > 0) return null;
  const stated = readMap(engine, source.file, root);
  const { keyRange } = known;
  const facts = new CommandFacts(stated.facts, { file: source.file, range: keyRange, keyRange });
  engine.addRules(facts);
  return { facts: facts.facts, problems: stated.problems, models: modelOf(engine, root) };
}

interface ArgumentString {
  readonly map: YamlNode;
  readonly member: YamlMember;
}

/** Maps with `server_args: "--flag …"`, as in vLLM's own evaluations (vllm/tests/evals); aliases only once. */
function argumentStrings(node: YamlNode, seen: Set<YamlNode>): ArgumentString[] {
  if (node.kind === 'scalar' || seen.has(node)) return [];
  seen.add(node);
  if (node.kind === 'sequence') return node.items.flatMap((item) => argumentStrings(item, seen));
  return node.members.flatMap((member) =>
    member.key === 'server_args' ? [{ map: node, member }] : argumentStrings(member.value, seen),
  );
}

function readArguments(engine: ServingEngine, source: SourceText, yaml: YamlFile): ServerFacts | null {
  const seen = new Set<YamlNode>();
  const found = yaml.documents.flatMap((root) => argumentStrings(root, seen));
  const own = new Set(engine.ownKeys.map((key) => `--${key}`));
  const servers = found.flatMap(({ map, member }) => {
    if (member.value.kind !== 'scalar') return [];
    const script = new ComposedScript(yaml, source.text, member.keyRange);
    script.glue(`${engine.id} `).options(member.value);
    const [command] = readShell(script.text, [], yaml.answers).commands;
    const isOurs = command?.words.some((word) => own.has(word.text?.replace(/=.*$/s, '') ?? '')) === true;
    return isOurs ? [{ map, script, command }] : [];
  });
  if (servers.length === 0) return null;
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [];
  const models: ModelReference[] = [];
  servers.forEach(({ map, script, command }, index) => {
    const tag = servers.length > 1 ? { command: index } : {};
    const started = { command, words: { start: 1, model: undefined } };
    const read = readServer(engine, source.file, started, { around: [], tag, script });
    facts.push(...read.facts);
    problems.push(...read.problems);
    models.push(...read.models);
    const name = at(map, 'model_name');
    if (name?.kind === 'scalar' && name.text !== '')
      models.push({ value: name.text, range: name.range, ...tag });
  });
  return { facts, problems, models };
}

/** A substring test for YAML that `readServingYaml` may know, beside what names the engine itself. */
export function mightHoldOptions(engine: ServingEngine): (text: string) => boolean {
  const ownKey = new RegExp(`^[ \\t-]*["']?(?:--)?(?:${engine.ownKeys.join('|')})["']?\\s*:`, 'm');
  const inList = new RegExp(`(?:^[ \\t]*-[ \\t]+|[[,][ \\t]*)["']?--(?:${engine.ownKeys.join('|')})\\b`, 'm');
  return (text) => /\bserver_args["']?\s*:/.test(text) || ownKey.test(text) || inList.test(text);
}

/** Reads the YAML forms that options of an engine have: recipes, manifests, option files, strings of options. */
export function readServingYaml(engine: ServingEngine, source: SourceText): ReadDocument | null {
  if (!isYamlSource(source)) return null;
  const recipe = readRecipe(source, {
    id: engine.id,
    name: engine.name,
    recipeKey: `${engine.id}_config`,
    readMap: (file, map) => readMap(engine, file, map),
    addRules: (facts) => engine.addRules(facts),
  });
  if (recipe !== null) return recipe;
  return readForms(engine, source, [
    { title: `${engine.name} manifest`, read: readManifest },
    { title: `${engine.name} deployment`, read: readBareServers },
    { title: `${engine.name} arguments`, read: readArguments },
    { title: `${engine.name} options`, read: readOptionFile },
    { title: `${engine.name} options`, read: readSections },
    { title: `${engine.name} commands`, read: readCommands },
    { title: `${engine.name} arguments`, read: readWordLists },
  ]);
}

/** Reads manifests, Compose files and commands: an engine whose YAML files of options have a reader of their own. */
export function readManifestFile(engine: ServingEngine, source: SourceText): ReadDocument | null {
  return readForms(engine, source, [
    { title: `${engine.name} manifest`, read: readManifest },
    { title: `${engine.name} commands`, read: readCommands },
  ]);
}

interface Form {
  readonly title: string;
  readonly read: (engine: ServingEngine, source: SourceText, yaml: YamlFile) => ServerFacts | null;
}

function readForms(engine: ServingEngine, source: SourceText, forms: readonly Form[]): ReadDocument | null {
  const yaml = yamlOf(source);
  for (const { title, read } of forms) {
    const found = read(engine, source, yaml);
    if (found === null) continue;
    const problems = [...yaml.problems, ...found.problems];
    const { facts, models } = found;
    return { file: source.file, framework: engine.id, title, kind: 'launch', facts, problems, models };
  }
  return null;
}
