import type { Fact, FrameworkId, Location, ReadDocument } from '../config/fact';
import type { Job } from '../config/job';
import type { ArtefactFault } from '../scenario/artefact-files';
import type { Provenance } from '../scenario/provenance';
import type { Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import type { SimulationResult } from '../sim/result';
import type { Fix, Severity } from './finding';

/** What a rule may look at. Everything in it is read-only. */
export interface RuleContext {
  readonly job: Job;
  /** The job's resolved, non-null fact of that name; `undefined` when absent or unresolved. */
  fact(name: string): Fact | undefined;
  /** Like `fact`, but only what stands in a file (literal or constant), not a default or derived value. */
  written(name: string): Fact | undefined;
  /** All resolved, non-null facts of that name, for names that several keys share (`communication.backend`). */
  all(name: string): readonly Fact[];
  /** Value of a resolved numeric fact. */
  number(name: string): number | undefined;
  /** Value of a resolved boolean fact; `undefined` when it is absent or unresolved. */
  flag(name: string): boolean | undefined;
  /** True when the file says something under that name that could not be resolved: then no rule on it may fire. */
  unresolved(name: string): boolean;
  /** True when the file neither says that name nor hides it in an expression that cannot be followed. */
  absent(name: string): boolean;
  /** Text of one of the job's files, where the caller has it; without it there are no inserting fixes. */
  text(file: string): string | undefined;
  /** `null` while the job's files do not say enough to simulate. */
  readonly scenario: Scenario | null;
  /** What is wrong with the files of loads, traces and placements that the job names. */
  readonly artefacts: readonly ArtefactFault[];
}

/** What a rule may look at once the job is simulated. */
export interface SimulatedContext extends RuleContext {
  readonly scenario: Scenario;
  readonly result: SimulationResult;
  /** Where the scenario's fields come from. */
  readonly provenance: Provenance;
}

/** One finding before the rule's code, name and severity are added. */
export interface RuleHit extends Location {
  readonly message: string;
  readonly related?: readonly (Location & { readonly message: string })[];
  readonly fixes?: readonly Fix[];
  /** Overrides the rule's severity. */
  readonly severity?: Severity;
  /**
   * The facts that the finding rests on, the one at the finding's place first. The others become related places;
   * an operand that is only the fallback of an environment variable makes an error a warning.
   */
  readonly operands?: readonly Fact[];
}

/** What is said about a rule, in lists and on its page. */
export interface RuleDescription {
  /** Stable code, as in `knowledge` of the field: `MG002`. */
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  /** Frameworks whose jobs the rule looks at. */
  readonly frameworks: readonly FrameworkId[];
  /** One line for lists. */
  readonly summary: string;
  /** Why it matters, in a paragraph: what the framework does when this is wrong. */
  readonly why: string;
  /** Where the framework checks it: repository, commit, file, line or symbol. */
  readonly source: string;
  readonly example: {
    readonly language: 'bash' | 'json' | 'toml' | 'yaml';
    readonly bad: string;
    readonly good: string;
  };
  /** When it stays silent or speaks more quietly, and why. */
  readonly limits?: string;
  /** Whether it also looks at the engine of that framework that a trainer samples from. */
  readonly ofRollouts?: true;
  /** True for rules that rest on the simulator. */
  readonly simulated?: boolean;
}

/** A rule over the facts of one job. */
export interface Rule extends RuleDescription {
  check(context: RuleContext): readonly RuleHit[];
}

/**
 * A look at the figures: it yields changes of scenario fields, gets what the same job gives with them (`null` where they
 * leave no legal job), and ends with its hits. So the caller can simulate in steps, and stop between two of them.
 */
export type Judgement = Generator<Values, readonly RuleHit[], SimulationResult | null>;

/** A rule over the figures of one job. */
export interface SimulatedRule extends RuleDescription {
  readonly simulated: true;
  judge(context: SimulatedContext): readonly RuleHit[] | Judgement;
}

/** A rule over one file, before its facts are looked at. */
export interface DocumentRule extends RuleDescription {
  checkDocument(document: ReadDocument, text: string | undefined): readonly RuleHit[];
}
