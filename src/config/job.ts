import type { Fact, FrameworkId, ModelReference, ReadDocument, TextRange } from './fact';

/** Something that a scenario file names and that is not there. */
export interface JobGap {
  readonly what: 'job' | 'model' | 'command' | 'role';
  readonly written: string;
  /** Of what is written, in the scenario file. */
  readonly range: TextRange;
  /** What could stand there instead, where that is known. */
  readonly choices: readonly string[];
}

/** One job of the workspace: a launch command with the model it runs, or a model file on its own. */
export interface Job {
  /** Stable within the workspace: the file, `#n` when it holds several commands, `#decode` when several roles. */
  readonly id: string;
  readonly framework: FrameworkId;
  readonly launch: ReadDocument | null;
  /** Which command of `launch`, when it holds several. */
  readonly command: number | null;
  /** Which role of `launch` (`backend.sglang_config.decode`), when it holds several servers that work together. */
  readonly role: string | null;
  /** The model's own config file, when it is in the workspace. */
  readonly model: ReadDocument | null;
  /** Name of the catalog preset that stands in for a model that is not in the workspace. */
  readonly preset: string | null;
  readonly reference: ModelReference | null;
  /** Further files that the job's facts come from: options, a load balancer, a DeepSpeed config. */
  readonly files: readonly string[];
  /** Paths of such files that lead to none at hand. */
  readonly missingFiles: readonly string[];
  /** Facts of the command, then those of the model; for one name the first resolved one counts. */
  readonly facts: readonly Fact[];
  /** The scenario file that the job is of; `launch` and `model` are then what it names. */
  readonly scenarioFile?: ReadDocument;
  /** What the scenario file names in vain: without its job or its part of it there is nothing to simulate. */
  readonly gaps?: readonly JobGap[];
}
