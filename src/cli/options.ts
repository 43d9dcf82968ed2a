/** One option: how it is parsed, and what help says of it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
  readonly short?: string;
  /** What stands for its value in help. */
  readonly value?: string;
  readonly about: string;
}

/** Every option, under the name that it has in all commands that take it. */
export const OPTIONS = {
  format: { type: 'string', value: 'FORMAT', about: 'how the result is printed' },
  'fail-on': {
    type: 'string',
    value: 'error|warning|info|never',
    about: 'the least finding that makes the exit code 1',
  },
  select: {
    type: 'string',
    multiple: true,
    value: 'RULES',
    about: 'only these rules: codes, beginnings of codes or names, with commas between (MG,VL001,megatron)',
  },
  ignore: {
    type: 'string',
    multiple: true,
    value: 'RULES',
    about: 'not these rules, also of those that --select names',
  },
  disable: { type: 'string', multiple: true, value: 'RULES', about: 'the same as --ignore' },
  exclude: {
    type: 'string',
    multiple: true,
    value: 'PATTERN',
    about: 'leave files out, with a pattern as in .gitignore, from the current folder',
  },
  'no-gitignore': { type: 'boolean', about: 'look also at what .gitignore files leave out' },
  'no-simulate': { type: 'boolean', about: 'leave out the rules that simulate the job' },
  'stdin-filename': {
    type: 'string',
    value: 'NAME',
    about: 'read the text of this file from standard input; other files are found from its path',
  },
  explain: { type: 'string', value: 'RULE', about: 'say what a rule is about, as moe-scope rules RULE does' },
  output: { type: 'string', value: 'FILE', about: 'write the result to a file, as UTF-8' },
  report: {
    type: 'string',
    value: 'FILE',
    about: 'also write the whole result as an HTML page that needs no network',
  },
  quiet: { type: 'boolean', short: 'q', about: 'print findings only: no counts, no notes' },
  preset: { type: 'string', value: 'MODEL', about: 'a published model, as the Hub names it' },
  job: {
    type: 'string',
    value: 'N|ROLE',
    about: 'which job of a file that has several, by its number or its role (prefill, decode)',
  },
  accelerator: { type: 'string', value: 'ID', about: 'short for --set cluster.accelerator=ID' },
  set: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    about: 'a field of the scenario in place of what the files say: layout.ep=8, or ep=8',
  },
  change: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE…',
    about: 'a field of the scenario that the variant has otherwise',
  },
  variant: {
    type: 'string',
    multiple: true,
    value: 'NAME|FILE|FOLDER',
    about:
      "a variant of the job to compare: a scenario file about it, the name of one beside the job's file, or a folder for all in it; several may be given",
  },
  apply: {
    type: 'boolean',
    about: "print, as a unified diff, what makes the job's files say the changes",
  },
  write: { type: 'boolean', about: 'write that into the files, if every change can be written' },
  engine: {
    type: 'string',
    value: 'expected|sampled',
    about: 'routing in expected values, or drawn token by token',
  },
  matrix: { type: 'string', value: 'all|none', about: 'with or without the matrices of ranks and nodes' },
  loads: {
    type: 'string',
    value: 'FILE',
    about: 'measured tokens per expert, [layers][experts] as JSON, or as frameworks write them',
  },
  placement: {
    type: 'string',
    value: 'FILE',
    about: 'the expert of every slot, [layers][slots] as JSON, or as frameworks write it',
  },
  trace: {
    type: 'string',
    value: 'FILE',
    about:
      'recorded choices of one layer, [tokens][top-k] as JSON; of place also of all layers, as frameworks record them',
  },
  replicas: { type: 'string', value: 'R', about: 'slots for experts, redundant ones included' },
  groups: { type: 'string', value: 'G', about: 'groups of experts' },
  nodes: { type: 'string', value: 'N', about: 'nodes that the GPUs stand in' },
  gpus: {
    type: 'string',
    value: 'P',
    about:
      'GPUs that the slots are placed on; of plan a number, several with commas, or FROM-TO in whole nodes',
  },
  objective: {
    type: 'string',
    value: 'step|tokens|memory|cost',
    about: 'what is best: the step time, tokens per second and GPU, free memory, or the price of a token',
  },
  top: { type: 'string', value: 'K', about: 'how many of the best layouts are told' },
  'memory-margin': { type: 'string', value: 'GIB', about: 'memory that stays free on the fullest rank' },
  tpot: { type: 'string', value: 'MS', about: 'the longest time per output token' },
  ttft: { type: 'string', value: 'MS', about: 'the longest time to first token' },
  price: { type: 'string', value: 'PRICE', about: 'price of one GPU hour, in any currency' },
  policy: {
    type: 'string',
    value: 'eplb|search',
    about: "EPLB's placement, or one that a local search finds from there, never worse than it",
  },
  'top-k': { type: 'string', value: 'K', about: 'experts per token, to count the nodes that it is sent to' },
  'topk-groups': { type: 'string', value: 'T', about: 'groups that a token may choose from' },
  experts: {
    type: 'string',
    value: 'E',
    about: 'experts of a layer, where a trace may never choose the last ones',
  },
  save: {
    type: 'string',
    value: 'FILE',
    about: 'write the placement that was searched for the job to a file that its engine reads',
  },
  as: {
    type: 'string',
    value: 'FORM',
    about:
      'the form of that file: sglang-expert-location, trtllm-load-balancer, vllm-ascend-expert-map, or eplb for a scenario file',
  },
  help: { type: 'boolean', short: 'h', about: 'this text' },
  version: { type: 'boolean', about: 'the version' },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;

