import { at, type YamlNode } from '../../syntax/yaml';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'AMD-AGI/Primus@44a21d15: primus/configs/modules/megatron/pre_trainer.yaml';

/** Options that are on in the file that a module of Primus builds on, unless its overrides turn them off. */
const ON = [
  ['megatron.useDistributedOptimizer', 'use_distributed_optimizer'],
  ['megatron.bf16', 'bf16'],
] as const;

/** What a module of AMD's Primus takes from `config: pre_trainer.yaml`, beside its overrides. */
export function addPrimusRules(facts: CommandFacts, module: YamlNode): void {
  const config = at(module, 'config');
  if (config?.kind !== 'scalar' || config.text !== 'pre_trainer.yaml') return;
  for (const [name, key] of ON) facts.byDefault(name, true, key, SOURCE);
}
