import type { Artefact } from './artefact';
import { ArtefactStream } from './stream';

export type * from './artefact';
export { mightBeArtefact } from './formats';
export { layerLabel } from './layer-label';
export { readArtefactInSteps } from './stream';
export { type ArtefactSummary, summarise } from './summary';

export interface ArtefactSource {
  readonly file: string;
  readonly text: string | Uint8Array;
  /** Whether somebody said that this file is an artefact: then a bare list of lists of numbers is one too. */
  readonly asked?: boolean;
}

/** Reads a placement, expert loads or a trace that is at hand as a whole; `null` for something else. Never throws. */
export function readArtefact({ file, text, asked = false }: ArtefactSource): Artefact | null {
  const stream = new ArtefactStream(file, asked);
  stream.push(text);
  return stream.end();
}

/**
 * Tokens per expert, [MoE layers][experts], of expert loads or a trace, in the order of `artefact.layers`; `null` for a
 * placement. Layers without tokens are left out: SGLang counts dense layers too.
 */
export function loadsOf(artefact: Artefact): number[][] | null {
  if (artefact.kind !== 'loads' && artefact.kind !== 'trace-summary') return null;
  return artefact.counts.filter((row) => row.some((count) => count > 0)).map((row) => [...row]);
}

/**
 * The logical expert of every slot, [layers][slots], in the order of `artefact.layers`; `null` where the file places
 * nothing. SGLang's maps have a row for every layer of the model, dense ones too; those of other formats only for MoE
 * layers. Slots are in rank order: with P slots over N ranks, slot s is on rank floor(s / (P / N)). A slot without a
 * usable id is -1 and rows may differ in length: both are among `artefact.problems` as errors.
 */
export function placementOf(artefact: Artefact): number[][] | null {
  if (artefact.kind !== 'placement' || artefact.physicalToLogical.length === 0) return null;
  return artefact.physicalToLogical.map((row) => [...row]);
}
