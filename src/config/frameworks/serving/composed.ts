import type { Fact, ModelReference, SyntaxProblem, TextRange } from '../../fact';
import { type CommandText, commandText, type YamlFile, type YamlScalar } from '../../syntax/yaml';

interface Part {
  readonly start: number;
  readonly end: number;
  readonly from: CommandText;
  /** Where the part begins in `from`. */
  readonly offset: number;
}

/** The letter of a script at its place in the file; of a scalar with escapes, the whole scalar. */
function placeOf({ start, from, offset }: Part, at: number): [start: number, end: number] {
  const { length } = from.text;
  const letter = Math.max(0, at - start + offset);
  const exact = length < 2 || from.toFile(length - 1) > from.toFile(0);
  const place = from.toFile(letter);
  if (exact) return [place, letter < length ? place + 1 : place];
  return [from.toFile(0), from.toFile(length)];
}

/**
 * A shell script put together from scalars of a YAML file (environment, command, arguments), with a way back:
 * what is read of the script is placed where its letters stand in the file.
 */
export class ComposedScript {
  text = '';
  private readonly parts: Part[] = [];

  constructor(
    private readonly file: YamlFile,
    private readonly source: string,
    /** Stands in for what the file does not hold, such as the quotes between two arguments. */
    private readonly elsewhere: TextRange,
  ) {}

  glue(text: string): this {
    this.text += text;
    return this;
  }

  /** The scalar's text as it is: a script. */
  script(scalar: YamlScalar): this {
    return this.part(commandText(this.file, scalar), 0, scalar.text.length);
  }

  /** The scalar's text as the words of one command: line breaks part words and nothing else. */
  options(scalar: YamlScalar): this {
    const from = commandText(this.file, scalar);
    return this.part({ ...from, text: from.text.replace(/[\r\n]/g, ' ') }, 0, scalar.text.length);
  }

  /** The scalar as one word that no shell splits or expands; `$(NAME)` is Kubernetes' own way to use the environment. */
  word(scalar: YamlScalar): this {
    const from = commandText(this.file, scalar);
    let at = 0;
    for (const match of scalar.text.matchAll(/\$\(([A-Za-z_]\w*)\)|'/g)) {
      this.quoted(from, at, match.index);
      const variable = match[1];
      this.glue(variable === undefined ? '"\'"' : `"\${${variable}}"`);
      at = match.index + match[0].length;
    }
    if (at < scalar.text.length || at === 0) this.quoted(from, at, scalar.text.length);
    return this;
  }

  private quoted(from: CommandText, start: number, end: number): void {
    if (start === end && end > 0) return;
    this.glue("'").part(from, start, end);
    this.glue("'");
  }

  private part(from: CommandText, start: number, end: number): this {
    this.parts.push({ start: this.text.length, end: this.text.length + end - start, from, offset: start });
    return this.glue(from.text.slice(start, end));
  }

  private toFile(range: TextRange): TextRange {
    const inside = this.parts.filter((part) => part.start < range.end && range.start < part.end);
    const touched = this.parts.filter((part) => part.start <= range.end && range.start <= part.end);
    const [first] = inside.length > 0 ? inside : touched;
    const last = inside.at(-1) ?? touched.at(-1);
    if (first === undefined || last === undefined) return this.elsewhere;
    const [start] = placeOf(first, Math.max(range.start, first.start));
    // The end is behind the last letter: what follows it in the script may stand lines further down in the file.
    const [letter, end] = placeOf(last, Math.min(range.end, last.end) - 1);
    return { start, end: Math.max(start, range.end > range.start ? end : letter) };
  }

  fact(fact: Fact): Fact {
    const range = this.toFile(fact.range);
    const letters = this.text.slice(fact.range.start, fact.range.end);
    const sameLetters = this.source.slice(range.start, range.end) === letters;
    const via = fact.via?.map((step) => ({ ...step, range: this.toFile(step.range) }));
    return {
      ...fact,
      range,
      keyRange: this.toFile(fact.keyRange),
      // A value whose letters the file spells in another way must not be edited as if they stood there.
      state: fact.state === 'literal' && !sameLetters ? 'constant' : fact.state,
      ...(via === undefined ? {} : { via }),
    };
  }

  model(model: ModelReference): ModelReference {
    return { ...model, range: this.toFile(model.range) };
  }

  problem(problem: SyntaxProblem): SyntaxProblem {
    return { ...problem, range: this.toFile(problem.range) };
  }
}
