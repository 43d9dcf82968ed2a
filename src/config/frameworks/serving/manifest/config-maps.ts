import { at, membersOf, type YamlFile, type YamlScalar } from '../../../syntax/yaml';

/** Files that the ConfigMaps of a manifest hold, by name. Two of the same name say nothing certain. */
export type MountedFiles = ReadonlyMap<string, YamlScalar>;

export function mountedFiles(yaml: YamlFile): MountedFiles {
  const files = new Map<string, YamlScalar>();
  const twice = new Set<string>();
  for (const root of yaml.documents) {
    const kind = at(root, 'kind');
    if (kind?.kind !== 'scalar' || kind.text !== 'ConfigMap') continue;
    for (const { key, value } of membersOf(at(root, 'data'))) {
      if (value.kind !== 'scalar') continue;
      if (files.has(key)) twice.add(key);
      files.set(key, value);
    }
  }
  for (const name of twice) files.delete(name);
  return files;
}

/** The file that a path inside a container means: mounts change the folder and keep the name. */
export function mountedFile(files: MountedFiles, path: string): YamlScalar | undefined {
  return files.get(path.split('/').at(-1) ?? '');
}
