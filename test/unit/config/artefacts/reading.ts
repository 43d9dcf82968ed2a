import {
  type Artefact,
  type PlacementArtefact,
  readArtefact,
  readArtefactInSteps,
  type TraceSummaryArtefact,
} from '../../../../src/config/artefacts';

export function mustRead(text: string | Uint8Array, file = 'a.json', asked = false): Artefact {
  const artefact = readArtefact({ file, text, asked });
  if (artefact === null) throw new Error(`${file} is not recognised`);
  return artefact;
}

export function mustReadTrace(text: string | Uint8Array): TraceSummaryArtefact {
  const artefact = mustRead(text, 'trace.jsonl');
  if (artefact.kind !== 'trace-summary') throw new Error('no trace');
  return artefact;
}

export function mustReadPlacement(text: string, file: string): PlacementArtefact {
  const artefact = mustRead(text, file);
  if (artefact.kind !== 'placement') throw new Error('no placement');
  return artefact;
}

/** The artefact of a file that comes in these pieces, and the fractions that were told on the way. */
export function readChunks(file: string, chunks: Iterable<Uint8Array | string>, size = 0) {
  const steps = readArtefactInSteps({ file, chunks, size });
  const fractions: number[] = [];
  for (;;) {
    const next = steps.next();
    if (next.done) return { artefact: next.value, fractions };
    fractions.push(next.value);
  }
}

/** A line as Megatron-LM's tracer writes it. */
export function record(
  step: number,
  layer: number,
  top_indices: readonly (readonly number[])[],
  more = {},
): string {
  const topk = top_indices[0]?.length ?? 0;
  const head = {
    step,
    stage: 'pre_dispatch',
    block: 'decoder',
    layer,
    rank: 0,
    num_tokens: top_indices.length,
    topk,
  };
  return JSON.stringify({ ...head, ...more, top_indices })
    .replaceAll(',', ', ')
    .replaceAll('":', '": ');
}
