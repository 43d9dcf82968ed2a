import type { Fact, FrameworkId, SyntaxProblem } from '../../fact';
import type { ShellCommand, ShellWord } from '../../syntax/shell';
import type { YamlMember, YamlNode } from '../../syntax/yaml';
import type { SourceText } from '../framework';
import type { CommandFacts } from '../shared/command-facts';
import type { OptionSpec, OptionUse } from '../shared/options';
import type { Operator } from './bare-server';

/** Facts of one place with what is wrong there. */
export interface Stated {
  readonly facts: readonly Fact[];
  readonly problems: readonly SyntaxProblem[];
}

/** Where a server's own words start, and the model when it is a word of its own. */
export interface ServerWords {
  readonly start: number;
  readonly model: ShellWord | undefined;
}

/** A file of options beside the command line. */
export interface ConfigOption {
  /** The fact that holds the file's path. */
  readonly fact: string;
  /** Which of the two counts where both say something. */
  readonly wins: 'command' | 'file';
  read(source: SourceText, map: YamlNode): Stated;
}

/** One inference engine: how its server is started, its options, and what it makes of them. */
export interface ServingEngine {
  readonly id: FrameworkId;
  /** As it is called on screen. */
  readonly name: string;
  /** Options by their spelling on the command line; a YAML key is the same without dashes in front. */
  readonly options: ReadonlyMap<string, readonly OptionSpec[]>;
  /** Options that name the model. */
  readonly modelOptions: readonly string[];
  /** Environment variables that state facts. */
  readonly environment: readonly string[];
  /** Keys of a flat YAML file of options that no other engine has. */
  readonly ownKeys: readonly string[];
  /** Finds the engine's command in a text. */
  readonly startedBy: RegExp;
  /** `null` when the command starts something else. */
  serverWords(command: ShellCommand): ServerWords | null;
  /** The option that names a YAML file of further options. */
  readonly config: ConfigOption;
  /** What an option says beyond its own value, such as the JSON that it holds. */
  inside(file: string, use: OptionUse): Stated;
  /** The same for a key of a YAML map. */
  insideMember(file: string, member: YamlMember): Stated;
  /** What the environment says where no option does. */
  fromEnvironment(file: string, command: ShellCommand): readonly Fact[];
  addRules(facts: CommandFacts): void;
  /** Operators and charts that start the engine from options alone. */
  readonly operators?: readonly Operator[];
}
