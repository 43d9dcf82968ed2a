import {
  at,
  membersOf,
  type YamlMap,
  type YamlMember,
  type YamlNode,
  type YamlScalar,
} from '../../syntax/yaml';
import { entryOf } from '../../table';
import type { BareServer } from '../serving/bare-server';
import { SGLANG_OPTIONS } from './flags';

/** Keys of charts whose option is not the key with dashes. */
const OTHER_KEYS: Readonly<Record<string, string>> = {
  tensorParallelism: '--tensor-parallel-size',
  enableEpMoe: '--enable-ep-moe',
};

/**
 * The option that a chart's key stands for: `moeA2aBackend` is `--moe-a2a-backend`
 * (sgl-project/sglang@29539dd5: docs/references/multi_node_deployment/lws_pd_helm/sglang-leaderworkerset/values.yaml).
 */
function flagOfKey(key: string): string | undefined {
  const flag =
    entryOf(OTHER_KEYS, key) ?? `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return SGLANG_OPTIONS.has(flag) ? flag : undefined;
}

const optionKeys = (map: YamlNode): BareServer['keys'] =>
  membersOf(map).flatMap((member) => {
    // Keys with dashes are the options themselves.
    const isOwn = member.value.kind === 'scalar' && /^[a-z][A-Za-z\d]*$/.test(member.key);
    const flag = isOwn ? flagOfKey(member.key) : undefined;
    return flag === undefined ? [] : [{ member, flag }];
  });

const namesOf = (flag: string): readonly string[] => (SGLANG_OPTIONS.get(flag) ?? []).map(({ name }) => name);

/** A map of options says how the server is split, and more. */
const isServer = (keys: BareServer['keys']): boolean =>
  keys.length > 1 && keys.some(({ flag }) => namesOf(flag).includes('layout.tp'));

const scalar = (node: YamlNode | undefined): YamlScalar[] => (node?.kind === 'scalar' ? [node] : []);
const ROLES: ReadonlySet<string> = new Set(['prefill', 'decode']);
/** A chart's options stand in a section, or in a section of one of its roles. */
const MAX_DEPTH = 2;

interface Place {
  readonly root: YamlNode;
  /** The map of a role, which has its machines and GPUs. */
  readonly owner?: YamlMember;
}

function serversIn(map: YamlMap, place: Place, depth: number): BareServer[] {
  return map.members.flatMap((member): BareServer[] => {
    const { key, value } = member;
    if (value.kind !== 'map') return [];
    const inner = ROLES.has(key) ? { ...place, owner: member } : place;
    // A key with dashes shows that the map is one of options, not of a chart's keys.
    const isChart = !value.members.some((own) => own.key.includes('-') && SGLANG_OPTIONS.has(`--${own.key}`));
    const keys = isChart ? optionKeys(value) : [];
    if (!isServer(keys)) return depth < MAX_DEPTH ? serversIn(value, inner, depth + 1) : [];
    const owner = inner.owner?.value;
    const model = at(place.root, 'global', 'model', 'path') ?? at(place.root, 'model', 'path');
    return [
      {
        ...(inner.owner === undefined ? {} : { role: inner.owner.key }),
        place: member.keyRange,
        environment: [at(owner, 'leader', 'env')].flatMap((node) => node ?? []),
        commandLines: [],
        words: [],
        keys,
        keysByOption: Object.fromEntries(keys.map(({ member: own, flag }) => [flag, own.key])),
        containers: [owner, at(owner, 'leader')].flatMap((node) => node ?? []),
        models: [...scalar(at(value, 'modelPath')), ...scalar(model)],
      },
    ];
  });
}

const isSglangImage = (node: YamlNode | undefined): boolean =>
  [node, at(node, 'repository')].some(
    (name) => name?.kind === 'scalar' && /(^|\/)sglang(:|$)/.test(name.text),
  );

/** Values of charts that start SGLang: its options under the chart's own keys. */
export function sglangCharts(root: YamlNode): BareServer[] {
  if (root.kind !== 'map' || at(root, 'apiVersion') !== undefined) return [];
  const isSglang = isSglangImage(at(root, 'image')) || isSglangImage(at(root, 'global', 'image'));
  const named = root.members.filter(({ key }) => /^sglang/i.test(key));
  const options = isSglang ? root.members : named;
  const found = serversIn({ ...root, members: options }, { root }, 1);
  return found.length > 0 ? found : isSglang ? extraArguments(root) : [];
}

/** Values that hand a list of arguments on to the server (Lintasarta/sglang-helm@055a825c: templates/deployment.yaml). */
function extraArguments(root: YamlMap): BareServer[] {
  const list = root.members.find(({ key }) => /^(extra)?args$/i.test(key));
  if (list?.value.kind !== 'sequence') return [];
  const words = list.value.items.filter((item) => item.kind === 'scalar');
  if (!words.some(({ text }) => namesOf(text.replace(/=.*$/s, '')).includes('layout.tp'))) return [];
  const models = [at(root, 'modelName'), at(root, 'model', 'path'), at(root, 'model')].flatMap(scalar);
  return [
    { place: list.keyRange, environment: [], commandLines: [], words, keys: [], containers: [root], models },
  ];
}
