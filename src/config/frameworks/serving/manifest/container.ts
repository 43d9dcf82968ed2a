import { at, type YamlFile, type YamlNode, type YamlScalar } from '../../../syntax/yaml';
import { COMPOSE_VARIABLE, ComposedScript, PLAIN_VARIABLE } from '../composed';
import { type MountedFiles, mountedFile } from './config-maps';
import { type Surroundings, variablesOf } from './surroundings';

const SHELL = /(^|\/)(ba|z|k|da)?sh$/;
/** `-c`, `-lc`, `-ec`: the next argument is a script. */
const SCRIPT_OPTION = /^-[a-z]*c$/;

/** What a container runs. */
export interface ContainerScript {
  readonly script: ComposedScript;
  /** It holds a script that somebody wrote, whose mistakes are worth a word. */
  readonly isWritten: boolean;
}

function scalarsOf(node: YamlNode | undefined): YamlScalar[] {
  if (node?.kind === 'scalar') return node.value === null && !node.templated ? [] : [node];
  return node?.kind === 'sequence' ? node.items.filter((item) => item.kind === 'scalar') : [];
}

/** Program and arguments by the two names that they have: Compose says `entrypoint` and `command`. */
function wordsOf(node: YamlNode, isCompose: boolean): { program: YamlScalar[]; args: YamlScalar[] } {
  const [program, args] = isCompose ? ['entrypoint', 'command'] : ['command', 'args'];
  return { program: scalarsOf(at(node, program!)), args: scalarsOf(at(node, args!)) };
}

/** Folders of the node that a container of Kubernetes has, each with its path in there. */
function mountsOf(node: YamlNode, { folders }: Surroundings): { folder: YamlScalar; path: YamlScalar }[] {
  const mounts = at(node, 'volumeMounts');
  if (mounts?.kind !== 'sequence') return [];
  return mounts.items.flatMap((mount) => {
    const [name, path] = [at(mount, 'name'), at(mount, 'mountPath')];
    const folder = name?.kind === 'scalar' ? folders.get(name.text) : undefined;
    return folder !== undefined && path?.kind === 'scalar' ? [{ folder, path }] : [];
  });
}

/** Whether a node of a manifest is a container that runs something. */
export const runsSomething = (node: YamlNode): boolean =>
  ['args', 'command', 'entrypoint'].some((key) => at(node, key) !== undefined);

/** Compose splits a command that is one string, as a shell does. */
const isCommandLine = (node: YamlNode | undefined): boolean => node?.kind === 'scalar';

/**
 * The script that a container runs, with its environment in front. `files` are those that the manifest mounts: a
 * script among them stands for the command that runs it.
 */
export function containerScript(
  yaml: YamlFile,
  source: string,
  node: YamlNode,
  around: Surroundings,
  files: MountedFiles,
): ContainerScript {
  const { isCompose } = around;
  const { program, args } = wordsOf(node, isCompose);
  const words = [...program, ...args];
  const script = new ComposedScript(yaml, source, { start: 0, end: 0 });
  const expands = isCompose ? COMPOSE_VARIABLE : undefined;
  for (const { name, value } of around.injected) {
    // What envsubst is to fill in is set, though to what is not known: no default of a script stands in for it.
    script.glue(`export ${name}=`).word(value, PLAIN_VARIABLE).glue('\n');
  }
  for (const { name, value } of variablesOf(around.environment)) {
    script.glue(`export ${name}=`).word(value, expands).glue('\n');
  }
  const option = words.findIndex(
    (word, index) => index > 0 && SCRIPT_OPTION.test(word.text) && SHELL.test(words[index - 1]!.text),
  );
  const body = option === -1 ? undefined : words[option + 1];
  if (body !== undefined) return { script: script.script(body), isWritten: true };
  const [first, second] = words;
  const started = first !== undefined && SHELL.test(first.text) ? second : first;
  const mounted = started === undefined ? undefined : mountedFile(files, started.text);
  if (mounted !== undefined) return { script: script.script(mounted), isWritten: true };
  const image = at(node, 'image');
  // As `docker run` would be told: a folder may name the model.
  const volumes = isCompose ? scalarsOf(at(node, 'volumes')).filter(({ text }) => text.includes(':')) : [];
  const mounts = isCompose ? [] : mountsOf(node, around);
  if (volumes.length + mounts.length > 0) script.glue('docker run ');
  for (const volume of volumes) script.glue('-v ').word(volume, expands).glue(' ');
  for (const { folder, path } of mounts) script.glue('-v ').word(folder).glue(':').word(path).glue(' ');
  // Without a command the image's own program runs.
  if (program.length === 0 && image?.kind === 'scalar') script.word(image, expands).glue(' ');
  const split = isCompose && isCommandLine(at(node, 'command'));
  for (const word of program) script.word(word, expands).glue(' ');
  for (const word of args) (split ? script.options(word) : script.word(word, expands)).glue(' ');
  return { script, isWritten: false };
}
