import type { ScenarioFile } from './scenario-file';

/** Half-open range of UTF-16 offsets `[start, end)` in one file's text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A range in a named file. `file` is the URI (editor) or path (command line) that the text was read under. */
export interface Location {
  readonly file: string;
  readonly range: TextRange;
}

/**
 * How sure a fact is.
 * - `literal`: written where it is used
 * - `constant`: a variable followed inside the file (also `${VAR:-default}`: the default that the file gives)
 * - `default`: not written; the framework's own default, `origin` names its source
 * - `derived`: computed by a rule of the framework from other facts, `origin` names the rule
 * - `unresolved`: written, but its value cannot be known from the file (`$EP`, `${14}`)
 */
export type FactState = 'literal' | 'constant' | 'default' | 'derived' | 'unresolved';

export type FactValue = number | string | boolean | null | readonly number[];

/** Ids of the formats that MoE Scope reads. */
export type FrameworkId =
  | 'huggingface'
  | 'megatron-lm'
  | 'megatron-bridge'
  | 'ms-swift'
  | 'verl'
  | 'areal'
  | 'deepspeed'
  | 'torchtitan'
  | 'maxtext'
  | 'axolotl'
  | 'automodel'
  | 'vllm'
  | 'sglang'
  | 'trtllm'
  | 'moe-scope';

/** An assignment that was followed to a value; `file` where it is another than the fact's own. */
export interface FollowedStep {
  readonly variable: string;
  readonly range: TextRange;
  readonly file?: string;
}

/** One thing that a file says (or that its framework implies), under a scenario name such as `layout.ep`. */
export interface Fact {
  /** Dotted scenario name (`model.routedExperts`, `layout.tp`, `communication.backend`). */
  readonly name: string;
  /** The value as the framework understands it; `null` only for `unresolved` facts and JSON `null`. */
  readonly value: FactValue;
  /** The key as spelled in the file, e.g. `--expert-model-parallel-size` or `num_local_experts`. */
  readonly key: string;
  readonly file: string;
  /** The value's text where it is used (for a flag without value: the flag itself). */
  readonly range: TextRange;
  /** The key's text. Equal to `range` when the value has no text of its own. */
  readonly keyRange: TextRange;
  readonly state: FactState;
  /** Section of the file that the fact belongs to: `text_config`, `decode`, `actor`. */
  readonly role?: string;
  /** Index of the command in the file, when it holds several (two `vllm serve` in one script). */
  readonly command?: number;
  /**
   * For `constant` facts: the assignments that were followed, from the use to the literal.
   * The last one holds the literal text, so a fix that changes the value edits it there.
   * It may lie in the scenario file that answers what the file takes from outside.
   */
  readonly via?: readonly FollowedStep[];
  /** For `unresolved` facts: the expression as written, e.g. `${14}`. */
  readonly expression?: string;
  /** For `default` and `derived` facts: source or rule in words. */
  readonly origin?: string;
  /**
   * For a fact that stands in one branch of the script only: the test that it depends on, as written.
   * `linkJobs` leaves such a fact unresolved in the job.
   */
  readonly condition?: string;
  /**
   * In a map of an operator's or a chart's own keys: those that stand for options, by option. No other can be put there;
   * without it the keys of a map are spelled as options are.
   */
  readonly keysByOption?: Readonly<Record<string, string>>;
  /** Stated by a scenario file: goes before all that the job's own files say, as a what-if does. */
  readonly pin?: true;
}

/** Something wrong with the text itself (half-typed JSON, an unclosed quote, CRLF in a script). */
export interface SyntaxProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly range: TextRange;
}

/** How a launch script names the model that it runs. */
export interface ModelReference {
  /** As written after variables are followed: a path, or a Hub id such as `deepseek-ai/DeepSeek-V3`. */
  readonly value: string;
  readonly range: TextRange;
  readonly command?: number;
  readonly role?: string;
  /** The launch takes its whole model from here, where others describe it by options and name a checkpoint beside. */
  readonly describesModel?: true;
}

/** What one file says. Produced by `read`, never mutated. */
export interface ReadDocument {
  readonly file: string;
  readonly framework: FrameworkId;
  /** What the framework's name and version is called on screen, e.g. `Hugging Face config (deepseek_v3)`. */
  readonly title: string;
  /** A `model` file describes a model, a `launch` file a job that runs one; a `scenario` file pins what those leave open. */
  readonly kind: 'model' | 'launch' | 'scenario';
  readonly facts: readonly Fact[];
  readonly problems: readonly SyntaxProblem[];
  readonly models: readonly ModelReference[];
  /** A file that others name and that describes no job by itself, such as a load balancer of TensorRT-LLM. */
  readonly isPart?: true;
  /** Where a file starts servers of several engines: the framework of each role's job, which is not that of the file. */
  readonly frameworkOfRole?: Readonly<Record<string, FrameworkId>>;
  /** A launcher or a recipe outside this file states more: what is absent here is not at its default. */
  readonly partial?: true;
  /** Of a scenario file: all its keys. */
  readonly scenario?: ScenarioFile;
}
