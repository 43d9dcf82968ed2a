import type { FrameworkId } from '../fact';
import { addAxolotlRules } from './axolotl/implied';
import { addTrainingRules } from './deepspeed/implied';
import type { CommandFacts } from './shared/command-facts';
import { flag, type OptionSpec, type OptionUse, optionTable } from './shared/options';
import { addTorchtitanRules } from './torchtitan/implied';
import { TORCHTITAN_OPTIONS } from './torchtitan/options';

/** A way to start a job whose description is in a config file: the command has its path, and options over it. */
export interface ConfigCall {
  readonly framework: FrameworkId;
  /** Options that name the file. */
  readonly flags: readonly string[];
  /** Environment variables that name it, for programs that `starts` matches. */
  readonly variables: readonly string[];
  readonly starts?: RegExp;
  /** A program, or a module of Python, whose first argument with such a name is the file. */
  readonly takes?: RegExp;
  readonly modelOptions: readonly string[];
  readonly wins: 'command' | 'file';
  optionsFor(use: OptionUse): readonly OptionSpec[];
  complete(facts: CommandFacts): void;
}

const LAUNCHER: readonly OptionSpec[] = [
  flag('size', 'cluster.nodes', '--nnodes', '--num_nodes', '--num_machines'),
  flag('size', 'cluster.gpusPerNode', '--nproc_per_node', '--nproc-per-node', '--num_gpus'),
];

/** Hugging Face's Trainer (huggingface/transformers: TrainingArguments) under the launcher of DeepSpeed or torch. */
const TRAINER = optionTable([
  ...LAUNCHER,
  flag('integer', 'workload.microBatchSize', '--per_device_train_batch_size'),
  flag('integer', 'deepspeed.gradientAccumulationSteps', '--gradient_accumulation_steps'),
  flag('integer', 'workload.sequenceLength', '--max_seq_length', '--model_max_length', '--cutoff_len'),
]);

/** `axolotl train file.yaml`: its options are the file's keys. */
const AXOLOTL = optionTable([
  ...LAUNCHER,
  flag('integer', 'workload.microBatchSize', '--micro-batch-size', '--micro_batch_size'),
  flag('integer', 'workload.sequenceLength', '--sequence-len', '--sequence_len'),
]);

export const CONFIG_CALLS: readonly ConfigCall[] = [
  {
    framework: 'deepspeed',
    flags: ['--deepspeed', '--deepspeed_config', '--deepspeed-config'],
    variables: [],
    modelOptions: ['--model_name_or_path', '--model'],
    // The engine is configured by the JSON; the Trainer fills in what is `auto` there.
    wins: 'file',
    optionsFor: (use) => TRAINER.get(use.flag) ?? [],
    complete: addTrainingRules,
  },
  {
    // Command line over file over defaults (pytorch/torchtitan@6404b932: torchtitan/config/manager.py).
    framework: 'torchtitan',
    flags: ['--job.config_file', '--job.config-file'],
    variables: ['CONFIG_FILE'],
    starts: /(^|\/)run_train\.sh$/,
    modelOptions: [],
    wins: 'command',
    optionsFor: (use) => TORCHTITAN_OPTIONS.get(use.flag) ?? [],
    complete: addTorchtitanRules,
  },
  {
    framework: 'axolotl',
    flags: [],
    variables: [],
    takes: /^axolotl(\.cli\.train)?$/,
    modelOptions: [],
    wins: 'command',
    optionsFor: (use) => AXOLOTL.get(use.flag) ?? [],
    complete: addAxolotlRules,
  },
];
