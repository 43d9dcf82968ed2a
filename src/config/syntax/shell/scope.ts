import type { TextRange } from '../../fact';
import { type BranchValue, holdsOptions, mergeValues, type Value } from './value';

function isArgument(name: string): boolean {
  return /^(\d+|[@*])$/.test(name);
}

/** One value, not options or a list of them. */
const isSingle = (value: Value | undefined): boolean =>
  value === undefined || (value.kind === 'scalar' && !holdsOptions(value.pieces));

/** The variables at one point of a script, as a stack of changes over what was known before. */
export class Scope {
  /** `undefined` as a value: unset here. */
  private readonly changes = new Map<string, Value | undefined>();
  /** Set after `exit` or `return`: what follows is not reached on this way. */
  ended: 'exit' | 'return' | null = null;

  constructor(private readonly parent: Scope | null = null) {}

  /** What was known before. */
  get outer(): Scope | null {
    return this.parent;
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      if (scope.changes.has(name)) return scope.changes.get(name);
    }
    return undefined;
  }

  set(name: string, value: Value | undefined): void {
    this.changes.set(name, value);
  }

  branch(): Scope {
    return new Scope(this);
  }

  names(): string[] {
    const names = new Set<string>();
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      for (const name of scope.changes.keys()) names.add(name);
    }
    return [...names];
  }

  /** Takes over what a part of the script did that certainly ran; a function's arguments stay its own. */
  absorb(branch: Scope, keepArguments = false): void {
    for (const [name, value] of branch.changes) {
      if (!keepArguments || !isArgument(name)) this.changes.set(name, value);
    }
    this.ended = branch.ended ?? this.ended;
  }

  /**
   * Takes over what any one of several branches did; branches that ended the script do not count. Of the one that is
   * `taken` single values count alone: options of the others stay, with the test that they depend on.
   */
  merge(
    branches: readonly { readonly scope: Scope; readonly condition: string }[],
    choice: number,
    range: TextRange,
    taken?: number,
  ): void {
    const alive = branches.filter((branch) => branch.scope.ended === null);
    if (alive.length === 0) {
      this.ended = branches[0]?.scope.ended ?? null;
      return;
    }
    const names = new Set(alive.flatMap((branch) => [...branch.scope.changes.keys()]));
    const decided = taken === undefined ? undefined : branches[taken]?.scope;
    for (const name of names) {
      const values = alive.map(
        (branch): BranchValue => ({ condition: branch.condition, value: branch.scope.get(name) }),
      );
      const chosen = decided === undefined || decided.ended !== null ? undefined : decided.get(name);
      const areSingle = values.every(({ value }) => isSingle(value));
      const isDecided = chosen !== undefined && areSingle;
      const merged = isDecided ? chosen : mergeValues(name, values, choice, range);
      const isElsewhere = !isDecided && areSingle && decided?.ended === null;
      this.changes.set(
        name,
        isElsewhere && merged?.kind === 'scalar' ? { ...merged, notTaken: true } : merged,
      );
    }
  }
}
