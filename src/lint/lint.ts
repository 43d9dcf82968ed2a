import type { Fact, Location, ReadDocument, TextRange } from '../config/fact';
import type { Job } from '../config/job';
import type { Provenance } from '../scenario/provenance';
import type { Values } from '../scenario/values';
import type { SimulationResult } from '../sim/result';
import { type ContextOptions, makeContext } from './context';
import { literalPlace } from './edits';
import type { Finding, Severity } from './finding';
import { documentRules, rules, simulatedRules } from './registry';
import { rolloutJob } from './rollout';
import type { RuleDescription, RuleHit, SimulatedContext, SimulatedRule } from './rule';
import { readSuppressions, type SuppressionAt } from './suppress';

export interface LintOptions extends ContextOptions {
  /** Rules that are switched off, by code or name. */
  readonly disabled?: readonly string[];
  /** Severities that replace the rules' own, by code or name. */
  readonly severities?: Readonly<Record<string, Severity>>;
  /** Gives also what a comment silences, with that comment. */
  readonly keepsSuppressed?: boolean;
  /** Told about a rule that threw; the other rules go on. */
  readonly onRuleError?: (code: string, error: unknown) => void;
}

/**
 * Findings on one job: on its launch command, and on the model file that it runs where rules are about both.
 * A model file's own rules run for the job that is that file alone.
 */
export function lintJob(job: Job, options: LintOptions = {}): Finding[] {
  const context = makeContext(job, options);
  const own = judge(
    rules.filter((rule) => isAbout(rule, job)),
    (rule) => rule.check(context),
    options,
  );
  return mergeFindings([...own, ...lintRollout(job, options)]);
}

/** Findings on the engine that a trainer samples from. */
function lintRollout(job: Job, options: LintOptions): Finding[] {
  const rollout = rolloutJob(job);
  if (rollout === null) return [];
  const context = makeContext(rollout, options.text ? { text: options.text } : {});
  return judge(
    rules.filter((rule) => rule.ofRollouts && rule.frameworks.includes(rollout.framework)),
    (rule) => rule.check(context),
    options,
  );
}

/** What the simulator said about a job, and how to ask it again. */
export interface Figures {
  readonly result: SimulationResult;
  readonly provenance: Provenance;
  /** The same job with some scenario fields changed, in steps; `null` where that is no legal job. */
  readonly whatIf: (changes: Values) => Generator<number, SimulationResult | null>;
}

/**
 * Findings on the figures of one job.
 *
 * @yields whenever a simulation that a rule asked for does, so that a caller can look up or stop
 */
export function* lintFigures(
  job: Job,
  { result, provenance, whatIf }: Figures,
  options: LintOptions = {},
): Generator<number, Finding[]> {
  const context: SimulatedContext = {
    ...makeContext(job, options),
    scenario: result.scenario,
    result,
    provenance,
  };
  const found: Finding[] = [];
  for (const rule of simulatedRules) {
    if (!isAbout(rule, job) || isOff(rule, options)) continue;
    const hits = yield* contained(rule, options, hitsOf(rule, context, whatIf));
    found.push(...judge([rule], () => hits, options));
  }
  return mergeFindings(found);
}

function* hitsOf(
  rule: SimulatedRule,
  context: SimulatedContext,
  whatIf: Figures['whatIf'],
): Generator<number, readonly RuleHit[]> {
  const judgement = rule.judge(context);
  if (!('next' in judgement)) return judgement;
  let next = judgement.next();
  while (!next.done) next = judgement.next(yield* whatIf(next.value));
  return next.value;
}

/** The work of one rule; none of its hits where it throws. */
function* contained(
  rule: RuleDescription,
  options: LintOptions,
  work: Generator<number, readonly RuleHit[]>,
): Generator<number, readonly RuleHit[]> {
  try {
    return yield* work;
  } catch (error) {
    options.onRuleError?.(rule.code, error);
    return [];
  }
}

function isAbout({ frameworks }: RuleDescription, { framework, scenarioFile }: Job): boolean {
  return frameworks.some((one) => one === framework || one === scenarioFile?.framework);
}

function isOff({ code, name }: RuleDescription, { disabled }: LintOptions): boolean {
  return disabled?.some((off) => off === code || off === name) ?? false;
}

/** Findings on the text of one file: what could not be read, conflict markers. */
export function lintDocument(document: ReadDocument, options: LintOptions = {}): Finding[] {
  const text = options.text?.(document.file);
  return judge(documentRules, (rule) => rule.checkDocument(document, text), options);
}

