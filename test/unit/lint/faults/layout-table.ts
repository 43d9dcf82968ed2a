import type { Dialect, Family, Options } from './fault';

/** One row of Megatron-MoE-ModelZoo's table of layouts: a model, and a column per option. */
const table = (name: string, write: (columns: string, cells: string, model: string) => string): Dialect => ({
  name: `layout table, ${name}`,
  framework: 'megatron-lm',
  key: (option) => (option === 'model' ? null : option),
  write({ model, ...options }: Options) {
    const columns = Object.keys(options).join(' ');
    const cells = Object.values(options).join('  ');
    return { 'runtime.conf': write(columns, cells, String(model)) };
  },
});

/** Megatron-LM, by a table of layouts. What a script adds to a row is not known: rules that it could answer say nothing. */
export const layoutTableFamily: Family = {
  name: 'Megatron layout table',
  bases: {
    mixtral: {
      model: 'Mixtral-8x7B',
      TP: 1,
      PP: 4,
      CP: 1,
      EP: 8,
      VPP: 1,
      LAYERS: 32,
      MBS: 1,
      GBS: 256,
      DISPATCHER: 'alltoall',
      NNODES: 8,
    },
  },
  dialects: [
    table(
      'one model',
      (columns, cells, model) =>
        `declare -A CONFIGS=(\n    # MODEL: ${columns}\n    [${model}]="${cells}"\n)\n`,
    ),
    table(
      'several models',
      (columns, cells, model) =>
        `declare -A CONFIGS=(\r\n  # MODEL:          ${columns}\r\n  [unknown]='1 1'\r\n  [${model}]='  ${cells}' # as it is\r\n)\r\n`,
    ),
  ],
  faults: [
    { rule: 'MG002', set: { EP: 16 }, at: 'EP' },
    { rule: 'GN002', set: { EP: 'x' }, at: 'EP' },
  ],
  exceptions: [],
};
