import type { Fact } from '../fact';
import { readSettings, setting } from '../frameworks/shared/read-settings';
import { yamlOf } from '../frameworks/shared/yaml-source';
import type { SourceText } from '../read';
import { settingsOfYaml } from '../syntax/settings';
import type { ShellCommand, ShellWord } from '../syntax/shell';

/** Keys of `accelerate launch --config_file` (huggingface/accelerate: commands/config/config_args.py). */
const KEYS = [
  setting('integer', 'cluster.nodes', 'num_machines'),
  setting('integer', 'layout.worldSize', 'num_processes'),
  setting('string', 'deepspeed.config', 'deepspeed_config.deepspeed_config_file'),
  setting('integer', 'deepspeed.zeroStage', 'deepspeed_config.zero_stage'),
];

/** The file that tells `accelerate launch` about the machines. */
export function accelerateFile({ words }: ShellCommand): ShellWord | undefined {
  const isLaunch = words.some((word, i) => word.text === 'accelerate' && words[i + 1]?.text === 'launch');
  const option = words.findIndex((word) => word.text === '--config_file');
  const file = isLaunch && option !== -1 ? words[option + 1] : undefined;
  return /\.ya?ml$/.test(file?.text ?? '') ? file : undefined;
}

/** What it says; `num_processes` are those of all machines, one per GPU. */
export function accelerateFacts(source: SourceText): readonly Fact[] {
  const settings = settingsOfYaml(yamlOf(source).documents[0]);
  const { facts } = readSettings({ file: source.file }, settings, KEYS, source.text);
  const numberOf = (name: string) => facts.find((fact) => fact.name === name)?.value;
  const [nodes, world] = [numberOf('cluster.nodes') ?? 1, numberOf('layout.worldSize')];
  const processes = facts.find((fact) => fact.name === 'layout.worldSize');
  if (processes === undefined || typeof nodes !== 'number' || typeof world !== 'number') return facts;
  const perNode = world / nodes;
  if (!Number.isInteger(perNode) || perNode < 1) return facts;
  const origin = 'num_processes / num_machines, one process per GPU';
  return [...facts, { ...processes, name: 'cluster.gpusPerNode', value: perNode, state: 'derived', origin }];
}
