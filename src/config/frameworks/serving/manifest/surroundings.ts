import type { Fact } from '../../../fact';
import { at, membersOf, type YamlMap, type YamlNode, type YamlScalar } from '../../../syntax/yaml';
import { modeFact, podFacts } from './pod-facts';

/** What stands around a container and holds for it. */
export interface Surroundings {
  /** The name of the server among those of the file: a service of NVIDIA Dynamo or Compose, `decode` of a chart. */
  readonly role: string | undefined;
  /** Lists of `name` and `value`, or maps of Compose; the outer ones first. */
  readonly environment: readonly YamlNode[];
  /** Variables that the operator sets by itself, with the scalar that says their value. */
  readonly injected: readonly Variable[];
  readonly facts: readonly Fact[];
  /** Volumes of the pod that are folders of the node, by name. */
  readonly folders: ReadonlyMap<string, YamlScalar>;
  /** Compose spells commands, environments and variables in its own way. */
  readonly isCompose: boolean;
}

/** A variable of a container's environment. */
export interface Variable {
  readonly name: string;
  readonly value: YamlScalar;
}

/** LeaderWorkerSet tells every pod how many its group has (kubernetes-sigs/lws@58263b0f: pkg/utils/pod/pod_utils.go). */
const INJECTED = [
  { name: 'LWS_GROUP_SIZE', path: ['leaderWorkerTemplate', 'size'] },
  { name: 'LWS_GROUP_SIZE', path: ['leaderWorkerSet', 'size'] },
] as const;

export const NOTHING_AROUND: Surroundings = {
  role: undefined,
  environment: [],
  injected: [],
  facts: [],
  folders: new Map(),
  isCompose: false,
};

/** A Compose file: services, and none of what a Kubernetes resource starts with. */
export function isComposeFile(root: YamlNode): boolean {
  return (
    at(root, 'services')?.kind === 'map' &&
    at(root, 'apiVersion') === undefined &&
    at(root, 'kind') === undefined
  );
}

/** What holds inside a node. */
export function enter(file: string, node: YamlMap, outer: Surroundings): Surroundings {
  const own = podFacts(file, node);
  const names = new Set(own.map((fact) => fact.name));
  const environment = ['envs', 'env', ...(outer.isCompose ? ['environment'] : [])]
    .map((key) => at(node, key))
    .filter((list) => list !== undefined);
  return {
    ...outer,
    environment: [...outer.environment, ...environment],
    injected: [...outer.injected, ...injectedBy(node)],
    facts: [...own, ...outer.facts.filter((fact) => !names.has(fact.name))],
    folders: foldersIn(node) ?? outer.folders,
  };
}

/** `volumes` of a pod: those with a path on the node. */
function foldersIn(node: YamlMap): ReadonlyMap<string, YamlScalar> | undefined {
  const volumes = at(node, 'volumes');
  if (volumes?.kind !== 'sequence') return undefined;
  return new Map(
    volumes.items.flatMap((volume): [string, YamlScalar][] => {
      const [name, path] = [at(volume, 'name'), at(volume, 'hostPath', 'path')];
      return name?.kind === 'scalar' && path?.kind === 'scalar' ? [[name.text, path]] : [];
    }),
  );
}

function injectedBy(node: YamlMap): Variable[] {
  return INJECTED.flatMap(({ name, path }) => {
    const value = at(node, ...path);
    return value?.kind === 'scalar' && value.text !== '' ? [{ name, value }] : [];
  });
}

/** Inside a server that has a name. */
export function asRole(file: string, key: string, name: YamlScalar, outer: Surroundings): Surroundings {
  const stated = modeFact(file, key, name.text, name.range);
  const facts = [...stated, ...outer.facts.filter((fact) => fact.name !== 'workload.mode')];
  return { ...outer, role: name.text, facts: stated.length > 0 ? facts : outer.facts };
}

/** Names and values of an environment, in both of its spellings. */
export function variablesOf(environment: readonly YamlNode[]): Variable[] {
  return environment.flatMap((list) => {
    const pairs =
      list.kind === 'sequence'
        ? list.items.map(
            (item) => assigned(item) ?? { name: textOf(at(item, 'name')), value: at(item, 'value') },
          )
        : membersOf(list).map((member) => ({ name: member.key, value: member.value }));
    return pairs.flatMap(({ name, value }) =>
      name !== undefined &&
      /^[A-Za-z_]\w*$/.test(name) &&
      value?.kind === 'scalar' &&
      (!value.templated || value.filled)
        ? [{ name, value }]
        : [],
    );
  });
}

/** `- NAME=value` of Compose. */
function assigned(item: YamlNode): { name: string; value: YamlScalar } | undefined {
  if (item.kind !== 'scalar' || item.text !== item.source) return undefined;
  const cut = item.text.indexOf('=');
  const text = item.text.slice(cut + 1);
  const range = { start: item.range.start + cut + 1, end: item.range.end };
  return cut < 1
    ? undefined
    : { name: item.text.slice(0, cut), value: { ...item, text, source: text, range } };
}

const textOf = (node: YamlNode | undefined): string | undefined =>
  node?.kind === 'scalar' ? node.text : undefined;
