import type { Fact } from '../fact';
import type { Job } from '../job';
import { fileNameOf } from '../paths';

/** The keys of a scenario file that name a file of numbers, and the facts of jobs whose files name one. */
export const ARTEFACT_NAMES = ['routing.file', 'placement.file'] as const;
export type ArtefactName = (typeof ARTEFACT_NAMES)[number];

/** A placement, expert loads or a trace that a job is told to use. */
export interface NamedArtefact {
  readonly name: ArtefactName;
  /** As written, relative to the file of `fact`; what it is called on screen. */
  readonly path: string;
  /** Where it is named. */
  readonly fact: Fact;
  /** The text that holds it, where it stands in a file of the job or on the command line itself. */
  readonly text?: string;
}

/** What a job writes while it runs: that it is not there yet says nothing. */
export function isWrittenByJob({ name, fact }: NamedArtefact): boolean {
  return name === 'routing.file' && fact.pin !== true;
}

/** A map of layers to experts, wherever a TensorRT-LLM engine finds its load balancer. */
const ASSIGNMENTS = 'initial_global_assignments';

/** The artefacts of a job, at most one under each name: what a scenario file names goes before what the job's files do. */
export function namedArtefacts(job: Job, textOf: (file: string) => string | undefined): NamedArtefact[] {
  return ARTEFACT_NAMES.flatMap((name): NamedArtefact[] => {
    const [fact] = job.facts.filter((one) => one.name === name && typeof one.value === 'string');
    if (fact?.pin) return [{ name, path: String(fact.value), fact }];
    const inText = name === 'placement.file' ? (inlineLocation(job) ?? balancer(job, textOf)) : undefined;
    if (inText !== undefined) return inText;
    return fact !== undefined && isPath(String(fact.value)) ? [{ name, path: String(fact.value), fact }] : [];
  });
}

/** Not a placeholder or an address: those lead to no file. */
const isPath = (value: string): boolean => value !== '' && !/^[a-z][a-z0-9+.-]*:\/\/|[{}<>$]/i.test(value);

const known = (job: Job, name: string): Fact | undefined =>
  job.facts.find((fact) => fact.name === name && fact.state !== 'unresolved');

/** `--init-expert-location '{…}'`; `undefined` where the option names a file, or is not there. */
function inlineLocation(job: Job): NamedArtefact[] | undefined {
  const fact = known(job, 'sglang.initExpertLocation');
  if (typeof fact?.value !== 'string' || !fact.value.startsWith('{')) return undefined;
  return [{ name: 'placement.file', path: fact.key, fact, text: fact.value }];
}

/**
 * A load balancer that is read as a part of the job already, in a file of its own or inside the engine's options: with
 * assignments it is a placement, without any it says nothing of where experts are.
 */
function balancer(job: Job, textOf: (file: string) => string | undefined): NamedArtefact[] | undefined {
  const fact = job.framework === 'trtllm' ? known(job, 'trtllm.numSlots') : undefined;
  const text = fact && textOf(fact.file);
  if (fact === undefined || text === undefined) return undefined;
  if (!text.includes(ASSIGNMENTS)) return [];
  return [{ name: 'placement.file', path: fileNameOf(fact.file), fact, text }];
}
