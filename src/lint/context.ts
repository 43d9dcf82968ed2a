import type { Fact } from '../config/fact';
import type { Job } from '../config/job';
import type { ArtefactFault } from '../scenario/artefact-files';
import type { Scenario } from '../scenario/scenario';
import { isLegalPin } from '../scenario/scenario-keys';
import type { RuleContext } from './rule';

/** Files of catalog presets, as `presetDocument` names them. */
const PRESET = 'preset:';

/** What the caller knows beside the job's facts. */
export interface ContextOptions {
  readonly scenario?: Scenario | null;
  /** What is wrong with the files of numbers that the job names. */
  readonly artefacts?: readonly ArtefactFault[];
  /** Text of a file that the job's facts come from: needed for inserting fixes, suppressions and hidden options. */
  readonly text?: (file: string) => string | undefined;
}

/** In a file of the workspace: what a catalog preset states has no place that one could go to. */
const isWritten = (fact: Fact): boolean =>
  (fact.state === 'literal' || fact.state === 'constant') && !fact.file.startsWith(PRESET);

/**
 * The job's facts with a legal pin of a scenario file in place of what it goes before. Rules know the framework's own
 * words for communication, so that of those the framework's stay.
 */
function judgedFacts({ facts, framework, scenarioFile }: Job): readonly Fact[] {
  if (!scenarioFile) return facts;
  const isJudged = ({ name, value, pin }: Fact) =>
    pin === true &&
    isLegalPin(name, value) &&
    (framework === 'moe-scope' || !name.startsWith('communication.'));
  const pinned = new Set(facts.filter(isJudged).map(({ name }) => name));
  return facts.filter((fact) => (fact.pin ? isJudged(fact) : !pinned.has(fact.name)));
}

/** The view of one job that rules get. A name that is unresolved anywhere in the job has no value at all. */
export function makeContext(job: Job, options: ContextOptions = {}): RuleContext {
  const byName = new Map<string, Fact[]>();
  for (const fact of judgedFacts(job)) {
    const known = byName.get(fact.name);
    if (known) known.push(fact);
    else byName.set(fact.name, [fact]);
  }
  const named = (name: string): readonly Fact[] => byName.get(name) ?? [];
  const unresolved = (name: string): boolean => named(name).some((f) => f.state === 'unresolved');
  const all = (name: string): readonly Fact[] =>
    named(name).filter((f) => f.state !== 'unresolved' && f.value !== null);
  const fact = (name: string): Fact | undefined => (unresolved(name) ? undefined : all(name)[0]);
  return {
    job,
    fact,
    written: (name) => (unresolved(name) ? undefined : all(name).find(isWritten)),
    all,
    number: (name) => {
      const value = fact(name)?.value;
      return typeof value === 'number' ? value : undefined;
    },
    flag: (name) => {
      const value = fact(name)?.value;
      return typeof value === 'boolean' ? value : undefined;
    },
    unresolved,
    absent: (name) => !named(name).some((f) => isWritten(f) || f.state === 'unresolved'),
    text: options.text ?? (() => undefined),
    scenario: options.scenario ?? null,
    artefacts: options.artefacts ?? [],
  };
}
