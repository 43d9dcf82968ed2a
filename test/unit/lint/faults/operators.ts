import type { Dialect, Options } from './fault';
import { AROUND, type EngineForms, itemsOf, modelOf, optionsOf } from './serving';

type Write = (options: Options) => string;

const dialect = (
  engine: EngineForms,
  name: string,
  file: string,
  write: Write,
  key: (option: string) => string = engine.flag,
): Dialect => ({
  name: `${engine.name} ${name}`,
  framework: engine.framework,
  key: (option) => (AROUND.has(option) && option !== 'model' ? null : key(option)),
  write: (options) => ({ [file]: write(options) }),
});

const listed = (items: readonly string[], indent: string): string =>
  items.map((item) => `${indent}- ${JSON.stringify(item)}\n`).join('');

/** Options that have a key of their own, and all others. */
function parted(options: Options, own: Readonly<Record<string, string>>): [keys: string[], rest: Options] {
  const entries = Object.entries(options);
  const keys = entries
    .filter(([option, value]) => own[option] !== undefined && value !== false)
    .map(([option, value]) => `${own[option]}: ${value}`);
  return [keys, Object.fromEntries(entries.filter(([option]) => own[option] === undefined))];
}

const keyed = (own: Readonly<Record<string, string>>, engine: EngineForms) => (option: string) =>
  own[option] ?? engine.flag(option);

/** A service of a Compose file. */
export function composeDialects(engine: EngineForms): Dialect[] {
  const service = (options: Options, command: string) =>
    `services:\n  server:\n    image: server:1\n${command}    environment:\n      MODEL: ${modelOf(options)}\n`;
  return [
    dialect(engine, 'Compose list', 'compose.yaml', (options) =>
      service(
        options,
        `    command:\n${listed([...engine.head(modelOf(options)), ...itemsOf(engine, options, ' ')], '      ')}`,
      ),
    ),
    dialect(engine, 'Compose list with equals', 'docker-compose.yml', (options) =>
      service(
        options,
        `    command:\n${listed([...engine.head(modelOf(options)), ...itemsOf(engine, options, '=')], '      ')}`,
      ),
    ),
    dialect(engine, 'Compose text', 'compose.yml', (options) => {
      const words = itemsOf(engine, options, ' ').map((word) => (/[\s"{$]/.test(word) ? `'${word}'` : word));
      const lines = [engine.head(modelOf(options)).join(' '), ...words];
      return service(options, `    command: >-\n${lines.map((line) => `      ${line}\n`).join('')}`);
    }),
  ];
}

const PARALLELISM = {
  'tensor-parallel-size': 'tensor',
  'data-parallel-size': 'data',
  'data-parallel-size-local': 'dataLocal',
  'enable-expert-parallel': 'expert',
} as const;

const STACK = { 'tensor-parallel-size': 'tensorParallelSize' } as const;

/** What operators and charts start vLLM by. */
export function operatorDialects(engine: EngineForms): Dialect[] {
  const underscored = (option: string) => option.replaceAll('-', '_');
  const rayConfig = (options: Options, indent: string) =>
    [
      'applications:',
      '  - name: llms',
      '    args:',
      '      llm_configs:',
      '        - model_loading_config:',
      `            model_id: ${modelOf(options)}`,
      '          engine_kwargs:',
      ...optionsOf(options).map(
        ([option, value]) =>
          `            ${underscored(option)}: ${typeof value === 'string' && value.startsWith('$') ? JSON.stringify(value) : value}`,
      ),
    ]
      .map((line) => `${indent}${line}\n`)
      .join('');
  return [
    dialect(
      engine,
      'InferenceService',
      'service.yaml',
      (options) =>
        `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: server\nspec:\n  predictor:\n    model:\n      modelFormat:\n        name: huggingface\n      args:\n${listed(['--model_id', modelOf(options), ...itemsOf(engine, options, ' ')], '        ')}`,
    ),
    dialect(
      engine,
      'LLMInferenceService',
      'service.yaml',
      (options) => {
        const [keys, rest] = parted(options, PARALLELISM);
        const parallelism = keys.map((line) => `    ${line}\n`).join('');
        return `apiVersion: serving.kserve.io/v1alpha1\nkind: LLMInferenceService\nmetadata:\n  name: server\nspec:\n  model:\n    name: ${modelOf(options)}\n  parallelism:\n${parallelism}  template:\n    containers:\n      - name: main\n        args:\n${listed(['--port=8000', ...itemsOf(engine, rest, ' ')], '          ')}`;
      },
      keyed(PARALLELISM, engine),
    ),
    dialect(engine, 'Ray Serve config', 'serve.yaml', (options) => rayConfig(options, ''), underscored),
    dialect(
      engine,
      'RayService',
      'service.yaml',
      (options) =>
        `apiVersion: ray.io/v1\nkind: RayService\nmetadata:\n  name: llms\nspec:\n  serveConfigV2: |\n${rayConfig(options, '    ')}`,
      underscored,
    ),
    dialect(
      engine,
      'production-stack values',
      'values.yaml',
      (options) => {
        const [keys, rest] = parted(options, STACK);
        return `servingEngineSpec:\n  modelSpec:\n    - name: server\n      modelURL: ${modelOf(options)}\n      vllmConfig:\n${keys.map((line) => `        ${line}\n`).join('')}        extraArgs:\n${listed(['--trust-remote-code', ...itemsOf(engine, rest, ' ')], '          ')}`;
      },
      keyed(STACK, engine),
    ),
    dialect(
      engine,
      'llm-d values',
      'values.yaml',
      (options) => {
        const [keys, rest] = parted(options, PARALLELISM);
        return `modelArtifacts:\n  name: ${modelOf(options)}\n  uri: hf://${modelOf(options)}\ndecode:\n  parallelism:\n${keys.map((line) => `    ${line}\n`).join('')}  containers:\n    - name: vllm\n      modelCommand: vllmServe\n      args:\n${listed(['--trust-remote-code', ...itemsOf(engine, rest, ' ')], '        ')}`;
      },
      keyed(PARALLELISM, engine),
    ),
  ];
}
