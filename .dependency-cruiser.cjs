/**
 * The arrows of docs/architecture.md: for each folder of src/, the only folders it may import.
 * A new folder needs a line here, or nothing may import it.
 */
const mayImport = {
  catalog: [],
  config: ['catalog'],
  scenario: ['catalog', 'config'],
  sim: ['catalog', 'scenario'],
  lint: ['catalog', 'config', 'scenario', 'sim'],
  plan: ['catalog', 'scenario', 'sim'],
  apply: ['catalog', 'config', 'scenario', 'lint', 'plan'],
  worker: ['catalog', 'config', 'scenario', 'sim', 'lint', 'plan', 'apply'],
  env: ['worker'],
  editor: ['catalog', 'config', 'scenario', 'sim', 'lint', 'plan', 'apply', 'worker', 'env'],
  panel: ['catalog', 'config', 'scenario', 'sim', 'lint', 'plan', 'apply', 'worker', 'editor'],
  cli: ['catalog', 'config', 'scenario', 'sim', 'lint', 'plan', 'apply', 'worker'],
};

/** Single modules outside their folder: what the page and the command line say in the same words. None touches an editor or a page. */
const shared = {
  panel: ['^webview/report/report\\.ts$'],
  cli: ['^webview/report/report\\.ts$', '^src/panel/chips\\.ts$'],
};

const pure = '^src/(catalog|config|scenario|sim|lint|plan|apply|worker|cli)/';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(vscode|#env)$' },
    },
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-imports-only-${allowed.join('-') || 'nothing'}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: {
        path: '^(src|webview)/',
        pathNot: [`^src/(${[folder, ...allowed].join('|')})/`, ...(shared[folder] ?? [])],
      },
    })),
    {
      name: 'vscode-only-in-editor-and-panel',
      severity: 'error',
      from: { path: pure },
      to: { path: '^vscode$' },
    },
    {
      name: 'node-only-in-cli-and-env',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^src/(cli|env)/|^src/worker/[^/]+\\.node\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'webview-imports-types-of-the-host',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: '^src/panel/(protocol|wire)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'types'] },
  },
};
