import { at, membersOf, type YamlFile, type YamlNode } from '../../../syntax/yaml';
import { embeddedYaml } from '../../../syntax/yaml/embedded';
import { entryOf } from '../../../table';
import type { BareServer } from '../../serving/bare-server';

/**
 * Ray Serve LLM: `engine_kwargs` are vLLM's options, beside `model_loading_config`
 * (ray-project/ray@2dfb3b03: release/llm_tests/serve/configs). A RayService holds the same as text in `serveConfigV2`.
 */
export function rayServe(root: YamlNode, yaml: YamlFile): BareServer[] {
  const service = at(root, 'spec', 'serveConfigV2');
  const roots = service?.kind === 'scalar' ? embeddedYaml(yaml, service).documents : [root];
  const seen = new Set<YamlNode>();
  return roots.flatMap((node) => serversIn(node, undefined, seen));
}

/** The two halves of a disaggregated application. */
const ROLES: Readonly<Record<string, string>> = { prefill_config: 'prefill', decode_config: 'decode' };

function serversIn(node: YamlNode, role: string | undefined, seen: Set<YamlNode>): BareServer[] {
  if (node.kind === 'scalar' || seen.has(node)) return [];
  seen.add(node);
  if (node.kind === 'sequence') return node.items.flatMap((item) => serversIn(item, role, seen));
  return membersOf(node).flatMap(({ key, keyRange, value }): BareServer[] => {
    if (key !== 'engine_kwargs' || value.kind !== 'map')
      return serversIn(value, entryOf(ROLES, key) ?? role, seen);
    const loading = at(node, 'model_loading_config');
    const models = [at(loading, 'model_source'), at(loading, 'model_id')].flatMap((name) =>
      name?.kind === 'scalar' ? [name] : [],
    );
    const environment = at(node, 'runtime_env', 'env_vars');
    return [
      {
        ...(role === undefined ? {} : { role }),
        place: keyRange,
        environment: environment === undefined ? [] : [environment],
        commandLines: [],
        words: [],
        map: value,
        keys: [],
        containers: [],
        models,
      },
    ];
  });
}