export const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
export type Format = (typeof FORMATS)[number];

/** One command: what it takes, and what help says of it. */
export interface Command {
  readonly takes: string;
  readonly about: string;
  readonly formats: readonly Format[];
  /** The options that it takes beside `--format`, `--output` and `--help`: one that it would ignore is a mistake. */
  readonly options: readonly OptionName[];
}

const FINDINGS: readonly OptionName[] = ['fail-on', 'select', 'ignore', 'disable'];
const SCENARIO: readonly OptionName[] = [
  'preset',
  'job',
  'accelerator',
  'set',
  'engine',
  'matrix',
  'loads',
  'placement',
  'trace',
];
const TEXT_OR_JSON: readonly Format[] = ['text', 'json'];

export const COMMANDS: Readonly<Record<string, Command>> = {
  lint: {
    takes: 'PATH…',
    about:
      'Findings in files, in the MoE configs found in folders, and in what globs match. Of folders and globs, what .gitignore leaves out is not looked at.',
    formats: FORMATS,
    options: [
      ...FINDINGS,
      'exclude',
      'no-gitignore',
      'no-simulate',
      'stdin-filename',
      'explain',
      'quiet',
      'accelerator',
      'set',
    ],
  },
  inspect: {
    takes: 'FILE',
    about:
      'What a file says: framework, facts with their lines, parameter counts, findings; of an expert placement, expert loads or a routing trace its sizes, skew and problems.',
    formats: TEXT_OR_JSON,
    options: [...FINDINGS, 'accelerator', 'set'],
  },
  simulate: {
    takes: '[FILE…]',
    about: 'Placement, traffic, times, memory and step of a job.',
    formats: TEXT_OR_JSON,
    options: [...SCENARIO, ...FINDINGS, 'report'],
  },
  whatif: {
    takes: '[FILE…] --change NAME=VALUE… | --variant NAME|FILE…',
    about:
      'The same job with changes, beside it as it is; or beside variants of it that are kept as scenario files, as many as are named.',
    formats: TEXT_OR_JSON,
    options: [...SCENARIO, 'change', 'variant', 'apply', 'write', 'ignore'],
  },
  plan: {
    takes: '[FILE…] [--gpus N]',
    about:
      "The best layouts of a job: every legal one for a number of GPUs, with its backends, recomputation and microbatches (of a serving job its engines' sizes, dispatchers and placements), by the figures of simulate.",
    formats: TEXT_OR_JSON,
    options: [
      'gpus',
      'objective',
      'top',
      'memory-margin',
      'tpot',
      'ttft',
      'price',
      ...SCENARIO.filter((option) => option !== 'engine' && option !== 'matrix'),
    ],
  },
  place: {
    takes: '[FILE…] | --loads FILE --replicas R --gpus P',
    about:
      "Whether EPLB is worth it for a job: what its placements and a searched one save and cost, beside experts in index order. With --loads or --trace and no job: EPLB's placement of replicas on GPUs; with a trace or top-k also how many other nodes a token is sent to.",
    formats: TEXT_OR_JSON,
    options: [
      ...SCENARIO.filter((option) => option !== 'engine' && option !== 'matrix'),
      'save',
      'as',
      'experts',
      'replicas',
      'gpus',
      'groups',
      'nodes',
      'top-k',
      'topk-groups',
      'policy',
    ],
  },
  rules: {
    takes: '[RULE]',
    about: 'All rules, or those of a beginning (MG, vllm), or one explained with its source.',
    formats: TEXT_OR_JSON,
    options: [],
  },
};

/** Options that every command takes. */
export const COMMON: readonly OptionName[] = ['format', 'output', 'help', 'version'];
