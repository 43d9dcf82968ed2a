import { accelerator } from '../catalog/accelerators';
import { fieldValue } from '../scenario/fields';
import { type OpenSize, openLabels } from '../scenario/open-sizes';
import type { Provenance } from '../scenario/provenance';
import type { Scenario } from '../scenario/scenario';
import { memoryPartNames, partsBySize } from '../sim/memory/parts';
import type { Basis, MemoryResult, SimulationResult } from '../sim/result';
import { boundName, outermost } from './fabric';
import { type JobGrounds, type MemoryDoubts, memoryDoubts, NO_DOUBTS, WHOLE_JOB } from './memory-doubts';

const GIB = 2 ** 30;
const grouped = new Intl.NumberFormat('en-US');

/** Above this share of the step, dispatch and combine are what the verdict talks about. */
const NOTABLE_ALLTOALL_SHARE = 0.15;
/** Above this ratio of fullest to mean rank, skew is. */
const NOTABLE_SKEW = 1.15;

/** `training, 2,048 H800, EP 64 over 8 nodes`; what no file and no setting says is called assumed. */
export function describeScenario(
  scenario: Scenario,
  { nodes, domainOfRank }: Pick<SimulationResult['placement'], 'nodes' | 'domainOfRank'>,
  provenance: Provenance,
): string {
  const mode = { train: 'training', prefill: 'prefill', decode: 'decode', serve: 'serving' }[
    scenario.workload.mode
  ];
  const { ep, tp, pp, worldSize } = scenario.layout;
  const isAssumed = (name: string) => provenance[name]?.kind === 'assumed';
  const mark = (name: string) => (isAssumed(name) ? ' (assumed)' : '');
  // A model on its own is laid out by assumption; a job whose nodes nobody says has the sizes that it needs.
  const atLeast = isAssumed('layout.worldSize') && !isAssumed('layout.ep') ? 'at least ' : '';
  const device = `${accelerator(scenario.cluster.accelerator).name}${mark('cluster.accelerator')}`;
  const gpus = `${atLeast}${grouped.format(worldSize)} ${device}`;
  const unit = outermost(scenario);
  const domains = new Set(domainOfRank).size;
  const wide =
    unit === 'node' ? '' : ` in ${domains === 1 ? 'one' : domains} ${unit}${domains === 1 ? '' : 's'}`;
  const place = nodes > 1 ? `over ${nodes} nodes${wide}` : 'within a node';
  const spread =
    ep > 1 ? `EP ${ep} ${place}${mark('layout.ep')}` : `no expert parallelism${mark('layout.ep')}`;
  const dense = [tp > 1 ? `TP ${tp}` : '', pp > 1 ? `PP ${pp}` : ''].filter(Boolean);
  return [mode, gpus, ...dense, spread].join(', ');
}

/** What a time rests on, with the error to expect: `measured, ±4%`; `model, ±24%, extrapolated` where other kinds show it. */
export function describeBasis({
  kind,
  expectedError,
  errorFrom,
}: Pick<Basis, 'kind' | 'expectedError' | 'errorFrom'>): string {
  const shown = `${kind}, ±${Math.round(expectedError * 100)}%`;
  return errorFrom === 'other-kinds' ? `${shown}, extrapolated` : shown;
}

/** What is said of a result above its figures. */
export interface ResultWords {
  readonly sentence: string;
  readonly subtitle: string;
  /** More is needed than there is, by assumptions without which it may fit: no verdict. */
  readonly isShortageOpen: boolean;
}

/** `open` is what the job's files leave open of it, `grounds` what else they say of what a rank holds. */
export function resultWords(
  result: SimulationResult,
  provenance: Provenance,
  open: readonly OpenSize[],
  grounds: JobGrounds = WHOLE_JOB,
): ResultWords {
  const doubts = memoryDoubts(result, provenance, grounds);
  return {
    sentence: open.length > 0 ? openVerdict(open, result.scenario) : verdict(result, doubts),
    subtitle: describeScenario(result.scenario, result.placement, provenance),
    isShortageOpen: doubts.assumed.length + doubts.uncounted.length > 0,
  };
}

/** In place of a verdict: sizes that the job's files leave open, and what the figures take them as. */
function openVerdict(open: readonly OpenSize[], scenario: Scenario): string {
  const [first] = open;
  const values = open.map(({ name }) => String(fieldValue(scenario, name)));
  const taken = values.length > 1 ? `them as ${values.join(', ')}` : `it as ${values.join()}`;
  const expression = first && open.length === 1 ? ` (${first.expression})` : '';
  return `Whether it fits is not known: the file leaves ${openLabels(open)} open${expression}. The figures take ${taken}.`;
}