/** One list without repetitions, in a stable order: by file, place, code. For findings of several jobs and files. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort(
    (a, b) =>
      compare(a.file, b.file) ||
      a.range.start - b.range.start ||
      a.range.end - b.range.end ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );
  const seen = new Set<string>();
  return sorted.filter((f) => {
    const key = [f.rule, f.file, f.range.start, f.range.end, f.message].join('\0');
    return !seen.has(key) && seen.add(key);
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function judge<R extends RuleDescription>(
  candidates: readonly R[],
  check: (rule: R) => readonly RuleHit[],
  options: LintOptions,
): Finding[] {
  const suppressions = new Map<string, SuppressionAt>();
  const suppressionOf = (rule: R, hit: RuleHit) => {
    let found = suppressions.get(hit.file);
    if (!found) {
      found = readSuppressions(hit.file, options.text?.(hit.file));
      suppressions.set(hit.file, found);
    }
    return found(rule, anchors(hit));
  };
  const findings: Finding[] = [];
  for (const rule of candidates) {
    if (isOff(rule, options)) continue;
    try {
      for (const hit of check(rule)) {
        const suppression = suppressionOf(rule, hit);
        if (!suppression) findings.push(finding(rule, hit, options));
        else if (options.keepsSuppressed) findings.push({ ...finding(rule, hit, options), suppression });
      }
    } catch (error) {
      options.onRuleError?.(rule.code, error);
    }
  }
  return mergeFindings(findings);
}

/** Places where a comment silences the hit: its own, and the assignments that its own value comes from. */
function anchors(hit: RuleHit): readonly TextRange[] {
  const own = (hit.operands?.[0]?.via ?? []).filter((step) => step.file === undefined);
  return [hit.range, ...own.map((step) => step.range)];
}

function finding(rule: RuleDescription, hit: RuleHit, options: LintOptions): Finding {
  const fallbacks = (hit.operands ?? []).flatMap((fact) => fallbackVariables(fact, options.text));
  const own = options.severities?.[rule.code] ?? options.severities?.[rule.name];
  const said = hit.severity ?? rule.severity;
  return {
    rule: rule.code,
    name: rule.name,
    severity: own ?? softened(said, fallbacks),
    message: hit.message + fallbackNote(fallbacks),
    file: hit.file,
    range: hit.range,
    related: [...(hit.related ?? []), ...relatedOperands(hit)],
    fixes: hit.fixes ?? [],
  };
}

/** The other operands' places, and the assignment that holds the literal of the finding's own value. */
function relatedOperands(hit: RuleHit): readonly (Location & { message: string })[] {
  return (hit.operands ?? [])
    .filter((fact) => fact.state === 'literal' || fact.state === 'constant')
    .map((fact) => ({ ...literalPlace(fact), message: describe(fact) }))
    .filter((r) => r.file !== hit.file || r.range.start !== hit.range.start || r.range.end !== hit.range.end);
}

function describe(fact: Fact): string {
  const variable = fact.state === 'constant' ? fact.via?.at(-1)?.variable : undefined;
  const value = Array.isArray(fact.value) ? `a list of ${fact.value.length}` : String(fact.value);
  return variable ? `${fact.key} is ${value} from ${variable}` : `${fact.key} is ${value}`;
}

/** A variable that gives the script's own fallback, for the fact that rests on it. */
interface Fallback {
  readonly variable: string;
  readonly fact: Fact;
}

/**
 * Variables whose value is only what the script falls back to (`${EP:-8}`): the environment may set another, so what
 * follows from it is no proof of a mistake.
 */
function fallbackVariables(fact: Fact, text: LintOptions['text']): readonly Fallback[] {
  const content = text?.(fact.file);
  if (content === undefined || fact.state !== 'constant') return [];
  // What a scenario file answers is no fallback, wherever it is used.
  if (fact.via?.some((step) => step.file !== undefined)) return [];
  return [fact.range, ...(fact.via ?? []).map((step) => step.range)].flatMap((range) => {
    const upToEnd = content.slice(Math.max(0, range.start - 80), range.end);
    const inside = /\$\{(\w+):?[-=][^{}]*$/.exec(upToEnd);
    const whole = /\$\{(\w+):?[-=][^{}]*\}["']?$/.exec(upToEnd);
    const name = (inside ?? whole)?.[1];
    return name ? [{ variable: `$${name}`, fact }] : [];
  });
}

/** The number of machines nearly always comes from the scheduler: on its fallback a finding is only a hint. */
function softened(severity: Severity, fallbacks: readonly Fallback[]): Severity {
  if (fallbacks.some(({ fact }) => fact.name.startsWith('cluster.'))) return 'info';
  return severity === 'error' && fallbacks.length > 0 ? 'warning' : severity;
}

function fallbackNote(fallbacks: readonly Fallback[]): string {
  const names = [...new Set(fallbacks.map(({ variable }) => variable))];
  return names.length > 0 ? ` This is with the script's own default for ${names.join(', ')}.` : '';
}
