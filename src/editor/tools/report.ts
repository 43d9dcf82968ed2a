import type { Location, TextRange } from '../../config/fact';
import type { Finding } from '../../lint/finding';
import { outermost } from '../../plan/fabric';
import { describeBasis } from '../../plan/verdict';
import { assumptions } from '../../scenario/assumptions';
import type { Provenance } from '../../scenario/provenance';
import type { Scenario } from '../../scenario/scenario';
import type { Basis, SimulationResult } from '../../sim/result';
import type { Simulated } from '../../worker/analysis';
import { time } from '../format';

const GIB = 2 ** 30;

/** Line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where a range of a file is; `undefined` for a file whose text is not at hand. */
export type PlaceOf = (file: string, range: TextRange) => Place | undefined;
/** A file's name as the one who asked knows it. */
export type NameOf = (file: string) => string;

/** A finding for a reader that cannot click: with its place in numbers and its fixes as edits. */
export function findingReport(
  { rule, name, severity, message, file, range, related, fixes }: Finding,
  placeOf: PlaceOf,
  nameOf: NameOf,
) {
  const place = (one: Location) => ({ file: nameOf(one.file), ...placeOf(one.file, one.range) });
  return {
    rule,
    name,
    severity,
    message,
    ...place({ file, range }),
    related: related.map((one) => ({ ...place(one), message: one.message })),
    fixes: fixes.map(({ title, edits, isPreferred }) => ({
      title,
      isPreferred: isPreferred ?? false,
      edits: edits.map((edit) => ({ ...place(edit), newText: edit.newText })),
    })),
  };
}

/** `error MG002 train.sh:39:34: message` */
export function findingLine(finding: Finding, placeOf: PlaceOf, nameOf: NameOf): string {
  const { rule, severity, message, file, range, fixes } = finding;
  const place = placeOf(file, range);
  const where = place ? `:${place.line}:${place.column}` : '';
  const titles = fixes.map(({ title }) => `"${title}"`).join(', ');
  return `${severity} ${rule} ${nameOf(file)}${where}: ${message}${titles ? ` Fixes: ${titles}.` : ''}`;
}

const basis = ({ kind, expectedError, interval, errorFrom, note }: Basis) => ({
  kind,
  expectedError,
  interval,
  errorFrom,
  note,
});

/** A simulated layout in its deciding figures, under the names of the command line's JSON. */
export function simulationReport(result: SimulationResult, provenance: Provenance) {
  const { scenario, memory, step, traffic, placement } = result;
  const rank = memory.perRank[memory.fullestRank]!;
  return {
    scenario: inputs(scenario),
    parameters: { total: result.parameters.total, active: result.parameters.active },
    memory: {
      fits: memory.fits,
      isTight: memory.isTight,
      shortage: memory.shortage,
      kvSequences: memory.kvSequences,
      fullestRank: rank.rank,
      totalGiB: rank.total / GIB,
      capacityGiB: rank.capacity / GIB,
      partsGiB: {
        weights: rank.weights / GIB,
        gradients: rank.gradients / GIB,
        optimizer: rank.optimizer / GIB,
        activations: rank.activations / GIB,
        kvCache: rank.kvCache / GIB,
        buffers: rank.buffers / GIB,
        runtime: rank.runtime / GIB,
      },
      largest: memory.largest,
    },
    time: {
      dispatchMicroseconds: result.time.dispatch.microseconds,
      combineMicroseconds: result.time.combine.microseconds,
      boundBy: result.time.dispatch.boundBy,
      basis: basis(result.time.basis),
    },
    step: {
      seconds: step.seconds,
      tokensPerSecondPerGpu: step.tokensPerSecondPerGpu,
      mfu: step.mfu,
      tpotMilliseconds: step.tpotMilliseconds,
      ttftMilliseconds: step.ttftMilliseconds,
      parts: step.parts,
      basis: basis(step.basis),
      ...(step.ttftBasis && { ttftBasis: basis(step.ttftBasis) }),
    },
    traffic: {
      nodesOfGroup: placement.nodes,
      ...traffic.perToken,
      maxOverMean: traffic.load.maxOverMean,
      dropped: traffic.load.dropped,
    },
    assumptions: assumptions(scenario, provenance),
  };
}

/** What decides the figures: the layout, the machines, the load; of the model its sizes. */
function inputs({
  framework,
  model,
  layout,
  cluster,
  workload,
  routing,
  placement,
  communication,
}: Scenario) {
  const { name, hiddenSize, layers, routedExperts, topK, sharedExperts, expertIntermediateSize } = model;
  const { loads: _loads, trace: _trace, ...skew } = routing;
  const { slots: _slots, ...placed } = placement;
  return {
    framework,
    model: { name, hiddenSize, layers, routedExperts, topK, sharedExperts, expertIntermediateSize },
    layout,
    cluster,
    workload,
    routing: skew,
    placement: placed,
    communication,
  };
}

/** The same in a few sentences, with what they rest on. */
export function simulationText({ result, subtitle, sentence, provenance, refusals }: Simulated): string {
  if (!result) return `Cannot be simulated: ${refusals.map(({ message }) => message).join(' ')}`;
  const { step, traffic, scenario } = result;
  const { dispatch, combine } = result.time;
  const assumed = assumptions(scenario, provenance).map(
    ({ name, value, why }) => `${name} = ${value} (${why})`,
  );
  return [
    `${scenario.model.name}: ${subtitle}. ${sentence}`,
    `One MoE layer: dispatch ${time(dispatch.microseconds)}, combine ${time(combine.microseconds)}, ${traffic.perToken.remoteNodes.toFixed(2)} remote ${outermost(scenario)}s per token (${describeBasis(result.time.basis)}).`,
    `${stepText(result)} (${describeBasis(step.basis)}).`,
    `Assumed, because no file states it: ${assumed.join('; ') || 'nothing'}.`,
  ].join('\n');
}

function stepText({ step, scenario }: SimulationResult): string {
  const { seconds, tokensPerSecondPerGpu, mfu, tpotMilliseconds, ttftMilliseconds, ttftBasis } = step;
  return [
    `${scenario.workload.mode === 'train' ? 'Training step' : 'Step'}: ${seconds.toPrecision(3)} s`,
    `${tokensPerSecondPerGpu.toPrecision(3)} tokens/s per GPU`,
    ...(mfu === undefined ? [] : [`MFU ${(100 * mfu).toFixed(1)}%`]),
    ...(tpotMilliseconds === undefined ? [] : [`TPOT ${tpotMilliseconds.toPrecision(3)} ms`]),
    ...(ttftMilliseconds === undefined
      ? []
      : [`TTFT ${ttftMilliseconds.toPrecision(3)} ms${ttftBasis ? ` (${describeBasis(ttftBasis)})` : ''}`]),
  ].join(', ');
}
