import type {
  AndOr,
  Assignment,
  Case,
  Command,
  CommandArgument,
  CompoundList,
  For,
  HereDoc,
  If,
  ParsedScript,
  PipelineNode,
  Redirection,
  Statement,
  Word,
} from 'unbash';
import type { SyntaxProblem, TextRange } from '../../fact';
import { DECLARING, READING, RUNS_HEREDOC, SHELLS, SHOWING, SURE } from './builtins';
import { assignedIn, emptyTest } from './constructs';
import { valueFields } from './expand';
import { parseScript } from './recover';
import { type Field, splitFields, unquoted } from './split';
import { MAX_ARGUMENTS, type Place, ScriptState, TooMuchWork, toItem } from './state';
import {
  fromArguments,
  isEmptyText,
  knownText,
  leavesOf,
  type Piece,
  type Pieces,
  type TextPiece,
} from './value';
import { type ShellWord, toWord } from './word';

/** One command of a script, in the order in which they run. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  readonly range: TextRange;
  /** Watched environment variables that the command sees. */
  readonly environment: ReadonlyMap<string, ShellWord>;
}

/** Options kept in a variable that no command of this file takes: another file uses them. */
export interface ShellFragment {
  readonly variable: string;
  readonly words: readonly ShellWord[];
}

export interface WalkResult {
  readonly commands: readonly ShellCommand[];
  readonly fragments: readonly ShellFragment[];
  readonly problems: readonly SyntaxProblem[];
}

/** Functions calling functions, and scripts inside scripts. */
const MAX_DEPTH = 8;
type Node = PipelineNode | AndOr | CompoundList;
type CompoundNode = Node | If['then'];

const SPACE: TextPiece = {
  kind: 'text',
  text: ' ',
  at: null,
  range: { start: 0, end: 0 },
  via: [],
  whole: false,
};

