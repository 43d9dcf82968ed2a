import type { Assignment, Command, CommandArgument, ParsedScript, Word } from 'unbash';
import type { Answers } from '../../answers';
import type { SyntaxProblem, TextRange } from '../../fact';
import { DECLARING, READING, SHOWING } from './builtins';
import type { ShellCommand, ShellFragment } from './command';
import type { CompoundNode } from './control-flow';
import { valueFields } from './expand';
import { MAX_DEPTH, NestedScripts } from './nested';
import { type Field, splitFields } from './split';
import { MAX_ARGUMENTS, type Place, TooMuchWork, toItem } from './state';
import type { Piece, Pieces } from './value';
import { type ShellWord, wordsOf } from './word';

export interface WalkResult {
  readonly commands: readonly ShellCommand[];
  readonly fragments: readonly ShellFragment[];
  readonly problems: readonly SyntaxProblem[];
  readonly outside: ReadonlySet<string>;
}

/** `${X:=8}`, which sets a variable wherever it stands. */
const ASSIGNING_EXPANSION = /\$\{\w+:?=/;

class Walker extends NestedScripts {
  readonly problems: SyntaxProblem[] = [];

  constructor(
    source: string,
    doubtful: readonly TextRange[],
    private readonly watched: readonly string[],
    answers: Answers | undefined,
  ) {
    super(source, doubtful, answers);
  }

  run(script: ParsedScript): void {
    try {
      this.statements(script.commands);
      for (const declared of [...this.functions.values()]) {
        if (!declared.called) this.inBranch(() => this.node(declared.body));
      }
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error;
      this.problems.push({
        severity: 'warning',
        message: 'This script is too involved to follow: what stands further down is not read.',
        range: { start: 0, end: 0 },
      });
    }
  }

  fragments(): ShellFragment[] {
    const fragments: ShellFragment[] = [];
    for (const variable of this.scope.names()) {
      if (this.usedVariables.has(variable)) continue;
      const value = this.scope.get(variable);
      if (value === undefined) continue;
      const words = wordsOf(valueFields(value));
      if (words.some((word) => word.text?.startsWith('--'))) fragments.push({ variable, words });
    }
    return fragments;
  }

  protected command(node: Command): void {
    const assignments = node.prefix.filter((part) => part.type === 'Assignment');
    if (node.name === undefined) {
      for (const assignment of assignments) this.assignment(assignment, false);
      return;
    }
    const name = node.name.text;
    if (DECLARING.has(name)) {
      this.declare(node);
      return;
    }
    const args = node.args;
    if (name === 'exit' || name === 'return') {
      this.scope.ended = name;
      return;
    }
    if (READING.has(name)) {
      for (const arg of args) {
        const variable = arg.type === 'Word' ? /^[A-Za-z_]\w*/.exec(arg.text)?.[0] : arg.name;
        if (variable !== undefined) this.forget(variable, arg);
      }
      return;
    }
    if (name === 'unset') {
      for (const arg of args) if (arg.type === 'Word') this.scope.set(arg.text, undefined);
      return;
    }
    if (name === 'shift') {
      const count = Number(args[0]?.text ?? 1);
      this.shift(Number.isSafeInteger(count) ? count : MAX_ARGUMENTS);
      return;
    }
    // `set -- a b` gives the script other arguments.
    if (name === 'set' && args[0]?.text === '--') {
      this.bindArguments(
        args
          .slice(1)
          .flatMap((word) => this.argumentFields(word))
          .map(toItem),
      );
      return;
    }
    if (name === 'printf' && args[0]?.text === '-v' && args[1] !== undefined) {
      this.forget(args[1].text, args[1]);
      return;
    }
    const declared = this.functions.get(name);
    if (declared !== undefined && this.depth < MAX_DEPTH) {
      this.callFunction(declared, args, assignments);
      return;
    }
    if (name === 'eval') {
      this.evaluate(
        args.filter((arg) => arg.type === 'Word'),
        node,
        assignments,
      );
      return;
    }
    if (this.nestedScript(node)) return;
    if (name === 'sbatch') this.submitted(node, assignments);
    const shown = SHOWING.has(name);
    if (shown && !ASSIGNING_EXPANSION.test(this.source.slice(node.pos, node.end))) {
      this.hereDocuments(node, name);
      return;
    }
    this.counting = !shown;
    const fields = [node.name, ...args].flatMap((word) => this.argumentFields(word));
    this.counting = true;
    if (!shown) this.emit(wordsOf(fields), node, assignments);
    this.hereDocuments(node, name);
  }

  private argumentFields(word: Word | Assignment): Field[] {
    if (word.type === 'Word') return this.expander.fields(word);
    // `key=value` among the arguments is one word like any other.
    if (word.value.type === 'ArrayValue') return [];
    const start = word.pos;
    const end = word.value.pos;
    const head: Piece = {
      kind: 'text',
      text: this.source.slice(start, end),
      at: start,
      range: { start, end },
      via: [],
      whole: true,
    };
    return splitFields([head, ...this.expander.pieces(word.value)]);
  }

  protected emit(words: readonly ShellWord[], place: Place, own: readonly Assignment[]): void {
    if (words.length === 0) return;
    const environment = new Map<string, ShellWord>();
    const note = (name: string, pieces: Pieces) => {
      const word = wordsOf(splitFields(pieces.map((piece) => ({ ...piece, whole: true }))))[0];
      if (word !== undefined) environment.set(name, word);
    };
    for (const name of this.watched) {
      const value = this.scope.get(name);
      if (value?.kind === 'scalar' && value.exported) note(name, value.pieces);
    }
    for (const assignment of own) {
      if (this.watched.includes(assignment.name) && assignment.value.type === 'Word') {
        note(assignment.name, this.expander.pieces(assignment.value));
      }
    }
    this.spend(words.length);
    this.commands.push({ words, range: { start: place.pos, end: place.end }, environment });
  }

  private declare(node: Command): void {
    const exports = node.name?.text === 'export' || node.args.some((arg) => /^-\w*x/.test(arg.text));
    for (const arg of node.args) {
      if (arg.type === 'Assignment') this.assignment(arg, exports);
      else if (exports) {
        const value = this.scope.get(arg.text);
        if (value?.kind === 'scalar') this.scope.set(arg.text, { ...value, exported: true });
      }
    }
  }

  private callFunction(
    declared: { body: CompoundNode; called: boolean },
    args: readonly CommandArgument[],
    own: readonly Assignment[],
  ): void {
    declared.called = true;
    const items = args.flatMap((arg) => this.argumentFields(arg)).map(toItem);
    this.depth++;
    const branch = this.inBranch(() => {
      for (const assignment of own) this.assignment(assignment, true);
      this.bindArguments(items);
      this.node(declared.body);
    });
    this.depth--;
    if (branch.ended === 'return') branch.ended = null;
    this.scope.absorb(branch, true);
  }
}

/** Follows a parsed script from top to bottom. */
export function walkScript(
  script: ParsedScript,
  source: string,
  doubtful: readonly TextRange[],
  watched: readonly string[],
  answers?: Answers,
): WalkResult {
  const walker = new Walker(source, doubtful, watched, answers);
  walker.run(script);
  const { commands, problems, outside } = walker;
  return { commands, fragments: walker.fragments(), problems, outside };
}
