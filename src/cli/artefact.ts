import { closeSync, openSync, readSync, statSync } from 'node:fs';
import {
  type Artefact,
  type ArtefactSummary,
  layerLabel,
  readArtefactInSteps,
  summarise,
} from '../config/artefacts';
import { MAX_BYTES, reading, textOf } from './files';
import { tellingProgress } from './progress';
import { short, table, whole } from './text';

const CHUNK_BYTES = 4 * 2 ** 20;

/** What a file that was read once, from beginning to end, turned out to be: it may be a pipe. */
export interface ReadOnce {
  /** Its text; `null` where it holds none that a configuration could have. */
  readonly text: string | null;
  /** Why it has no text; `null` where it is an artefact, which needs none. */
  readonly refused: string | null;
  readonly artefact: Artefact | null;
}

/** Reads a file in pieces, however long it is. @throws UsageError that says why it cannot be read */
export function readOnce(path: string): ReadOnce {
  const { size } = reading(path, () => statSync(path));
  const kept: Uint8Array[] = [];
  let length = 0;
  function* chunks(): Generator<Uint8Array> {
    const file = reading(path, () => openSync(path, 'r'));
    try {
      const buffer = new Uint8Array(CHUNK_BYTES);
      for (;;) {
        const bytes = buffer.subarray(
          0,
          reading(path, () => readSync(file, buffer)),
        );
        if (bytes.length === 0) return;
        length += bytes.length;
        // The piece that is one too many is kept to show that the file is too large.
        if (length - bytes.length <= MAX_BYTES) kept.push(bytes.slice());
        yield bytes;
      }
    } finally {
      closeSync(file);
    }
  }
  const artefact = tellingProgress(
    path,
    readArtefactInSteps({ file: path, chunks: chunks(), size, asked: true }),
  );
  const read = textOf(Buffer.concat(kept));
  if (artefact?.kind === 'unopened') return { text: null, refused: null, artefact };
  if ('text' in read) return { text: read.text, refused: null, artefact };
  return { text: null, refused: artefact ? null : read.refused, artefact };
}

/** What `inspect --format json` prints of an artefact. */
export function artefactJson(artefact: Artefact) {
  const conversions = artefact.kind === 'unopened' ? { conversions: artefact.conversions } : {};
  return { ...summarise(artefact), ...conversions };
}

/** The same for a terminal. */
export function artefactText(artefact: Artefact): string {
  if (artefact.kind === 'unopened') {
    const commands = artefact.conversions.map(({ holds, command }) => `If it holds ${holds}:\n  ${command}`);
    return `${artefact.file}: a ${artefact.title}, which is not opened. Make it text first.\n\n${commands.join('\n')}`;
  }
  const summary = summarise(artefact);
  const problems = summary.problems.map(({ line, severity, message, times }) => {
    const more = times > 1 ? ` (${whole.format(times)} times)` : '';
    return `${artefact.file}:${line}: ${severity} ${message}${more}`;
  });
  return [
    `${artefact.file}: ${summary.title}`,
    table(rowsOf(summary), 9),
    ...(problems.length > 0 ? [problems.join('\n')] : []),
  ].join('\n\n');
}

function rowsOf(summary: ArtefactSummary): string[][] {
  const { maxOverMean: skew, stepMaxOverMean, strongestPair: pair } = summary;
  const figures: readonly (readonly [string, number | null])[] = [
    ['layers', summary.layers],
    ['experts', summary.experts],
    ['slots per layer', summary.slots],
    ['most slots of one expert', summary.mostReplicas],
    ['steps', summary.steps],
    ['tokens, all layers', summary.tokens],
    ['experts per token', summary.topK],
    ['assignments', summary.assignments],
  ];
  const rows = figures.flatMap(([name, value]) => (value === null ? [] : [[name, whole.format(value)]]));
  if (skew !== null) {
    const { hottest } = skew;
    const range = [skew.min, skew.median, skew.max].map((value) => short.format(value)).join(', ');
    const idle = summary.layers - skew.layers;
    rows.push(['largest over mean, per layer: min, median, max', range]);
    rows.push(['hottest', `expert ${hottest.expert} of ${layerLabel(hottest.layer)}`]);
    if (idle > 0) rows.push(['layers without tokens', `${idle}: dense, or not recorded`]);
  }
  if (stepMaxOverMean !== null)
    rows.push(['largest over mean within one step, median layer', short.format(stepMaxOverMean)]);
  if (pair !== null) {
    const [a, b] = pair.experts;
    const often = `${short.format(pair.lift)} × as often as by chance`;
    rows.push(['chosen together most', `experts ${a} and ${b} of ${layerLabel(pair.layer)}, ${often}`]);
  }
  return rows;
}
