/** Languages of the files that MoE Scope reads. Compose files have one of their own in VS Code's YAML extension. */
export const LANGUAGES = ['json', 'jsonc', 'shellscript', 'yaml', 'dockercompose', 'toml'] as const;

/** Files that a shell reads; batch scripts have no language in VS Code. */
export const SCRIPTS = ['sh', 'bash', 'zsh', 'ksh', 'slurm', 'sbatch', 'sub', 'job', 'pbs'] as const;

/** YAML, its templates, TOML, and tables of layouts: some have a language only by an extension, or that of a template. */
export const TREES = [
  ...['yaml', 'yml'].flatMap((name) => [
    name,
    ...['tpl', 'tmpl', 'j2', 'jinja', 'jinja2', 'template'].map((template) => `${name}.${template}`),
  ]),
  'toml',
  'conf',
] as const;

/** Every ending of a file that may be a config, whatever language an editor takes it for. */
export const ENDINGS: readonly string[] = ['json', ...SCRIPTS, ...TREES];

/** A glob for files with these endings. */
export const withEndings = (endings: readonly string[]): string => `**/*.{${endings.join(',')}}`;

/** Whether a file has such an ending. */
export const hasOurEnding = (path: string): boolean => ENDINGS.some((ending) => path.endsWith(`.${ending}`));
