import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { inSection, type Setting, settingsOfYaml } from '../../syntax/settings';
import type { Framework, SourceText } from '../framework';
import { readRecipe } from '../serving/recipe';
import { readServerScript } from '../serving/server';
import { readManifestFile } from '../serving/yaml';
import { CommandFacts } from '../shared/command-facts';
import { anchorOf, readSettings } from '../shared/read-settings';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { type EngineSection, enginesOf } from './engines';
import { readExperiments } from './experiments';
import { addEngineRules, withoutUnsetSizes } from './implied';
import { AROUND, ENGINE_KEYS, ENGINE_MARKS, MODEL_PATHS } from './keys';
import { readLoadBalancer } from './load-balancer';
import { trtllmServer } from './server';

/** What an engine does by the last part of its section's name. */
function modeOf(section: string): 'prefill' | 'decode' | null {
  const name = section.split('.').at(-1) ?? '';
  if (/^(prefill|ctx|context_servers)$/.test(name)) return 'prefill';
  return /^(decode|gen|generation_servers)$/.test(name) ? 'decode' : null;
}

interface Stated {
  readonly facts: readonly Fact[];
  readonly problems: readonly SyntaxProblem[];
}

/** What the launcher says about all engines. */
function around(source: SourceText, settings: readonly Setting[]): Stated {
  const parts = AROUND.map(({ section, keys }) =>
    readSettings({ file: source.file, role: section }, inSection(settings, section), keys, source.text),
  );
  return {
    facts: parts.flatMap((part) => part.facts),
    problems: parts.flatMap((part) => part.problems),
  };
}

function readEngine(source: SourceText, { section, settings }: EngineSection): Stated {
  const context = section === '' ? { file: source.file } : { file: source.file, role: section };
  const stated = readSettings(context, settings, ENGINE_KEYS, source.text);
  const isPartial = stated.facts.some((fact) => fact.name === 'trtllm.config');
  const complete = new CommandFacts(withoutUnsetSizes(stated.facts), anchorOf(context, settings), isPartial);
  addEngineRules(complete);
  const mode = modeOf(section);
  if (mode !== null) complete.derive('workload.mode', mode, undefined, section, `the section ${section}`);
  return { facts: complete.facts, problems: stated.problems };
}

function modelReferences(settings: readonly Setting[]): ModelReference[] {
  return MODEL_PATHS.flatMap((path) => {
    const found = settings.find((setting) => setting.path === path);
    // `<model_path>` is there to be filled in.
    if (typeof found?.value !== 'string' || /^<|^$/.test(found.value)) return [];
    return [{ value: found.value, range: found.range }];
  });
}

/** Engine arguments in a recipe of srt-slurm. */
function readSrtRecipe(source: SourceText): ReadDocument | null {
  return readRecipe(source, {
    id: 'trtllm',
    name: 'TensorRT-LLM',
    recipeKey: 'trtllm_config',
    readMap: (file, map) => {
      const stated = readSettings({ file }, settingsOfYaml(map), ENGINE_KEYS, source.text);
      return { facts: withoutUnsetSizes(stated.facts), problems: stated.problems };
    },
    addRules: addEngineRules,
  });
}

function read(source: SourceText): ReadDocument | null {
  const script = readServerScript(trtllmServer, source);
  if (script !== null) return script;
  if (!isYamlSource(source)) return null;
  const written = readSrtRecipe(source) ?? readManifestFile(trtllmServer, source);
  if (written !== null) return written;
  const { documents, problems } = yamlOf(source);
  const settings = settingsOfYaml(documents[0]);
  const engines = enginesOf(settings);
  if (engines.length === 0) {
    return readLoadBalancer(source, settings, problems) ?? readExperiments(source, settings, problems);
  }
  const shared = around(source, settings);
  const parts = engines.map((engine) => readEngine(source, engine));
  return {
    file: source.file,
    framework: 'trtllm',
    title: engines.length > 1 ? `TensorRT-LLM config (${engines.length} engines)` : 'TensorRT-LLM config',
    kind: 'launch',
    facts: [...shared.facts, ...parts.flatMap((part) => part.facts)],
    problems: [...problems, ...shared.problems, ...parts.flatMap((part) => part.problems)],
    models: modelReferences(settings),
  };
}

const MARKS = [
  ...ENGINE_MARKS.filter((mark) => !mark.includes('.')),
  'load_balancer',
  'num_slots',
  'trtllm_config',
  'serving_mode',
];

const COMMAND = /\btrtllm-(serve|bench)\b|\bdynamo\.trtllm\b/;

export const trtllm: Framework = {
  id: 'trtllm',
  mightBe: (text) => MARKS.some((mark) => text.includes(mark)) || COMMAND.test(text),
  read,
};
