import { expect, test } from 'vitest';
import { isShellSource } from '../../../src/config/frameworks/shared/shell-source';
import { isYamlSource } from '../../../src/config/frameworks/shared/yaml-source';
import { hasOurEnding, SCRIPTS, TREES } from '../../../src/editor/file-kinds';

test('the endings are those that readers of scripts and of YAML take', () => {
  const isScript = (ending: string) => isShellSource({ file: `job.${ending}`, text: 'vllm serve model' });
  const isYaml = (ending: string) => isYamlSource({ file: `job.${ending}`, text: 'image: vllm' });
  expect(SCRIPTS.filter((ending) => !isScript(ending))).toEqual([]);
  expect(TREES.filter((ending) => !isYaml(ending))).toEqual(['toml', 'conf']);
});

test.each(['a/serve.sbatch', 'a/values.yaml.j2', 'compose.yml', 'x.toml', 'runtime.conf', 'config.json'])(
  '%s may be a config whatever its language',
  (path) => expect(hasOurEnding(path)).toBe(true),
);

test.each(['README.md', 'Makefile', 'a.py', 'yaml', 'a.yaml.bak'])('%s is none by its name', (path) =>
  expect(hasOurEnding(path)).toBe(false),
);
