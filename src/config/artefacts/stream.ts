import type { Artefact } from './artefact';
import type { LineReader } from './format';
import { DOCUMENT_FORMATS, LINE_FORMATS } from './formats';
import { joined, LineSplitter } from './line-splitter';
import { MAGIC_BYTES, unopenedByMagic, unopenedByName } from './unopened';
import { bytesOf } from './utf8';

/** A file that is read as a whole may be this long: a recorder's dump with a thousand steps has 50 MB. */
const MAX_DOCUMENT_BYTES = 256 * 2 ** 20;

/**
 * Reads an artefact from chunks as they come. Of a file of lines only sums are kept; what has to be read as a whole is
 * held until the end.
 */
export class ArtefactStream {
  private readonly unopened: Artefact | null;
  private readonly splitter = new LineSplitter({
    line: (bytes, number, isCut) => this.line(bytes, number, isCut),
    tooLong: (number) => this.tooLong(number),
  });
  /** All chunks, until it is known that the file is one of lines. */
  private chunks: Uint8Array[] = [];
  private held = 0;
  private byMagic: Artefact | null = null;
  private reader: LineReader | null = null;
  /** What is known: nothing, a file of lines, a document (its lines do not matter), or that it is nothing of ours. */
  private state: 'start' | 'lines' | 'document' | 'other' = 'start';

  constructor(
    private readonly file: string,
    private readonly asked: boolean,
  ) {
    this.unopened = unopenedByName(file);
    if (this.unopened !== null) this.state = 'other';
  }

  /** Whether more of the file can change anything. */
  get isDecided(): boolean {
    return this.state === 'other';
  }

  push(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? bytesOf(chunk) : chunk;
    if (bytes.length === 0 || this.state === 'other') return;
    const isFirst = this.held === 0;
    if (this.state !== 'lines') this.hold(bytes);
    if (isFirst || this.held - bytes.length < MAGIC_BYTES) this.lookAtHead();
    if (this.state === 'start' || this.state === 'lines') this.splitter.push(bytes);
  }

  end(): Artefact | null {
    if (this.state === 'start' || this.state === 'lines') this.splitter.end();
    if (this.unopened !== null || this.byMagic !== null) return this.unopened ?? this.byMagic;
    if (this.reader !== null) return this.reader.end();
    if (this.state === 'other' || this.held === 0) return null;
    const bytes = this.chunks.length === 1 ? this.chunks[0]! : joined(this.chunks, this.held);
    const document = { file: this.file, bytes: withoutMark(bytes), asked: this.asked };
    for (const format of DOCUMENT_FORMATS) {
      const artefact = format.read(document);
      if (artefact !== null) return artefact;
    }
    return null;
  }

  private hold(bytes: Uint8Array): void {
    this.chunks.push(bytes.slice());
    this.held += bytes.length;
    if (this.held > MAX_DOCUMENT_BYTES) this.drop();
  }

  private drop(): void {
    this.state = 'other';
    this.chunks = [];
  }

  private lookAtHead(): void {
    if (this.state !== 'start') return;
    const head = this.chunks.length === 1 ? this.chunks[0]! : joined(this.chunks, this.held);
    this.byMagic = unopenedByMagic(this.file, head);
    if (this.byMagic !== null || head.subarray(0, 8_000).includes(0)) this.drop();
  }

  private line(bytes: Uint8Array, number: number, isCut: boolean): void {
    if (this.state === 'start') this.begin(bytes);
    if (this.state === 'lines') this.reader?.line(bytes, number, isCut);
  }

  private begin(firstLine: Uint8Array): void {
    if (firstLine.length === 0) return;
    for (const format of LINE_FORMATS) {
      this.reader = format.start(firstLine, this.file);
      if (this.reader !== null) {
        this.state = 'lines';
        this.chunks = [];
        return;
      }
    }
    this.state = 'document';
  }

  private tooLong(number: number): void {
    if (this.state === 'start') this.state = 'document';
    else this.reader?.tooLong(number);
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

export interface ArtefactChunks {
  readonly file: string;
  /** The file's bytes or text in pieces of any size. A piece may be filled again once the next one is asked for. */
  readonly chunks: Iterable<Uint8Array | string>;
  /** Length of the file in bytes, for the fraction done; 0 when it is not known. */
  readonly size: number;
  /** Whether somebody said that this file is an artefact: then a bare list of lists of numbers is one too. */
  readonly asked?: boolean;
}

/**
 * Reads an artefact in steps of one chunk, so that a caller can look up or stop between two of them; a trace takes
 * the same memory however long it is. Ends early where the file turns out to be something else.
 *
 * @yields the fraction done
 * @returns `null` when the file is something else. Never throws but what `chunks` throws.
 */
export function* readArtefactInSteps(source: ArtefactChunks): Generator<number, Artefact | null, void> {
  const stream = new ArtefactStream(source.file, source.asked ?? false);
  let done = 0;
  for (const chunk of stream.isDecided ? [] : source.chunks) {
    stream.push(chunk);
    if (stream.isDecided) break;
    done += chunk.length;
    yield source.size > 0 ? Math.min(1, done / source.size) : 0;
  }
  return stream.end();
}
