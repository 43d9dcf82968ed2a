import { bytesOf, type Code, TYPES, type Type, unsigned, type Variable } from './code';

/** Gives a function its next parameter or variable. */
export type Declare = (type: Type) => Variable;

/** Writes the body of a function; what it returns is left on the stack. */
export type Body = (parameter: Declare, variable: Declare) => Code;

/** A function by its parameters and what it returns. */
export interface Source {
  readonly returns?: Type;
  readonly body: Body;
}

/** Modules as WebAssembly has them (lib.dom.d.ts), where types of neither browsers nor Node are at hand. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (limits: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (
    module: object,
    imports: { readonly of: { readonly memory: WasmMemory } },
  ) => { readonly exports: Record<string, (...values: number[]) => number> };
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
const PAGE_BYTES = 2 ** 16;

/** Compiled functions by name. */
export type Loops<Name extends string> = Readonly<Record<Name, (...values: number[]) => number>>;

/** Compiled functions, and the memory that they work on. */
export interface Machine<Name extends string> {
  readonly buffer: ArrayBuffer;
  readonly loops: Loops<Name>;
}

/**
 * Compiles functions at once: the modules are small.
 *
 * @returns makes a machine with so many bytes of memory at least. A memory is never grown: that takes its buffer away, after
 * which V8 checks at each use of any typed array whether it is still there, and sampling is a third slower.
 */
export function compiled<Name extends string>(
  sources: Readonly<Record<Name, Source>>,
): (bytes: number) => Machine<Name> {
  const { Module, Memory, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;
  const module = new Module(moduleOf(sources));
  return (bytes) => {
    const memory = new Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    const { exports } = new Instance(module, { of: { memory } });
    // A copy: the exports of a module are looked up slowly.
    return { buffer: memory.buffer, loops: { ...exports } as Loops<Name> };
  };
}

/**
 * The same, compiled when the first machine is asked for.
 *
 * @returns the machine asked for before, with what is in its memory, if it has so many bytes
 */
export function reused<Name extends string>(
  sources: Readonly<Record<Name, Source>>,
): (bytes: number) => Machine<Name> {
  let machineWith: ((bytes: number) => Machine<Name>) | null = null;
  let latest: Machine<Name> | null = null;
  return (bytes) => {
    machineWith ??= compiled(sources);
    if (!latest || latest.buffer.byteLength < bytes) latest = machineWith(bytes);
    return latest;
  };
}

/** A module (WebAssembly Core Specification 2.0, 5.5). */
function moduleOf(sources: Readonly<Record<string, Source>>): Uint8Array {
  const names = Object.keys(sources);
  const functions = Object.values(sources).map(functionOf);
  const code = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector(functions.map(({ type }) => type))),
    section(2, vector([[text('of'), text('memory'), 0x02, 0x00, 1]])),
    section(3, vector(functions.map((_, i) => unsigned(i)))),
    section(7, vector(names.map((name, i) => [text(name), 0x00, unsigned(i)]))),
    section(10, vector(functions.map(({ code }) => sized(code)))),
  ];
  return Uint8Array.from(bytesOf(code));
}

function functionOf({ returns, body }: Source): { readonly type: Code; readonly code: Code } {
  const parameters: Type[] = [];
  const variables: Type[] = [];
  const declare = (types: Type[], first: () => number): Declare => {
    return (type) => {
      const index = unsigned(first() + types.push(type) - 1);
      return { get: [0x20, ...index], set: (value) => [value, 0x21, ...index] };
    };
  };
  // Parameters come first: all are declared before the first variable is.
  const code = body(
    declare(parameters, () => 0),
    declare(variables, () => parameters.length),
  );
  const results = returns === undefined ? [] : [returns];
  return {
    type: [0x60, vector(parameters.map(typeOf)), vector(results.map(typeOf))],
    code: [vector(variables.map((type) => [1, typeOf(type)])), code, 0x0b],
  };
}

const typeOf = (type: Type): Code => [TYPES[type]];
function sized(code: Code): Code {
  const bytes = bytesOf(code);
  return [unsigned(bytes.length), bytes];
}
const vector = (items: readonly Code[]): Code => [unsigned(items.length), ...items];
const section = (id: number, code: Code): Code => [id, sized(code)];
const text = (name: string): Code => sized(Array.from(name, (letter) => letter.charCodeAt(0)));