/** The verdict in one sentence: does it fit, and what is slow, each with its cause and number. */
export function verdict(result: SimulationResult, doubts: MemoryDoubts = NO_DOUBTS): string {
  return `${memoryClause(result, doubts)}${paceClause(result)}.`;
}

/** Assumptions that a sentence names; of more it says how many. */
const NAMED_ASSUMPTIONS = 3;

/** `with the accelerator (H100) assumed and offloading (--cpu-offload) not counted`; empty without doubts. */
function doubtsShown({ assumed, uncounted }: MemoryDoubts): string {
  const parts = [
    assumed.length > 0 ? `${listed(assumed, NAMED_ASSUMPTIONS)} assumed` : '',
    uncounted.length > 0 ? `${listed(uncounted, uncounted.length)} not counted` : '',
  ].filter(Boolean);
  return parts.length > 0 ? `with ${parts.join(' and ')}` : '';
}

/** `a`, `a and b`, `a, b and 2 more`. */
function listed(names: readonly string[], most: number): string {
  const shown = names.length > most ? names.slice(0, most - 1) : names.slice(0, -1);
  const last = names.length > most ? `${names.length - shown.length} more` : names.at(-1)!;
  return shown.length > 0 ? `${shown.join(', ')} and ${last}` : last;
}

function memoryClause(result: SimulationResult, doubts: MemoryDoubts): string {
  const rank = result.memory.perRank[result.memory.fullestRank]!;
  const free = (rank.capacity - rank.total) / GIB;
  const { perRank, shortage, kvSequences, isTight } = result.memory;
  const where = perRank.length > 1 ? ` on rank ${rank.rank}` : '';
  const { contextLength } = result.scenario.workload;
  const shown = doubtsShown(doubts);
  const unsure = shown === '' ? '' : `Whether it fits is not known: ${shown}, `;
  if (shortage === 'every-sequence') {
    return `${unsure ? `${unsure}the` : 'The'} weights fit, but ${short(-free)} GiB are missing${where} for the KV cache of a single sequence of ${grouped.format(contextLength)} tokens${allHeld(result.memory)}`;
  }
  if (free < 0) {
    const { part, bytes } = partsBySize(rank)[0]!;
    return `${unsure ? `${unsure}it is` : 'It does not fit:'} ${short(-free)} GiB too much${where}, mostly ${memoryPartNames[part]} (${short(bytes / GIB)} GiB)`;
  }
  if (shortage === 'some-sequences') {
    const { held, wanted } = kvSequences!;
    return `It fits, but the KV cache holds ${grouped.format(held)} of ${grouped.format(wanted)} sequences of ${grouped.format(contextLength)} tokens per rank at a time${allHeld(result.memory)}`;
  }
  return `It ${isTight ? 'probably fits' : 'fits'}, with ${short(free)} GiB to spare${where ? ' on the fullest rank' : ''}`;
}

/** The context with which the cache has all sequences that are asked for: ` (all 128 at up to 9,472 tokens each)`. */
function allHeld({ kvSequences, largest }: MemoryResult): string {
  const tokens = largest.contextLength;
  if (!kvSequences || !tokens) return '';
  const { wanted } = kvSequences;
  const who = wanted === 1 ? 'it has room' : `all ${grouped.format(wanted)}`;
  return ` (${who} at up to ${grouped.format(tokens)} tokens${wanted === 1 ? '' : ' each'})`;
}

function paceClause(result: SimulationResult): string {
  if (result.scenario.layout.ep === 1) return '; with EP 1 nothing is dispatched';
  const exchanged = result.step.parts.find((part) => part.name === 'alltoall')?.seconds ?? 0;
  const share = exchanged / result.step.seconds;
  const bound = boundName(result.time.dispatch.boundBy, result.scenario);
  const skew = result.traffic.load.maxOverMean;
  const joint = result.memory.shortage === 'none' ? ', but' : ', and';
  if (share >= NOTABLE_ALLTOALL_SHARE) {
    return `${joint} ${Math.round(share * 100)}% of the step is dispatch and combine, bound by ${bound}`;
  }
  if (skew >= NOTABLE_SKEW) {
    return `${joint} the fullest rank gets ${skew.toFixed(2)}× the mean load and the others wait for it`;
  }
  return `; dispatch and combine take ${Math.round(share * 100)}% of the step`;
}

/** Three significant digits, never in exponent form. */
function short(value: number): string {
  return value >= 100 ? grouped.format(Math.round(value)) : value.toPrecision(value >= 10 ? 3 : 2);
}
