import type { Fact, ModelReference, ReadDocument, TextRange } from '../fact';
import type { SourceText } from '../read';
import type { ShellWord } from '../syntax/shell';

/** A script that another one starts: `srun bash train.sh 8 4`, `EP=8 ./run.sh`. */
export interface ScriptCall {
  readonly path: string;
  readonly arguments: readonly ShellWord[];
  readonly environment: ReadonlyMap<string, ShellWord>;
  /** Its own `#SBATCH` header counts: it was given to `sbatch`. */
  readonly isSubmitted: boolean;
}

/** A stretch of the composed text that stands in the outer script. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  /** Where in the outer script; letter by letter when `exact`. */
  readonly outer: TextRange;
  readonly exact: boolean;
}

const HEADER = /^[ \t]*#SBATCH[ \t][^\r\n]*/gm;
const QUOTE = "'\\''";

/**
 * The started script with what the outer one gives it in front: the header of the batch job, its environment and its
 * arguments. What is read of it is put back where it stands, in one file or the other.
 */
export class StartedScript {
  readonly source: SourceText;
  private readonly prefix: string;
  private readonly stretches: Stretch[] = [];

  constructor(
    private readonly outer: SourceText,
    private readonly inner: SourceText,
    call: ScriptCall,
  ) {
    let text = '';
    const add = (part: string, outerRange: TextRange, exact: boolean) => {
      this.stretches.push({ start: text.length, end: text.length + part.length, outer: outerRange, exact });
      text += part;
    };
    for (const match of outer.text.matchAll(HEADER)) {
      add(match[0], { start: match.index, end: match.index + match[0].length }, true);
      text += '\n';
    }
    const give = (word: ShellWord) => {
      if (word.text === null) {
        text += '"';
        add(variableOf(word), word.range, false);
        text += '"';
      } else {
        text += "'";
        add(word.text.replaceAll("'", QUOTE), word.range, isExact(outer.text, word));
        text += "'";
      }
    };
    for (const [name, word] of call.environment) {
      text += `export ${name}=`;
      give(word);
      text += '\n';
    }
    if (call.arguments.length > 0) {
      text += 'set --';
      for (const word of call.arguments) {
        text += ' ';
        give(word);
      }
      text += '\n';
    }
    this.prefix = text;
    const body = call.isSubmitted
      ? inner.text
      : inner.text.replace(HEADER, (line) => line.replace(/\S/g, '#'));
    this.source = { file: inner.file, text: text + body, answers: outer.answers };
  }

  /** The document of the started script as one of the script that starts it. */
  document(read: ReadDocument): ReadDocument {
    return {
      ...read,
      file: this.outer.file,
      facts: read.facts.map((fact) => (fact.file === this.inner.file ? this.fact(fact) : fact)),
      models: read.models.map((model) => this.model(model)),
      problems: [],
    };
  }

  private fact(fact: Fact): Fact {
    const { via, ...rest } = fact;
    const steps =
      via?.filter((step) => step.file !== undefined || step.range.start >= this.prefix.length) ?? [];
    // A chain that ends in the other script has no literal here that an edit could change.
    const isWhole = via !== undefined && steps.length === via.length;
    const moved = steps.map((step) => (step.file ? step : { ...step, range: this.shifted(step.range) }));
    const place = this.placeOf(fact.range);
    if (place !== null) return { ...rest, file: this.outer.file, range: place, keyRange: place };
    return {
      ...rest,
      range: this.shifted(fact.range),
      keyRange: this.placeOf(fact.keyRange) === null ? this.shifted(fact.keyRange) : this.shifted(fact.range),
      ...(isWhole ? { via: moved } : {}),
    };
  }

  private model(model: ModelReference): ModelReference {
    return { ...model, range: this.placeOf(model.range) ?? this.shifted(model.range) };
  }

  private shifted({ start, end }: TextRange): TextRange {
    const by = this.prefix.length;
    return { start: Math.max(0, start - by), end: Math.max(0, end - by) };
  }

  /** In the outer script; `null` for what stands in the started one. */
  private placeOf({ start, end }: TextRange): TextRange | null {
    if (start >= this.prefix.length) return null;
    const stretch = this.stretches.find((part) => start < part.end && end > part.start);
    if (stretch === undefined) return { start: 0, end: 0 };
    const { outer, exact } = stretch;
    if (!exact) return outer;
    const from = outer.start - stretch.start;
    return { start: Math.max(outer.start, start + from), end: Math.min(outer.end, end + from) };
  }
}

const isExact = (text: string, { range, text: value }: ShellWord): boolean =>
  text.slice(range.start, range.end) === value;

/** What is not known of a word, as a variable that nobody sets. */
function variableOf({ expression }: ShellWord): string {
  return expression !== null && /^\$(\w+|\{\w+\})$/.test(expression) ? expression : '$UNKNOWN';
}
