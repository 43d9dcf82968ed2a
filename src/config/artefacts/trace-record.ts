import type { ArtefactFormatId } from './artefact';
import { IntegerRows } from './integer-rows';
import { JsonCursor } from './json-cursor';

/** Where a format of traces with one JSON object per line keeps what. */
export interface TraceSpec {
  readonly id: ArtefactFormatId;
  readonly title: string;
  /** [tokens][top-k] ids of experts. */
  readonly indices: string;
  readonly layer: string;
  readonly step: string;
  readonly tokens?: string;
  readonly topK?: string;
  readonly mtp?: string;
  /** Keys that every record has beside those of layer and indices. */
  readonly required: readonly string[];
}

/** One line of a trace; its buffers serve all lines. */
export class TraceRecord {
  readonly rows = new IntegerRows();
  layer: number | string | null = null;
  step: number | string | null = null;
  mtp: number | string | null = null;
  tokens: number | string | null = null;
  topK: number | string | null = null;
  private readonly cursor = new JsonCursor(new Uint8Array(0));
  private hasRows = false;
  private seen = 0;

  constructor(private readonly spec: TraceSpec) {}

  /** @throws MalformedJson */
  read(bytes: Uint8Array): void {
    const { cursor } = this;
    this.layer = this.step = this.mtp = this.tokens = this.topK = null;
    this.hasRows = false;
    this.seen = 0;
    cursor.reset(bytes);
    cursor.members(this.member);
    if (cursor.peek() !== -1) throw cursor.malformed();
  }

  private readonly member = (key: string): void => {
    const { spec, cursor } = this;
    if (spec.required.includes(key)) this.seen++;
    if (key === spec.indices) {
      cursor.integerRows(this.rows);
      this.hasRows = true;
    } else if (key === spec.layer) this.layer = cursor.scalar();
    else if (key === spec.step) this.step = cursor.scalar();
    else if (key === spec.tokens) this.tokens = cursor.scalar();
    else if (key === spec.topK) this.topK = cursor.scalar();
    else if (key === spec.mtp) this.mtp = cursor.scalar();
    else cursor.skip();
  };

  get isComplete(): boolean {
    return this.hasRows && isIndex(this.layer) && this.seen >= this.spec.required.length;
  }
}

/** Whether a value counts something from 0. */
export const isIndex = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
