import type { AndOr, Case, Command, CompoundList, For, If, PipelineNode, Statement } from 'unbash';
import { SURE } from './builtins';
import type { ShellCommand } from './command';
import { assignedIn, emptyTest } from './constructs';
import { type Place, ScriptState } from './state';
import { fromArguments, isEmptyText, knownText, leavesOf } from './value';
import { clauseVerdict, type Lookup, takenItem, type Verdict, verdictOf } from './verdict';

export type CompoundNode = PipelineNode | AndOr | CompoundList | If['then'];

/** Follows statements, branches, loops and tests; what a single command does is left to `command`. */
export abstract class ControlFlow extends ScriptState {
  readonly commands: ShellCommand[] = [];
  protected readonly functions = new Map<string, { body: CompoundNode; called: boolean }>();

  protected abstract command(node: Command): void;

  protected statements(list: readonly Statement[]): void {
    for (const statement of list) this.node(statement.command);
  }

  protected node(node: CompoundNode): void {
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
  private perhaps(body: () => void, condition: string, place: Place, verdict?: Verdict): void {
    const branch = this.inBranch(body);
    this.merge(
      [
        { scope: branch, condition },
        { scope: this.scope.branch(), condition: 'otherwise' },
      ],
      place,
      verdict === undefined ? undefined : verdict ? 0 : 1,
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
    const open =
      value?.notTaken === true ||
      isEmptyText(pieces) ||
      pieces.every((piece) => piece.kind === 'unknown' && piece.external);
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
    const test = node.commands[0]!;
    const isAlone = node.commands.length === 2 && node.operators[0] === '&&';
    const held = this.firstToHold([(look) => verdictOf(test, look)], !isAlone);
    const first = held === undefined ? undefined : held === 0;
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
        // Of `A && B || C` the last runs without A, as B cannot fail where it assigns.
        const isLast = index === 2 && operator === '||' && this.isSure(node.commands[1]!);
        const isFirst = index === 1 || isLast;
        const verdict = first === undefined || !isFirst ? undefined : first === (operator === '&&');
        this.perhaps(body, operator === '&&' ? (tested ?? '') : `not ${tested ?? ''}`, command, verdict);
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
    const clauses = [node.clause, ...node.elif.map(({ clause }) => clause)];
    const tests = clauses.map((clause) => (look: Lookup) => clauseVerdict(clause, look));
    const taken = this.firstToHold(tests, node.else !== undefined);
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
    this.merge(branches, node, taken);
  }

  private caseOf(node: Case): void {
    const taken = takenItem(node, this.lookup(false));
    const branches = node.items.map((item) => ({
      scope: this.inBranch(() => this.node(item.body)),
      condition: `${node.word.text} is ${item.pattern.map((word) => word.text).join(' or ')}`,
    }));
    if (!node.items.some((item) => item.pattern.some((word) => word.text === '*'))) {
      branches.push({ scope: this.scope.branch(), condition: 'otherwise' });
    }
    this.merge(branches, node, taken === -1 ? branches.length - 1 : taken);
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
}
