import type { Assignment, Word } from 'unbash';
import type { Answers } from '../../answers';
import type { TextRange } from '../../fact';
import { createExpander, type Expander, isTooLong } from './expand';
import { Scope } from './scope';
import type { Field } from './split';
import { type Item, isEmptyText, type Piece, type Pieces, type Value } from './value';
import type { Lookup, Verdict } from './verdict';

/** Words and pieces looked at in one file before the rest of it is left unread. */
const MAX_WORK = 200_000;
/** Arguments of a function that have a name. */
export const MAX_ARGUMENTS = 30;

export class TooMuchWork extends Error {}

/** A stretch of the file. */
export interface Place {
  readonly pos: number;
  readonly end: number;
}

/** What is known at the point that has been reached: the variables, and how much work it took to get there. */
export class ScriptState {
  protected readonly usedVariables = new Set<string>();
  /** Variables whose value the script took from its caller or from an answer. */
  readonly outside = new Set<string>();
  protected scope = new Scope();
  protected work = 0;
  protected choices = 0;
  /** False while the words of `echo` are expanded. */
  protected counting = true;
  /** The variable whose own assignment is being expanded: `X="$X --flag"` does not use X up. */
  protected assigning: string | null = null;

  constructor(
    protected source: string,
    protected doubtful: readonly TextRange[],
    answers: Answers | undefined,
  ) {
    for (const [name, { text, range, file }] of answers ?? []) {
      const piece: Piece = { kind: 'text', text, at: null, range, file, via: [], whole: true };
      this.scope.set(name, { kind: 'scalar', pieces: [piece], exported: false });
    }
    this.expander = this.expanderFor(source, doubtful);
  }

  protected expander: Expander;

  protected expanderFor(source: string, doubtful: readonly TextRange[]): Expander {
    return createExpander(
      source,
      {
        get: (name) => this.scope.get(name),
        assignDefault: (name, pieces) => this.assign(name, { kind: 'scalar', pieces, exported: false }),
        used: (name) => {
          if (this.counting && name !== this.assigning) this.usedVariables.add(name);
          if (isFromOutside(this.scope.get(name))) this.outside.add(name);
        },
      },
      (range) => doubtful.some((part) => range.start < part.end && part.start < range.end),
      (amount) => this.spend(amount),
    );
  }

  protected spend(amount: number): void {
    this.work += amount;
    if (this.work > MAX_WORK) throw new TooMuchWork();
  }

  protected inBranch(body: () => void): Scope {
    const before = this.scope;
    const branch = before.branch();
    this.scope = branch;
    try {
      body();
    } finally {
      this.scope = before;
    }
    return branch;
  }

  /** `taken`: the branch that runs unless somebody opts for another, where that can be known. */
  protected merge(branches: { scope: Scope; condition: string }[], place: Place, taken?: number): void {
    const range = { start: place.pos, end: Math.max(place.pos, place.end) };
    this.scope.merge(branches, this.choices++, range, taken);
  }

  /** What the words of a test come to; tests use no variable up. */
  protected lookup(withoutArguments: boolean): Lookup {
    const pieces = (word: Word): Pieces => {
      const before = this.counting;
      this.counting = false;
      try {
        return this.expander.pieces(word);
      } finally {
        this.counting = before;
      }
    };
    return { pieces, withoutArguments };
  }

  /**
   * Of several tests the first that holds; their number where none does, `undefined` where that cannot be known. What a
   * script needs as an argument (`$1`) is open, but where no argument leaves everything as it was.
   */
  protected firstToHold(
    tests: readonly ((look: Lookup) => Verdict)[],
    hasOtherwise: boolean,
  ): number | undefined {
    const taken = (look: Lookup): number | undefined => {
      for (const [index, test] of tests.entries()) {
        const verdict = test(look);
        if (verdict !== false) return verdict === true ? index : undefined;
      }
      return tests.length;
    };
    const sure = taken(this.lookup(false));
    if (sure !== undefined || hasOtherwise) return sure;
    return taken(this.lookup(true)) === tests.length ? tests.length : undefined;
  }

  protected forget(name: string, place: Place): void {
    const range = { start: place.pos, end: place.end };
    const unknown: Piece = {
      kind: 'unknown',
      expression: `$${name}`,
      range,
      via: [],
      external: false,
      whole: true,
    };
    this.scope.set(name, { kind: 'scalar', pieces: [unknown], exported: false });
  }

  protected assign(name: string, value: Value): void {
    if (isTooLong(value)) this.forget(name, { pos: 0, end: 0 });
    else this.scope.set(name, value);
  }

  protected assignment(node: Assignment, exported: boolean): void {
    const { name, value } = node;
    this.assigning = name;
    try {
      const before = this.scope.get(name);
      const stays = exported || (before?.kind === 'scalar' && before.exported);
      if (node.index !== undefined) this.forget(name, node);
      else if (value.type === 'ArrayValue') {
        const added = value.elements.flatMap((word) => this.expander.fields(word)).map(toItem);
        this.assign(name, { kind: 'array', items: node.append ? [...asItems(before), ...added] : added });
      } else {
        const pieces = this.expander.pieces(value);
        if (node.append && before?.kind === 'array') this.forget(name, node);
        else {
          const start = node.append && before?.kind === 'scalar' ? before.pieces : [];
          this.assign(name, { kind: 'scalar', pieces: [...start, ...pieces], exported: stays });
        }
      }
    } finally {
      this.assigning = null;
    }
  }

  /** `$1`, `$2` … and `$@` of a function. From the first argument that may be several words on, they are open. */
  protected bindArguments(items: readonly Item[]): void {
    this.scope.set('@', { kind: 'array', items });
    this.scope.set('*', { kind: 'array', items });
    const unclear = items.findIndex(
      (item) =>
        item.conditions.length > 0 || item.pieces.some((piece) => piece.kind === 'unknown' && !piece.whole),
    );
    for (let i = 0; i < MAX_ARGUMENTS; i++) {
      const item = items[i];
      const name = String(i + 1);
      if (unclear !== -1 && i >= unclear) this.forget(name, { pos: 0, end: 0 });
      else {
        const value: Value | undefined =
          item === undefined ? undefined : { kind: 'scalar', pieces: item.pieces, exported: false };
        this.scope.set(name, value);
      }
    }
  }

  protected shift(count: number): void {
    const all = this.scope.get('@');
    if (all?.kind === 'array') this.bindArguments(all.items.slice(count));
    else
      for (let i = 1; i <= MAX_ARGUMENTS; i++) this.scope.set(String(i), this.scope.get(String(i + count)));
  }
}

function isFromOutside(value: Value | undefined): boolean {
  if (value === undefined) return true;
  return (
    value.kind === 'scalar' && value.pieces.some((piece) => piece.kind === 'text' && piece.file !== undefined)
  );
}

export function toItem(field: Field): Item {
  return { pieces: field.pieces, conditions: field.conditions };
}

function asItems(value: Value | undefined): readonly Item[] {
  if (value === undefined) return [];
  if (value.kind === 'array') return value.items;
  return isEmptyText(value.pieces) ? [] : [{ pieces: value.pieces, conditions: [] }];
}
