import type { Fact, ModelReference, SyntaxProblem, TextRange } from '../../fact';
import { type CommandText, commandText, type YamlFile, type YamlScalar } from '../../syntax/yaml';
import { holdsTemplate } from '../../syntax/yaml/templates';

interface Part {
  readonly start: number;
  readonly end: number;
  readonly from: CommandText;
  /** Where the part begins in `from`. */
  readonly offset: number;
}

/** A variable of the container's environment, in Kubernetes' spelling. */
const KUBERNETES_VARIABLE = /\$\(([A-Za-z_]\w*)\)/g;
/** What envsubst and its kin fill in before a file is used. */
export const PLAIN_VARIABLE = /\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\}/;
const TEMPLATE_START = /^\{[{%]$/;
/** What Compose fills in itself before it starts a container; `$$` is a dollar sign. */
export const COMPOSE_VARIABLE = /(?<!\$)\$(?:\{[^{}]*\}|[A-Za-z_]\w*)/g;

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
    return this.part(this.joinedOverTemplates(commandText(this.file, scalar)), 0, scalar.text.length);
  }

  /**
   * Inside a command of several lines a template on a line of its own leaves nothing behind (`{{- if … }}`), where the comment
   * that stands for it would end the command: it becomes a blank line that goes on.
   */
  private joinedOverTemplates(from: CommandText): CommandText {
    let at = 0;
    let goesOn = false;
    const lines = from.text.split('\n').map((line) => {
      const first = at + line.search(/\S|$/);
      at += line.length + 1;
      if (goesOn && line.trim().startsWith('#') && this.isTemplate(from.toFile(first)))
        return `${' '.repeat(line.length - 1)}\\`;
      goesOn = line.endsWith('\\');
      return line;
    });
    return { ...from, text: lines.join('\n') };
  }

  /** The scalar's text as the words of one command: line breaks part words and nothing else. */
  options(scalar: YamlScalar): this {
    const from = commandText(this.file, scalar);
    return this.part({ ...from, text: from.text.replace(/[\r\n]/g, ' ') }, 0, scalar.text.length);
  }

  /**
   * The scalar as one word that no shell splits. What `expands` finds is a variable all the same: Kubernetes' own
   * `$(NAME)`, Compose's `${NAME:-default}`.
   */
  word(scalar: YamlScalar, expands: RegExp = KUBERNETES_VARIABLE): this {
    const from = commandText(this.file, scalar);
    // `${NAME}` is as long as `$(NAME)`, so that every letter stays in its place.
    const asShell = { ...from, text: from.text.replace(KUBERNETES_VARIABLE, '${$1}') };
    let at = 0;
    const isOwn = new RegExp(`^(?:${expands.source})$`);
    for (const match of scalar.text.matchAll(
      new RegExp(`${expands.source}|${PLAIN_VARIABLE.source}|'`, 'g'),
    )) {
      // What no shell expands may be filled in before: by a template, or by envsubst when there is an answer for it.
      const answer = /^\$\{?(\w+)\}?$/.exec(match[0])?.[1];
      const isFilledIn = () => this.isTemplate(from.toFile(match.index)) || this.file.answers?.has(answer!);
      if (answer !== undefined && !isOwn.test(match[0]) && !isFilledIn()) continue;
      this.quoted(from, at, match.index);
      const end = match.index + match[0].length;
      if (match[0] === "'") this.glue('"\'"');
      else {
        this.glue('"').part(asShell, match.index, end);
        this.glue('"');
      }
      at = end;
    }
    if (at < scalar.text.length || at === 0) this.quoted(from, at, scalar.text.length);
    return this;
  }

  /** Whether a template begins there: in the readable text a variable stands for it. */
  private isTemplate(at: number): boolean {
    return TEMPLATE_START.test(this.source.slice(at, at + 2));
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

  /** Where a stretch of the script stands in the file. */
  rangeInFile(range: TextRange): TextRange {
    const inside = this.parts.filter((part) => part.start < range.end && range.start < part.end);
    const touched = this.parts.filter((part) => part.start <= range.end && range.start <= part.end);
    const [first] = inside.length > 0 ? inside : touched;
    const last = inside.at(-1) ?? touched.at(-1);
    if (first === undefined || last === undefined) return this.elsewhere;
    const [start] = placeOf(first, Math.max(range.start, first.start));
    // The end is behind the last letter: what follows it in the script may stand lines further down in the file.
    const [letter, end] = placeOf(last, Math.min(range.end, last.end) - 1);
    // A block that the file ends in the middle of has a line end that is not written.
    const within = Math.min(range.end > range.start ? end : letter, this.source.length);
    return { start: Math.min(start, within), end: within };
  }

  fact(fact: Fact): Fact {
    const range = this.rangeInFile(fact.range);
    const letters = this.text.slice(fact.range.start, fact.range.end);
    const written = this.source.slice(range.start, range.end);
    const sameLetters = written === letters;
    const { expression } = fact;
    const isOwnSpelling =
      expression !== undefined &&
      (written.replace(KUBERNETES_VARIABLE, '${$1}') === expression || holdsTemplate(written));
    const via = fact.via?.map((step) => {
      const variable = this.file.names.get(step.variable) ?? step.variable;
      return step.file ? { ...step, variable } : { ...step, variable, range: this.rangeInFile(step.range) };
    });
    return {
      ...fact,
      range,
      keyRange: this.rangeInFile(fact.keyRange),
      // A value whose letters the file spells in another way must not be edited as if they stood there.
      state: fact.state === 'literal' && !sameLetters ? 'constant' : fact.state,
      ...(via === undefined ? {} : { via }),
      ...(isOwnSpelling ? { expression: written } : {}),
    };
  }

  model(model: ModelReference): ModelReference {
    return { ...model, range: this.rangeInFile(model.range) };
  }

  problem(problem: SyntaxProblem): SyntaxProblem {
    return { ...problem, range: this.rangeInFile(problem.range) };
  }
}
