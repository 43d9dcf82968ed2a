import type { Fact, FactValue } from '../../fact';

/** The facts of one command, with what the framework adds where options are absent. */
export class CommandFacts {
  readonly facts: Fact[];

  constructor(
    facts: readonly Fact[],
    /** A fact whose place stands in for things that are not written. */
    private readonly anchor: Pick<Fact, 'file' | 'range' | 'keyRange' | 'command' | 'role'>,
    /** A file that was not read may state more: what is absent here is not at its default. */
    readonly isPartial = false,
    /** Parts of the command that the file does not say: options may stand in them. */
    private readonly unseen: readonly string[] = [],
  ) {
    this.facts = [...facts];
  }

  has(name: string): boolean {
    return this.facts.some((fact) => fact.name === name);
  }

  /** The fact of that name when nothing about it is open. */
  get(name: string): Fact | undefined {
    const all = this.facts.filter((fact) => fact.name === name);
    const open = all.some((fact) => fact.state === 'unresolved' || fact.condition !== undefined);
    return open ? undefined : all[0];
  }

  number(name: string): number | undefined {
    const value = this.get(name)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  /** A fact of that name that is written but open. */
  open(name: string): Fact | undefined {
    const open = this.facts.find(
      (fact) => fact.name === name && (fact.state === 'unresolved' || fact.condition !== undefined),
    );
    return open;
  }

  private place(from: Fact | undefined, key: string): Pick<Fact, 'key' | 'file' | 'range' | 'keyRange'> {
    return from === undefined
      ? { key, file: this.anchor.file, range: this.anchor.range, keyRange: this.anchor.keyRange }
      : { key: from.key, file: from.file, range: from.range, keyRange: from.keyRange };
  }

  /** The command and the role that all facts belong to. */
  private get owner(): Pick<Fact, 'command' | 'role'> {
    const { command, role } = this.anchor;
    return { ...(command === undefined ? {} : { command }), ...(role === undefined ? {} : { role }) };
  }

  /** The framework's own value of an option that is not written. */
  byDefault(name: string, value: FactValue, key: string, origin: string): void {
    if (this.has(name)) return;
    const { unseen } = this;
    this.facts.push({
      name,
      value,
      state: 'default',
      origin: unseen.length === 0 ? origin : `${origin}, unless ${unseen.join(' or ')} says otherwise`,
      ...this.place(undefined, key),
      ...this.owner,
    });
  }

  derive(name: string, value: FactValue, from: Fact | undefined, key: string, origin: string): void {
    if (this.has(name)) return;
    this.facts.push({ name, value, state: 'derived', origin, ...this.place(from, key), ...this.owner });
  }

  /** Derived in place of what a key by itself says. */
  replace(name: string, value: FactValue, from: Fact | undefined, key: string, origin: string): void {
    for (let index = this.facts.length - 1; index >= 0; index--)
      if (this.facts[index]?.name === name) this.facts.splice(index, 1);
    this.derive(name, value, from, key, origin);
  }

  /** Says that `name` follows from something that is open, so that nothing assumes a value for it. */
  leaveOpen(name: string, because: Fact, origin: string): void {
    if (this.has(name)) return;
    const expression = because.expression ?? because.condition ?? '';
    this.facts.push({
      name,
      value: null,
      state: 'unresolved',
      expression,
      origin,
      ...this.place(because, because.key),
      ...this.owner,
    });
  }
}
