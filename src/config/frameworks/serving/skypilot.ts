import { acceleratorFact } from '../../accelerator-names';
import type { Fact } from '../../fact';
import { at, membersOf, type YamlNode, type YamlScalar } from '../../syntax/yaml';
import { type Variable, variablesOf } from './manifest/surroundings';

/** What a task gives to the scripts in it. */
export interface TaskSurroundings {
  readonly variables: readonly Variable[];
  readonly facts: readonly Fact[];
}

const NOTHING: TaskSurroundings = { variables: [], facts: [] };

/** `H100:8`: a GPU and how many of them one node has. */
interface Accelerator {
  readonly name: string;
  readonly count: YamlScalar;
}

const part = (scalar: YamlScalar, start: number, end: number): YamlScalar => ({
  ...scalar,
  text: scalar.text.slice(start, end),
  source: scalar.text.slice(start, end),
  range: { start: scalar.range.start + start, end: scalar.range.start + end },
});

function fromText(scalar: YamlScalar): Accelerator[] {
  const { groups } = /^(?<name>[\w.-]+)(?::(?<count>\d+))$/.exec(scalar.text) ?? {};
  if (groups === undefined || scalar.text !== scalar.source) return [];
  return [{ name: groups.name!, count: part(scalar, groups.name!.length + 1, scalar.text.length) }];
}

/** One kind, several of which any will do in braces or a list, each as `NAME:COUNT` or `NAME: COUNT`. */
function acceleratorsOf(node: YamlNode | undefined): Accelerator[] {
  if (node?.kind === 'scalar') return fromText(node);
  if (node?.kind === 'sequence') return node.items.flatMap(acceleratorsOf);
  return membersOf(node).flatMap(({ key, keyRange: range, value }) => {
    if (value.kind !== 'scalar') return [];
    // `{H100:8}` without a space is a key and nothing else.
    if (value.value !== null) return [{ name: key, count: value }];
    return fromText({ ...value, text: key, source: key, range });
  });
}

const isCount = ({ text }: YamlScalar): boolean => /^[1-9]\d*$/.test(text);

function literal(file: string, name: string, key: string, value: YamlScalar): Fact {
  const { range, text } = value;
  return { name, value: Number(text), key, file, range, keyRange: range, state: 'literal' };
}

/**
 * The variables and machines of a SkyPilot task: `envs`, what SkyPilot says of its nodes to `run`, and the GPUs that it asks
 * for where all that will do have as many (skypilot-org/skypilot@13e998c0: docs/source/running-jobs/environment-variables.rst,
 * docs/source/reference/yaml-spec.rst).
 */
export function taskSurroundings(file: string, root: YamlNode): TaskSurroundings {
  const resources = at(root, 'resources');
  if (at(root, 'run')?.kind !== 'scalar' || resources?.kind !== 'map') return NOTHING;
  const nodes = at(root, 'num_nodes');
  const variables: Variable[] = [];
  const facts: Fact[] = [];
  if (nodes?.kind === 'scalar' && isCount(nodes)) {
    variables.push({ name: 'SKYPILOT_NUM_NODES', value: nodes });
    facts.push(literal(file, 'cluster.nodes', 'num_nodes', nodes));
  }
  const kinds = acceleratorsOf(at(resources, 'accelerators'));
  const [first, ...others] = kinds;
  if (
    first !== undefined &&
    isCount(first.count) &&
    others.every(({ count }) => count.text === first.count.text)
  ) {
    variables.push({ name: 'SKYPILOT_NUM_GPUS_PER_NODE', value: first.count });
    facts.push(literal(file, 'cluster.gpusPerNode', 'accelerators', first.count));
    const { range } = first.count;
    const place = { key: 'accelerators', file, range, keyRange: range };
    if (others.length === 0) facts.push(...acceleratorFact(place, first.name));
  }
  const environment = ['envs', 'secrets'].flatMap((key) => at(root, key) ?? []);
  const given = variablesOf(environment).filter(({ value }) => value.text !== '');
  return { variables: [...variables, ...given], facts };
}
