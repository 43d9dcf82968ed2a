/** Builtins whose arguments are assignments. */
export const DECLARING: ReadonlySet<string> = new Set(['export', 'declare', 'typeset', 'local', 'readonly']);

/** Builtins that set the variables named after them to something known only at run time. */
export const READING: ReadonlySet<string> = new Set(['read', 'mapfile', 'readarray', 'getopts', 'let']);

/** Commands that a script's author counts on to succeed, so that what follows `&&` runs. */
export const SURE: ReadonlySet<string> = new Set(
  ': . cd conda date declare echo export local mkdir module pip popd pushd readonly set sleep source touch true ulimit'.split(
    ' ',
  ),
);

/** Commands whose words are only shown or tested: they do not use up an option string. */
export const SHOWING: ReadonlySet<string> = new Set(['echo', 'printf', '[', 'test', ':']);

/** Shells that take a script as the argument of `-c`. */
export const SHELLS: ReadonlySet<string> = new Set([
  'bash',
  'sh',
  'zsh',
  '/bin/bash',
  '/bin/sh',
  '/usr/bin/bash',
]);

/** Commands that run what a here-document gives them. */
export const RUNS_HEREDOC: ReadonlySet<string> = new Set([
  'sbatch',
  'bash',
  'sh',
  'ssh',
  'srun',
  'salloc',
  '/bin/bash',
  '/bin/sh',
]);
