import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { at, membersOf, type YamlMember, type YamlNode } from '../../syntax/yaml';
import type { Framework, SourceText } from '../framework';
import { yamlOptions } from '../shared/assigned-options';
import { CommandFacts } from '../shared/command-facts';
import { type OptionUse, readOptions } from '../shared/options';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { MEGATRON_MARKS } from './flags';
import { addMegatronRules } from './implied';
import { modelReferences, specsFor } from './megatron';

/** A map whose keys are Megatron-LM's options, as its functional tests and Megatron-MoE-ModelZoo write them. */
interface ArgumentMap {
  /** The key that it stands under; absent for a file that is nothing else. */
  readonly role?: string;
  readonly uses: readonly OptionUse[];
  readonly mark: OptionUse;
  /** The map that it stands in, with the environment beside it. */
  readonly parent: YamlNode;
}

function argumentMap(node: YamlNode, parent: YamlNode, role?: string): ArgumentMap[] {
  const uses = yamlOptions(node);
  const mark = uses.find((use) => MEGATRON_MARKS.some((flag) => flag === use.flag));
  return mark === undefined ? [] : [{ uses, mark, parent, ...(role === undefined ? {} : { role }) }];
}

/** A file of arguments, one map of them under a key, or several such maps one level further down. */
function argumentMaps(root: YamlNode): ArgumentMap[] {
  const own = argumentMap(root, root);
  if (own.length > 0) return own;
  const under = (parent: YamlNode) =>
    membersOf(parent).flatMap(({ key, value }: YamlMember) => argumentMap(value, parent, key));
  const found = under(root);
  return found.length > 0 ? found : membersOf(root).flatMap((member) => under(member.value));
}

const ENVIRONMENT = { section: 'ENV_VARS', variable: 'CUDA_DEVICE_MAX_CONNECTIONS' } as const;

function environmentFacts(file: string, parent: YamlNode): Fact[] {
  const section = membersOf(at(parent, ENVIRONMENT.section));
  const member = section.find(({ key }) => key === ENVIRONMENT.variable);
  if (member?.value.kind !== 'scalar' || !/^\d+$/.test(member.value.text)) return [];
  return [
    {
      name: 'megatron.cudaDeviceMaxConnections',
      value: Number(member.value.text),
      key: member.key,
      file,
      range: member.valueRange,
      keyRange: member.keyRange,
      state: 'literal',
    },
  ];
}

function read(source: SourceText): ReadDocument | null {
  if (!isYamlSource(source)) return null;
  const yaml = yamlOf(source);
  const maps = yaml.documents.flatMap(argumentMaps);
  if (maps.length === 0) return null;
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...yaml.problems];
  const models: ModelReference[] = [];
  maps.forEach((map, index) => {
    const { role } = map;
    const tag = { ...(role === undefined ? {} : { role }), ...(maps.length > 1 ? { command: index } : {}) };
    const stated = readOptions({ file: source.file, command: undefined }, map.uses, specsFor);
    problems.push(...stated.problems);
    const anchor = { file: source.file, range: map.mark.flagRange, keyRange: map.mark.flagRange, ...tag };
    const own = [...stated.facts, ...environmentFacts(source.file, map.parent)];
    const complete = new CommandFacts(
      own.map((fact) => ({ ...fact, ...tag })),
      anchor,
    );
    addMegatronRules(complete, { torchrun: false, isCommand: true });
    facts.push(...complete.facts);
    // `--load: false` leaves the option out.
    const named = modelReferences(map.uses, maps.length > 1 ? index : undefined);
    models.push(...named.filter(({ value }) => !/^(true|false)$/i.test(value)));
  });
  return {
    file: source.file,
    framework: 'megatron-lm',
    title: 'Megatron-LM arguments',
    kind: 'launch',
    facts,
    problems,
    models,
  };
}

export const megatronYaml: Framework = {
  id: 'megatron-lm',
  mightBe: (text) => MEGATRON_MARKS.some((mark) => text.includes(`${mark}:`) || text.includes(`${mark}"`)),
  read,
};
