import type { Job } from '../config/job';
import { type ArtefactFault, type ArtefactFile, fromFiles, NO_FILES } from '../scenario/artefact-files';
import type { Artefacts } from '../scenario/artefacts';
import { type Resolution, resolveScenario } from '../scenario/resolve';
import type { LayerTable, Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import { refusedForFiles, refusedForGap } from './gaps';

/** A job's scenario, and what is wrong with the files of numbers that it names. */
export interface JobResolution extends Resolution {
  readonly faults: readonly ArtefactFault[];
}

export interface JobInput {
  readonly settings: Values;
  readonly overrides: Values;
  /** Tables that go before those of the job's files. */
  readonly artefacts?: Artefacts | undefined;
}

/** The scenario of a job with what its files hold. */
export function resolveJob(job: Job, files: readonly ArtefactFile[], input: JobInput): JobResolution {
  const { framework, facts } = job;
  const { settings, overrides, artefacts: given = {} } = input;
  const read =
    files.length > 0
      ? fromFiles(files, { framework, facts, overrides, given })
      : { ...NO_FILES, artefacts: given };
  const [gap] = job.gaps ?? [];
  const resolution = gap
    ? refusedForGap(gap, job)
    : read.refused.length > 0
      ? refusedForFiles(read.refused)
      : resolveScenario({ framework, facts, settings, overrides, artefacts: read.artefacts });
  return { ...resolution, faults: read.faults };
}

/** Tables longer than this are told apart by identity: their text would be megabytes. */
const MAX_ENTRIES = 4096;
const tableIds = new WeakMap<object, number>();
let nextId = 1;

/** A text that is the same for two scenarios that are the same; tables of files are the same objects while their files are. */
export function scenarioKey(scenario: Scenario): string {
  const { routing, placement } = scenario;
  const { loads, trace } = routing;
  return JSON.stringify({
    ...scenario,
    routing: { ...routing, loads: tableKey(loads), trace: tableKey(trace) },
    placement: { ...placement, slots: tableKey(placement.slots) },
  });
}

function tableKey(table: LayerTable | null): LayerTable | number | null {
  if (table === null || table.length * (table[0]?.length ?? 0) <= MAX_ENTRIES) return table;
  const id = tableIds.get(table) ?? nextId++;
  tableIds.set(table, id);
  return id;
}
