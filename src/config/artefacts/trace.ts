import type { Artefact, LayerName, TraceSummaryArtefact } from './artefact';
import type { LineFormat, LineReader } from './format';
import { MalformedJson } from './json-cursor';
import { layerLabel } from './layer-label';
import { MAX_CELLS, MAX_EXPERTS } from './loads-builder';
import { Problems } from './problems';
import { type RowFaults, TraceLayer } from './trace-layer';
import { isIndex, TraceRecord, type TraceSpec } from './trace-record';

/** Layers that are summed up at most; a number beyond is a mistake, and must not cost memory. */
const MAX_LAYERS = 256;

/** Makes a format of a table entry. */
export function traceFormat(spec: TraceSpec): LineFormat {
  return {
    id: spec.id,
    hint: new RegExp(`"${spec.indices}"`),
    start(firstLine, file) {
      const record = new TraceRecord(spec);
      try {
        record.read(firstLine);
      } catch (error) {
        if (error instanceof MalformedJson) return null;
        throw error;
      }
      return record.isComplete ? new TraceReader(spec, file, record) : null;
    },
  };
}

class TraceReader implements LineReader {
  private readonly layers = new Map<string, { name: LayerName; trace: TraceLayer }>();
  private readonly problems = new Problems();
  private unrouted = 0;

  constructor(
    private readonly spec: TraceSpec,
    private readonly file: string,
    private readonly record: TraceRecord,
  ) {}

  line(bytes: Uint8Array, number: number, isCut: boolean): void {
    const { record, problems } = this;
    try {
      record.read(bytes);
    } catch (error) {
      if (!(error instanceof MalformedJson)) throw error;
      if (isBlank(bytes)) return;
      if (isCut)
        problems.add(
          'cut',
          'warning',
          number,
          () => 'The last line breaks off, as while a job still writes: it is left out.',
        );
      else
        problems.add(
          'json',
          'error',
          number,
          () => `This line is no JSON object with lists of ids: it is left out.`,
        );
      return;
    }
    if (!record.isComplete) {
      problems.add(
        'other',
        'warning',
        number,
        () => `This line has no ${this.spec.layer} with ${this.spec.indices}: it is left out.`,
      );
      return;
    }
    this.add(number);
  }

  tooLong(number: number): void {
    this.problems.add('long', 'error', number, () => 'This line is too long for one record: it is left out.');
  }

  end(): Artefact {
    const { spec, file } = this;
    const layers = [...this.layers.values()].sort(
      ({ name: a }, { name: b }) => (a.mtp ?? -1) - (b.mtp ?? -1) || a.number - b.number,
    );
    const experts = Math.max(0, ...layers.map(({ trace }) => trace.experts));
    const sums = layers.map(({ trace }) => trace.finish(experts));
    const artefact: TraceSummaryArtefact = {
      kind: 'trace-summary',
      file,
      format: spec.id,
      title: spec.title,
      layers: layers.map(({ name }) => name),
      experts,
      counts: sums.map(({ counts }) => counts),
      tokens: Float64Array.from(layers, ({ trace }) => trace.tokens),
      topK: Int32Array.from(layers, ({ trace }) => trace.topK),
      stepVariation: sums.map(({ variation }) => variation),
      pairs: sums.map(({ pairs }) => pairs),
      pairTokens: Float64Array.from(sums, ({ pairTokens }) => pairTokens),
      choices: sums.map(({ choices }) => choices),
      unrouted: this.unrouted,
      problems: this.problems.list(),
    };
    return artefact;
  }

  private add(line: number): void {
    const { record, problems } = this;
    const layer = this.layerOf(line);
    if (layer === undefined) return;
    const { name, trace } = layer;
    const { rows } = record;
    const { tokens, topK } = record;
    if (typeof tokens === 'number' && tokens !== rows.rows)
      problems.add(
        'tokens',
        'warning',
        line,
        () => `This record has ${rows.rows} tokens and says ${tokens}.`,
      );
    const before = trace.tokens === 0 ? null : trace.topK;
    const faults: RowFaults = { uneven: 0, outOfRange: 0, repeated: 0, unrouted: 0 };
    trace.add(record.step, rows, faults);
    this.unrouted += faults.unrouted;
    const at = layerLabel(name);
    if (typeof topK === 'number' && rows.rows > 0 && trace.topK !== topK && before === null)
      problems.add(
        'declared',
        'warning',
        line,
        () => `This record has ${trace.topK} experts per token and says ${topK}.`,
      );
    if (faults.uneven > 0)
      problems.add(
        'uneven',
        'warning',
        line,
        () =>
          `Tokens of ${at} have more or fewer experts than the ones before: a router gives each the same number.`,
      );
    if (faults.outOfRange > 0)
      problems.add(
        'range',
        'error',
        line,
        () => `This record of ${at} has ids that are no expert's number: they are left out.`,
      );
    if (faults.repeated > 0)
      problems.add('repeated', 'error', line, () => `A token of ${at} chooses the same expert twice.`);
  }

  private layerOf(line: number): { name: LayerName; trace: TraceLayer } | undefined {
    const { layer, mtp } = this.record;
    const name: LayerName = isIndex(mtp) ? { number: layer as number, mtp } : { number: layer as number };
    const key = `${name.mtp ?? ''}/${name.number}`;
    const known = this.layers.get(key);
    if (known !== undefined) return known;
    if (this.layers.size >= MAX_LAYERS) {
      this.problems.add(
        'layers',
        'error',
        line,
        () => `There are more than ${MAX_LAYERS} layers: this one is left out.`,
      );
      return undefined;
    }
    const made = { name, trace: new TraceLayer(Math.min(MAX_EXPERTS, MAX_CELLS / MAX_LAYERS)) };
    this.layers.set(key, made);
    return made;
  }
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09);
