import type { Fact, TextRange } from '../config/fact';
import { literalPlace } from '../lint/edits';
import type { Finding } from '../lint/finding';
import { outermost } from '../plan/fabric';
import { expertsPerRank, isParallelSize, sizeCandidates } from '../plan/sizes';
import type { MemoryResult, SimulationResult } from '../sim/result';
import type { FileAnalysis, JobAnalysis } from './analysis';

/** What one value of a parallel size would make of the job. */
export interface SizeFigures {
  readonly gpus: number;
  readonly expertsPerRank: { readonly fewest: number; readonly most: number };
  /** Nodes of one EP group. */
  readonly nodes: number;
  /** Nodes but its own that a token goes to on average; of scale-up domains where those hold several nodes. */
  readonly remoteNodes: number;
  /** Which of the two: `node`, `NVLink domain`; and how many of them the EP group lies in. */
  readonly outermost: string;
  readonly domains: number;
  /** Dispatch and combine of one MoE layer. */
  readonly layerMicroseconds: number;
  readonly shortage: MemoryResult['shortage'];
  readonly kvSequences: MemoryResult['kvSequences'];
  readonly usedBytes: number;
  readonly capacityBytes: number;
}

export interface SizeOption {
  readonly value: number;
  /** Options without which the value is refused, as the fixes that add them are called. */
  readonly needs: readonly string[];
  /** `null` where the job does not say enough to be simulated. */
  readonly figures: SizeFigures | null;
}

/** The legal values of the parallel size that is being typed. */
export interface SizeProposals {
  /** Scenario name: `layout.ep`. */
  readonly name: string;
  /** The digits that stand there; empty where none do. */
  readonly range: TextRange;
  readonly options: readonly SizeOption[];
}

/** What looking at values needs of the engine. */
export interface SizeTrials {
  /** The file's analysis if it held another text. */
  analyse(text: string): FileAnalysis;
  simulate(analysis: JobAnalysis): Generator<number, SimulationResult | null>;
}

/** A stretch of digits, or a place where digits can stand: behind a blank, `=`, a quote, or `:-` of `${EP:-8}`. */
function numberAt(text: string, offset: number): TextRange | null {
  const before = /\d*$/.exec(text.slice(Math.max(0, offset - 20), offset))![0].length;
  const after = /^\d*/.exec(text.slice(offset, offset + 20))![0].length;
  const range = { start: offset - before, end: offset + after };
  const opens = /(^|[\s=:"']|:-)$/.test(text.slice(Math.max(0, range.start - 2), range.start));
  return opens && !/^[\w.$]/.test(text.slice(range.end, range.end + 1)) ? range : null;
}

interface Place {
  readonly analysis: JobAnalysis;
  readonly fact: Fact;
}

/** The parallel size whose literal is exactly this range. */
function sizeAt({ file, jobs }: FileAnalysis, { start, end }: TextRange): Place | null {
  for (const analysis of jobs) {
    const fact = analysis.job.facts.find((one) => {
      const place = literalPlace(one);
      const isHere = place.file === file && place.range.start <= start && end <= place.range.end;
      // Quotes may belong to the range; anything more is an expression.
      const isWhole = place.range.end - place.range.start <= end - start + 2;
      return isHere && isWhole && isParallelSize(one.name) && typeof one.value === 'number';
    });
    if (fact) return { analysis, fact };
  }
  return null;
}

/** Errors about the value that stands at the fact: on it, or on what it is used for. */
function errorsAbout({ findings, file }: FileAnalysis, fact: Fact): Finding[] {
  const { range } = literalPlace(fact);
  const covers = (place: { file: string; range: TextRange }) =>
    place.file === file && place.range.start <= range.start && range.end <= place.range.end;
  return findings.filter(
    (finding) =>
      finding.severity === 'error' &&
      (covers(finding) ||
        finding.related.some(covers) ||
        (finding.file === fact.file && finding.range.start === fact.range.start)),
  );
}

/** The fix that adds an option, so that the value itself may stay. */
const addition = ({ fixes }: Finding): string | undefined =>
  fixes.find(({ edits }) => edits.every(({ range }) => range.start === range.end))?.title;

/**
 * The values that may stand where the cursor is, each tried in the text as if it were typed: read, linked and linted
 * like any other, then simulated. `null` where no literal of a parallel size stands or may stand.
 *
 * @yields the fraction done
 */
export function* sizeProposals(
  text: string,
  offset: number,
  trials: SizeTrials,
): Generator<number, SizeProposals | null> {
  const range = numberAt(text, offset);
  if (!range) return null;
  const written = text.slice(range.start, range.end);
  const withValue = (value: string | number) => text.slice(0, range.start) + value + text.slice(range.end);
  const rangeOf = (value: string | number) => ({
    start: range.start,
    end: range.start + String(value).length,
  });
  // One is legal nearly everywhere, and shows which size the place is.
  const probe = written === '' ? '1' : written;
  const first = sizeAt(trials.analyse(withValue(probe)), rangeOf(probe));
  if (!first) return null;
  yield 0;
  const { name } = first.fact;
  const { scenario } = first.analysis;
  const tried: { value: number; needs: string[]; analysis: JobAnalysis }[] = [];
  for (const value of sizeCandidates(name, scenario)) {
    const analysis = trials.analyse(withValue(value));
    const here = sizeAt(analysis, rangeOf(value));
    const needs = here ? errorsAbout(analysis, here.fact).map(addition) : [undefined];
    if (here && needs.every((one) => one !== undefined)) {
      tried.push({ value, needs: [...new Set(needs)], analysis: here.analysis });
    }
    yield 0;
  }
  const legal = tried.some(({ analysis }) => analysis.scenario)
    ? tried.filter(({ analysis }) => analysis.scenario)
    : tried;
  const options: SizeOption[] = [];
  for (const { value, needs, analysis } of legal) {
    const result = analysis.scenario ? yield* trials.simulate(analysis) : null;
    options.push({ value, needs, figures: result && figuresOf(result) });
    yield options.length / legal.length;
  }
  return { name, range, options };
}

function figuresOf({ scenario, placement, traffic, time, memory }: SimulationResult): SizeFigures {
  const rank = memory.perRank[memory.fullestRank]!;
  return {
    gpus: scenario.layout.worldSize,
    expertsPerRank: expertsPerRank(scenario),
    nodes: placement.nodes,
    remoteNodes: traffic.perToken.remoteNodes,
    outermost: outermost(scenario),
    domains: traffic.domains,
    layerMicroseconds: time.dispatch.microseconds + time.combine.microseconds,
    shortage: memory.shortage,
    kvSequences: memory.kvSequences,
    usedBytes: rank.total,
    capacityBytes: rank.capacity,
  };
}
