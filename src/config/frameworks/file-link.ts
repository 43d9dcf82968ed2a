import type { Fact, FrameworkId } from '../fact';
import type { SourceText } from './framework';
import type { CommandFacts } from './shared/command-facts';

/** A further file of a job that one of its facts names: options in YAML, a DeepSpeed config, a load balancer. */
export interface FileLink {
  readonly framework: FrameworkId;
  /** The fact that holds the path. */
  readonly fact: string;
  /** Which counts where the command and the file both say something. */
  readonly wins: 'command' | 'file';
  /** Where that is said. */
  readonly source: string;
  /** What the file states, and nothing that follows from it. */
  read(source: SourceText): readonly Fact[];
  /** What the framework makes of everything together. */
  complete(facts: CommandFacts): void;
  /** Facts of the command that follow from others although they look written: what one mesh axis alone makes. */
  follows?(fact: Fact): boolean;
}
