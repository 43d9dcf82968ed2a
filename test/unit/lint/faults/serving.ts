import type { FrameworkId } from '../../../../src/config/fact';
import type { Workspace } from '../fixtures';
import type { Dialect, Options, OptionValue } from './fault';
import { type ScriptForm, scriptForms, type Word } from './script-forms';
import { nested, yamlForms } from './tree-forms';

/** An engine that is started by options, and the files in which people keep these. */
export interface EngineForms {
  readonly name: string;
  readonly framework: FrameworkId;
  /** Words in front of the options, the model among them. */
  head(model: string): readonly string[];
  /** The spelling on the command line. */
  flag(option: string): string;
  /** How a YAML file of options names the model. */
  readonly modelKey: string;
  /** The key of an srt-slurm recipe that holds its options. */
  readonly recipeKey: string;
}

/** What is said around the options: the model, and the machines. */
export const AROUND: ReadonlySet<string> = new Set(['model', 'nodes', 'gpus']);

export const optionsOf = (options: Options): readonly (readonly [string, OptionValue])[] =>
  Object.entries(options).filter(([option, value]) => !AROUND.has(option) && value !== false);

const wordsOf = (engine: EngineForms, options: Options): Word[] =>
  optionsOf(options).map(([option, value]) => ({
    key: engine.flag(option),
    value: value === true ? null : String(value),
    joint: ' ',
  }));

export const modelOf = ({ model }: Options): string => String(model);

/** `--flag value` as the items of a list. */
export const itemsOf = (engine: EngineForms, options: Options, joint: ' ' | '='): string[] =>
  wordsOf(engine, options).flatMap(({ key, value }) =>
    value === null ? [key] : joint === '=' ? [`${key}=${value}`] : [key, value],
  );

function script(engine: EngineForms, [name, form]: readonly [string, ScriptForm]): Dialect {
  return {
    name: `${engine.name} script, ${name}`,
    framework: engine.framework,
    key: (option) =>
      option === 'gpus' ? '--gpus-per-node' : option === 'nodes' ? '--nodes' : engine.flag(option),
    write(options) {
      const { nodes, gpus } = options;
      const header = gpus === undefined ? '' : `#SBATCH --nodes=${nodes} --gpus-per-node=${gpus}\n`;
      const text = form(engine.head(modelOf(options)).join(' '), wordsOf(engine, options), '');
      return text === null ? null : { 'serve.sh': `#!/bin/bash\n${header}${text}` };
    },
  };
}

const withoutMachines = (engine: EngineForms) => (option: string) =>
  option === 'gpus' || option === 'nodes' ? null : engine.flag(option);

/** A pod says how many GPUs it has; a Deployment has one pod. */
const pod = (container: string, gpus: OptionValue | undefined): Workspace => ({
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: server
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: server
${container}${gpus === undefined ? '' : `          resources:\n            limits:\n              nvidia.com/gpu: "${gpus}"\n`}`,
});

/** Options as a manifest's own list, or in the script that a shell of it runs. */
function manifests(engine: EngineForms): Dialect[] {
  const list = (items: readonly string[]) =>
    items.map((item) => `            - ${JSON.stringify(item)}\n`).join('');
  const dialect = (name: string, container: (options: Options) => string | null): Dialect => ({
    name: `${engine.name} manifest, ${name}`,
    framework: engine.framework,
    key: withoutMachines(engine),
    write(options) {
      const text = container(options);
      const { gpus } = options;
      return text === null ? null : pod(text, gpus);
    },
  });
  const args = (joint: ' ' | '=') => (options: Options) =>
    `          command:\n${list(engine.head(modelOf(options)))}          args:\n${list(itemsOf(engine, options, joint))}`;
  const shell = (form: ScriptForm) => (options: Options) => {
    const text = form(engine.head(modelOf(options)).join(' '), wordsOf(engine, options), '');
    const lines = text?.trimEnd().split('\n');
    return lines === undefined
      ? null
      : `          command: ["/bin/bash", "-c"]\n          args:\n            - |\n${lines.map((line) => `              ${line}\n`).join('')}`;
  };
  return [
    dialect('arguments', args(' ')),
    dialect('arguments with equals', args('=')),
    dialect('script', shell(scriptForms.literal)),
    dialect('script with variables', shell(scriptForms.variable)),
  ];
}

/** A Deployment of a Helm chart: its frame is filled in from values, the server's options are its own. */
function helm(engine: EngineForms): Dialect {
  return {
    name: `${engine.name} Helm template`,
    framework: engine.framework,
    key: withoutMachines(engine),
    write(options) {
      const items = [...engine.head(modelOf(options)), ...itemsOf(engine, options, '=')];
      const lines = items.map((item) => `            - ${JSON.stringify(item)}\n`).join('');
      return {
        'server-deployment.yaml': `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "server.fullname" . }}
  labels:
    {{- include "server.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicaCount }}
  template:
    spec:
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: server
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          command:
${lines}          ports:
            - containerPort: {{ .Values.port }}
{{- end }}
`,
      };
    },
  };
}

/** Options in YAML: a file of them, one text of them, a recipe with a section per role. */
function yamlFiles(engine: EngineForms): Dialect[] {
  const bare = (option: string) => engine.flag(option).replace(/^--/, '');
  const key = (option: string) => (option === 'gpus' || option === 'nodes' ? null : bare(option));
  const entries = (options: Options) =>
    optionsOf(options).map(([option, value]) => [bare(option), value] as const);
  const file = (name: string): Dialect => ({
    name: `${engine.name} options, ${name}`,
    framework: engine.framework,
    key,
    write: (options) => ({
      'options.yaml': yamlForms[name]!({
        [engine.modelKey]: modelOf(options),
        ...Object.fromEntries(entries(options)),
      }),
    }),
  });
  const recipe = (name: string): Dialect => ({
    name: `${engine.name} recipe, ${name}`,
    framework: engine.framework,
    key,
    write: ({ gpus, ...options }) => ({
      'recipe.yaml': yamlForms[name]!(
        nested([
          ['name', 'job'],
          ['model.path', modelOf(options)],
          ...(gpus === undefined ? [] : ([['resources.gpus_per_node', gpus]] as const)),
          [`backend.${engine.recipeKey}.aggregated`, Object.fromEntries(entries(options))],
        ]),
      ),
    }),
  });
  const text: Dialect = {
    name: `${engine.name} server_args`,
    framework: engine.framework,
    key: (option) => (AROUND.has(option) && option !== 'model' ? null : engine.flag(option)),
    write(options) {
      const items = itemsOf(engine, options, ' ');
      if (items.some((item) => /[\s"'{]/.test(item))) return null;
      return { 'eval.yaml': `model_name: "${modelOf(options)}"\nserver_args: "${items.join(' ')}"\n` };
    },
  };
  return [...Object.keys(yamlForms).flatMap((name) => [file(name), recipe(name)]), text];
}

/** Every file in which an engine's options are kept. */
export function servingDialects(engine: EngineForms): readonly Dialect[] {
  return [
    ...Object.entries(scriptForms).map((form) => script(engine, form)),
    ...manifests(engine),
    helm(engine),
    ...yamlFiles(engine),
  ];
}
