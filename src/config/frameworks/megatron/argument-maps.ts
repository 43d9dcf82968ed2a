import { at, membersOf, type YamlMap, type YamlMember, type YamlNode } from '../../syntax/yaml';
import { yamlOptions } from '../shared/assigned-options';
import type { OptionUse } from '../shared/options';
import { isExpertField } from './fields';
import { MEGATRON_MARKS } from './flags';

/** A map of a YAML file whose keys are Megatron-LM's options or the fields of its configs. */
export interface ArgumentMap {
  /** The keys that it stands under; absent for a file that is nothing else. */
  readonly role?: string;
  readonly uses: readonly OptionUse[];
  readonly mark: OptionUse;
  /** The map that it stands in, with the environment beside it. */
  readonly parent: YamlNode;
  /** All options of a command stand in it: what is absent is at Megatron-LM's default. */
  readonly isWhole: boolean;
  /** Uses of other sections that belong to the same job, each with its section. */
  readonly sections?: readonly { readonly role?: string; readonly uses: readonly OptionUse[] }[];
}

const tagOf = (role: string | undefined) => (role === undefined ? {} : { role });

/** Options in the spelling of the command line, as Megatron-LM's functional tests and Megatron-MoE-ModelZoo write them. */
function optionMap(node: YamlNode, parent: YamlNode, role?: string): ArgumentMap[] {
  const uses = yamlOptions(node);
  const mark = uses.find((use) => MEGATRON_MARKS.some((flag) => flag === use.flag));
  return mark === undefined ? [] : [{ uses, mark, parent, isWhole: true, ...tagOf(role) }];
}

/** Sections whose fields are all options of a command (NVIDIA/Megatron-LM@8a2ac1fd: examples/moe_recipes). */
const COMMAND_SECTIONS: ReadonlySet<string> = new Set(['ARGS', 'MODEL_ARGS']);
/** Sizes that only Megatron-Core's configs call so. */
const SIZES: ReadonlySet<string> = new Set([
  'tensor_model_parallel_size',
  'pipeline_model_parallel_size',
  'expert_model_parallel_size',
]);

/** Sections that nobody but trainers on Megatron-Core has: a file that builds on another may say no size in it. */
const HANDED_ON = /(^|\.)megatron_(cfg|config)$/;

const expertField = (uses: readonly OptionUse[]) =>
  uses.find(({ flag }) => isExpertField(flag) || flag === 'num_experts');

/** Fields of a job with experts, by their names in Python. */
function fieldMap(node: YamlNode, parent: YamlNode, role?: string): ArgumentMap[] {
  const uses = yamlOptions(node);
  const mark = expertField(uses);
  if (mark === undefined) return [];
  const names = new Set(uses.map(({ flag }) => flag));
  const isCommand = role !== undefined && COMMAND_SECTIONS.has(role);
  // One size alone may be anybody's.
  const isKnown = [...names].some((name) => SIZES.has(name) && name !== mark.flag);
  const isHandedOn = role !== undefined && HANDED_ON.test(role);
  if (!isCommand && !isKnown && !isHandedOn) return [];
  const isDescribed = role === undefined && ['num_experts', 'num_layers'].every((name) => names.has(name));
  return [{ uses, mark, parent, isWhole: isCommand || isDescribed, ...tagOf(role) }];
}

/** A file that has a command's options in several sections. */
interface SectionedForm {
  /** Sections that the file must have. */
  readonly needed: readonly string[];
  /** Others that it may have, and sections inside sections. */
  readonly further: readonly (readonly string[])[];
  /** Fields that show that the model has experts. */
  readonly experts: ReadonlySet<string>;
}

const SECTIONED: readonly SectionedForm[] = [
  // `--yaml-cfg` (NVIDIA/Megatron-LM@00caa53a: megatron/training/yaml_arguments.py).
  {
    needed: ['language_model', 'model_parallel'],
    further: [[]],
    experts: new Set(['num_moe_experts']),
  },
  // FlagOpen/FlagScale: examples/deepseek_v3/conf/train.
  {
    needed: ['system', 'model'],
    further: [['system', 'precision'], ['model', 'optimizer'], ['data']],
    experts: new Set(['num_experts']),
  },
];

function sectionsOf(root: YamlNode, { needed, further, experts }: SectionedForm): ArgumentMap[] | null {
  if (needed.some((key) => at(root, key)?.kind !== 'map')) return null;
  const paths = [...needed.map((key) => [key]), ...further];
  const sections = paths.map((path) => ({
    ...tagOf(path.join('.') || undefined),
    uses: yamlOptions(at(root, ...path)),
  }));
  const uses = sections.flatMap((section) => section.uses);
  if (!uses.some(({ flag }) => SIZES.has(flag))) return null;
  const mark = uses.find(({ flag }) => experts.has(flag));
  return mark === undefined ? [] : [{ uses, mark, parent: root, isWhole: true, sections }];
}

/** A file of sections; `null` for another file. */
function sectioned(root: YamlNode): ArgumentMap[] | null {
  for (const form of SECTIONED) {
    const found = sectionsOf(root, form);
    if (found !== null) return found;
  }
  return null;
}

/** Trainers nest what they hand on to Megatron-Core (`strategy_args.strategy_config`), but not deeper. */
const MAX_DEPTH = 5;

function nestedFields(parent: YamlNode, path: readonly string[], seen: Set<YamlNode>): ArgumentMap[] {
  if (path.length >= MAX_DEPTH) return [];
  return membersOf(parent).flatMap(({ key, value }): ArgumentMap[] => {
    if (value.kind !== 'map' || seen.has(value)) return [];
    seen.add(value);
    const inner = [...path, key];
    const own = fieldMap(value, parent, inner.join('.'));
    return own.length > 0 ? own : nestedFields(value, inner, seen);
  });
}

/** A file of arguments, one map of them under a key, or several such maps further down. */
export function argumentMaps(root: YamlNode): ArgumentMap[] {
  const parts = sectioned(root);
  if (parts !== null) return parts;
  const own = optionMap(root, root);
  if (own.length > 0) return own;
  const under = (parent: YamlNode) =>
    membersOf(parent).flatMap(({ key, value }: YamlMember) => optionMap(value, parent, key));
  const found = under(root);
  if (found.length > 0) return found;
  const deeper = membersOf(root).flatMap((member) => under(member.value));
  if (deeper.length > 0) return deeper;
  const flat = fieldMap(root, root);
  return flat.length > 0 ? flat : nestedFields(root, [], new Set<YamlMap>());
}