class Walker extends ScriptState {
  private depth = 0;
  readonly commands: ShellCommand[] = [];
  readonly problems: SyntaxProblem[] = [];
  private readonly functions = new Map<string, { body: CompoundNode; called: boolean }>();
  constructor(
    source: string,
    doubtful: readonly TextRange[],
    private readonly watched: readonly string[],
  ) {
    super(source, doubtful);
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

  // --- Statements -----------------------------------------------------------------------------------------------

  private statements(list: readonly Statement[]): void {
    for (const statement of list) this.node(statement.command);
  }

  private node(node: CompoundNode): void {
    this.spend(1);
    switch (node.type) {
      case 'Command':
        this.command(node);
        break;
      case 'Pipeline':
        if (node.commands.length === 1) this.node(node.commands[0]!);
        // The parts of a pipe run in processes of their own: what they assign is lost.
        else for (const part of node.commands) this.inBranch(() => this.node(part));
        break;
      case 'AndOr':
        this.andOr(node);
        break;
      case 'CompoundList':
        this.statements(node.commands);
        break;
      case 'BraceGroup':
        this.node(node.body);
        break;
      case 'Subshell':
        this.inBranch(() => this.node(node.body));
        break;
      case 'Redirected':
        this.node(node.command);
        break;
      case 'If':
        this.conditional(node);
        break;
      case 'Case':
        this.caseOf(node);
        break;
      case 'For':
      case 'Select':
        this.forEach(node);
        break;
      case 'While':
        this.loop(node, () => {
          this.node(node.clause);
          this.node(node.body);
        });
        break;
      case 'ArithmeticFor':
        this.loop(node, () => this.node(node.body));
        break;
      case 'Function': {
        const name = node.name.text;
        this.functions.set(name, { body: node.body, called: false });
        break;
      }
      case 'Coproc':
        this.node(node.body);
        break;
      case 'ArithmeticCommand':
        for (const name of node.body.match(/[A-Za-z_]\w*(?=\s*([-+*/%]?=(?!=)|\+\+|--))/g) ?? []) {
          this.forget(name, node);
        }
        break;
      case 'TestCommand':
        break;
    }
  }

  private textOf(node: Place): string {
    const text = this.source.slice(node.pos, node.end).replace(/\s+/g, ' ').trim();
    return text.replace(/;$/, '').slice(0, 120);
  }

  /** What happens when a test may fail and nothing else is done then. */
  private perhaps(body: () => void, condition: string, place: Place): void {
    const branch = this.inBranch(body);
    this.merge(
      [
        { scope: branch, condition },
        { scope: this.scope.branch(), condition: 'otherwise' },
      ],
      place,
    );
  }

  /**
   * `if [ -z "$X" ]; then X=8; fi` is a longer `${X:-8}`: what it assigns is what the file says.
   * Returns false when the variable is not open, or the body does something else.
   */
  private defaultIdiom(name: string, body: () => void): boolean {
    const value = this.scope.get(name);
    if (value?.kind === 'array') return false;
    const pieces = value?.pieces ?? [];
    const open = isEmptyText(pieces) || pieces.every((piece) => piece.kind === 'unknown' && piece.external);
    if (!open && knownText(pieces) === null) return false;
    const emitted = this.commands.length;
    const branch = this.inBranch(body);
    if (open && branch.ended === null && branch.get(name) !== value) {
      this.scope.absorb(branch);
      return true;
    }
    if (!open) return true;
    this.commands.length = emitted;
    return false;
  }

  private andOr(node: AndOr): void {
    let sure = true;
    let tested: string | null = null;
    node.commands.forEach((command, index) => {
      const operator = node.operators[index - 1];
      const body = () => this.node(command);
      if (index === 0) {
        body();
        sure = this.isSure(command);
        tested = this.textOf(command);
        return;
      }
      if (operator === '||' && sure) {
        this.inBranch(body);
        return;
      }
      const empty = index === 1 ? emptyTest(node.commands[0]!) : null;
      const idiom = empty !== null && empty.whenEmpty === (operator === '&&');
      if (operator === '&&' && sure) {
        body();
        sure = this.isSure(command);
      } else if (!idiom || !this.defaultIdiom(empty.name, body)) {
        this.perhaps(body, operator === '&&' ? (tested ?? '') : `not ${tested ?? ''}`, command);
      }
    });
  }

  private isSure(node: PipelineNode): boolean {
    if (node.type !== 'Command') return false;
    return node.name === undefined || SURE.has(node.name.text);
  }

  private conditional(node: If): void {
    this.node(node.clause);
    const plain = node.elif.length === 0 && node.else === undefined;
    const only = node.clause.commands.length === 1 ? node.clause.commands[0]!.command : null;
    const empty = only === null ? null : emptyTest(only);
    if (plain && empty?.whenEmpty && this.defaultIdiom(empty.name, () => this.node(node.then))) return;
    const branches = [
      { scope: this.inBranch(() => this.node(node.then)), condition: this.textOf(node.clause) },
      ...node.elif.map((elif) => ({
        scope: this.inBranch(() => {
          this.node(elif.clause);
          this.node(elif.then);
        }),
        condition: this.textOf(elif.clause),
      })),
    ];
    const otherwise = node.else;
    branches.push({
      scope: otherwise === undefined ? this.scope.branch() : this.inBranch(() => this.node(otherwise)),
      condition: 'otherwise',
    });
    this.merge(branches, node);
  }

  private caseOf(node: Case): void {
    const branches = node.items.map((item) => ({
      scope: this.inBranch(() => this.node(item.body)),
      condition: `${node.word.text} is ${item.pattern.map((word) => word.text).join(' or ')}`,
    }));
    if (!node.items.some((item) => item.pattern.some((word) => word.text === '*'))) {
      branches.push({ scope: this.scope.branch(), condition: 'otherwise' });
    }
    this.merge(branches, node);
  }

  private forEach(node: Pick<For, 'name' | 'wordlist' | 'body' | 'pos' | 'end'>): void {
    const fields = (node.wordlist ?? []).flatMap((word) => this.expander.fields(word));
    const [only] = fields;
    const name = node.name.text;
    if (fields.length === 1 && only !== undefined && only.conditions.length === 0) {
      this.assign(name, { kind: 'scalar', pieces: only.pieces, exported: false });
      this.node(node.body);
      return;
    }
    const runs = fields.some((field) => field.pieces.every((piece) => piece.kind === 'text'));
    this.loop(
      node,
      () => {
        this.forget(name, node.name);
        this.node(node.body);
      },
      runs,
    );
  }

  /** A body that runs any number of times: what it changes is not known when it starts. */
  private loop(node: { body: CompoundList; pos: number; end: number }, body: () => void, runs = false): void {
    const branch = this.inBranch(() => {
      for (const changed of assignedIn(node.body)) this.forget(changed.name, changed);
      body();
      this.keepDefaults(node);
    });
    if (branch.ended === 'exit') branch.ended = null;
    if (runs) this.scope.absorb(branch);
    else {
      this.merge(
        [
          { scope: branch, condition: 'the loop runs' },
          { scope: this.scope.branch(), condition: 'otherwise' },
        ],
        node,
      );
    }
  }

  /** In a loop over the script's arguments (`--tp) TP=$2;;`) the value from before is the argument's default. */
  private keepDefaults(node: { body: CompoundList }): void {
    for (const { name } of assignedIn(node.body)) {
      const before = this.scope.outer?.get(name);
      const after = this.scope.get(name);
      if (before?.kind !== 'scalar' || after?.kind !== 'scalar') continue;
      if (knownText(before.pieces) !== null && fromArguments(leavesOf(after.pieces, `$${name}`))) {
        this.scope.set(name, before);
      }
    }
  }

  // --- Commands -------------------------------------------------------------------------------------------------

  private command(node: Command): void {
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
    const shown = SHOWING.has(name);
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

  private emit(words: readonly ShellWord[], place: Place, own: readonly Assignment[]): void {
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

  /** `eval $CMD`, and `bash -c "$CMD"`: the text is a command line once more. */
  private evaluate(words: readonly Word[], place: Command, own: readonly Assignment[]): void {
    const pieces = words.flatMap((word): Pieces => [SPACE, ...this.expander.pieces(word)]);
    const lines = words.some((word) => word.parts?.[0]?.type === 'DoubleQuoted');
    let fields: Field[] = [];
    for (const field of [
      ...splitFields(unquoted(pieces), { again: true, lines }),
      { pieces: [], conditions: [] },
    ]) {
      if (field.pieces.length > 0) fields.push(field);
      else if (fields.length > 0) {
        this.emit(wordsOf(fields), place, own);
        fields = [];
      }
    }
  }

  /** `bash -c '…'`: the quoted text is a script of its own. */
  private nestedScript(node: Command): boolean {
    const words: (Word | Assignment)[] = [node.name!, ...node.args];
    const shell = words.findIndex((word) => word.type === 'Word' && SHELLS.has(word.text));
    if (shell === -1 || shell > words.length - 3) return false;
    const option = words[shell + 1]!;
    const script = words[shell + 2]!;
    if (option.type !== 'Word' || !/^-\w*c$/.test(option.text) || script.type !== 'Word') return false;
    const part = script.parts?.length === 1 ? script.parts[0]! : null;
    const quotedHere = part?.type === 'SingleQuoted' || part?.type === 'DoubleQuoted';
    const onlyVariable =
      part?.type === 'DoubleQuoted' && part.parts.length === 1 && part.parts[0]!.type !== 'Literal';
    const written = onlyVariable ? this.writtenScript(script) : null;
    if (quotedHere && !onlyVariable) this.nested(part.pos + 1, part.end - 1);
    else if (written !== null) this.nested(written.start, written.end);
    else this.evaluate([script], node, []);
    return true;
  }

  /** Where the script stands that a variable holds: one of several lines, letter by letter as in single quotes. */
  private writtenScript(word: Word): TextRange | null {
    const [piece, ...more] = this.expander.pieces(word);
    if (piece?.kind !== 'text' || more.length > 0 || piece.at === null || !piece.text.includes('\n'))
      return null;
    const end = piece.at + piece.text.length;
    return this.source.slice(piece.at, end) === piece.text ? { start: piece.at, end } : null;
  }

  private hereDocuments(node: Command, name: string): void {
    const redirects: readonly Redirection[] = node.redirects;
    const writes = redirects.some(
      (redirect) => redirect.type === 'Redirect' && redirect.operator.startsWith('>'),
    );
    if (!RUNS_HEREDOC.has(name) && !(name === 'cat' && writes)) return;
    for (const redirect of redirects) {
      if (redirect.type === 'HereDoc')
        this.nested((redirect as HereDoc).body.pos, (redirect as HereDoc).body.end);
    }
  }

  /** Reads a stretch of the file as a script of its own, at the same offsets and with what is known so far. */
  private nested(start: number, end: number): void {
    if (this.depth >= MAX_DEPTH || end <= start) return;
    this.spend(1 + Math.floor(end / 100));
    const outer = { source: this.source, doubtful: this.doubtful, expander: this.expander };
    const inner = parseScript(' '.repeat(start) + this.source.slice(start, end));
    this.source = inner.source;
    this.doubtful = [...outer.doubtful, ...inner.doubtful];
    this.expander = this.expanderFor(this.source, this.doubtful);
    this.depth++;
    try {
      this.inBranch(() => this.statements(inner.script.commands));
    } finally {
      this.depth--;
      Object.assign(this, outer);
    }
  }
}

function wordsOf(fields: readonly Field[]): ShellWord[] {
  return fields.map(toWord).filter((word) => word !== null);
}

/** Follows a parsed script from top to bottom. */
export function walkScript(
  script: ParsedScript,
  source: string,
  doubtful: readonly TextRange[],
  watched: readonly string[],
): WalkResult {
  const walker = new Walker(source, doubtful, watched);
  walker.run(script);
  return { commands: walker.commands, fragments: walker.fragments(), problems: walker.problems };
}
