import type { FrameworkId } from '../../../../src/config/fact';
import type { Dialect, Options } from './fault';
import { type Entry, nested } from './tree-forms';

type Forms = Readonly<Record<string, (section: ReturnType<typeof nested>) => string>>;

/** A file that is one tree of keys. */
interface TreeFile {
  readonly name: string;
  readonly framework: FrameworkId;
  readonly file: string;
  readonly forms: Forms;
  /** What stands around the options; they are the tree themselves without it. */
  readonly around?: (entries: readonly Entry[]) => readonly Entry[];
  /** Whether the format has the option. */
  readonly has?: (option: string) => boolean;
}

const lastOf = (path: string): string => path.split('.').at(-1)!;

/** Every form of a file that is one tree of keys: an option is the dotted path of its key. */
export function treeDialects({ name, framework, file, forms, around, has }: TreeFile): Dialect[] {
  return Object.entries(forms).map(([form, write]) => ({
    name: `${name}, ${form}`,
    framework,
    key: (option) => (has === undefined || has(option) ? lastOf(option) : null),
    write: (options: Options) => {
      const entries = Object.entries(options);
      return { [file]: write(nested(around?.(entries) ?? entries)) };
    },
  }));
}
