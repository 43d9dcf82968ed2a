import type { Fact, FactValue } from '../../fact';
import { type OptionSpec, type OptionUse, readOptions } from './options';

/** The engine that a trainer of reinforcement learning samples from, as far as the trainer's own options say it. */
export interface RolloutEngine {
  readonly engine: FactValue;
  /** Before the engine's own options: `--sglang-`, `--vllm_`. */
  readonly prefix: string;
  /** The engine's options. */
  readonly options: ReadonlyMap<string, readonly OptionSpec[]>;
  /** The trainer's own options for it. */
  readonly own?: ReadonlyMap<string, readonly OptionSpec[]>;
}

const ROLE = 'rollout';

/** What the options say of the rollout engine, under its role: nothing of the trainer's layout. */
export function rolloutFacts(
  context: { readonly file: string; readonly command: number | undefined },
  uses: readonly OptionUse[],
  { engine, prefix, options, own }: RolloutEngine,
): Fact[] {
  const specsFor = ({ flag }: OptionUse): readonly OptionSpec[] => {
    if (!flag.startsWith(prefix)) return own?.get(flag) ?? [];
    return options.get(`--${flag.slice(prefix.length).replaceAll('_', '-')}`) ?? [];
  };
  // What is wrong with a value is said where the engine's own command is read.
  const { facts } = readOptions(context, uses, specsFor);
  const [first] = facts;
  if (first === undefined) return [];
  const { condition: _, via: _via, expression: _expression, ...place } = first;
  const named: Fact = {
    ...place,
    name: 'workload.engine',
    value: engine,
    state: 'derived',
    origin: `options of ${String(engine)}`,
  };
  return [...facts, named].map((fact) => ({ ...fact, role: ROLE }));
}
