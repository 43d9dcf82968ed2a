import type { Assignment, Command, HereDoc, Redirection, Word } from 'unbash';
import type { TextRange } from '../../fact';
import { RUNS_HEREDOC, SHELLS } from './builtins';
import { ControlFlow } from './control-flow';
import { parseScript } from './recover';
import { type Field, splitFields, unquoted } from './split';
import type { Place } from './state';
import { type Pieces, SPACE, type TextPiece } from './value';
import { type ShellWord, wordsOf } from './word';

/** Functions calling functions, and scripts inside scripts. */
export const MAX_DEPTH = 8;

/** The shell splits the words here again. */
const BETWEEN: TextPiece = { ...SPACE, whole: false };

/** `> log`, `2>&1` and the like are no words of the command. */
function withoutRedirections(fields: readonly Field[]): Field[] {
  let isTarget = false;
  return fields.filter(({ pieces: [first] }) => {
    const wasTarget = isTarget;
    isTarget = first?.kind === 'text' && /^(\d*|&)(>>?|<<?<?|>\|)$/.test(first.text);
    return !wasTarget && !(first?.kind === 'text' && /^(\d*|&)[<>]/.test(first.text));
  });
}

/** Scripts inside the script: `eval`, `bash -c`, and here-documents that a shell runs. */
export abstract class NestedScripts extends ControlFlow {
  protected depth = 0;

  protected abstract emit(words: readonly ShellWord[], place: Place, own: readonly Assignment[]): void;

  /** `eval $CMD`, and `bash -c "$CMD"`: the text is a command line once more. */
  protected evaluate(words: readonly Word[], place: Command, own: readonly Assignment[]): void {
    const pieces = words.flatMap((word): Pieces => [BETWEEN, ...this.expander.pieces(word)]);
    const lines = words.some((word) => word.parts?.[0]?.type === 'DoubleQuoted');
    let fields: Field[] = [];
    for (const field of [
      ...withoutRedirections(splitFields(unquoted(pieces), { again: true, lines })),
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
  protected nestedScript(node: Command): boolean {
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

  /** `COMMAND="…" sbatch ray.sub`: a batch script that runs what a variable says (NVIDIA-NeMo/RL: ray.sub). */
  protected submitted(node: Command, assignments: readonly Assignment[]): void {
    for (const { name, value } of assignments) {
      if (name === 'COMMAND' && value.type === 'Word') this.evaluate([value], node, []);
    }
  }

  /** Where the script stands that a variable holds: one of several lines, letter by letter as in single quotes. */
  private writtenScript(word: Word): TextRange | null {
    const [piece, ...more] = this.expander.pieces(word);
    if (piece?.kind !== 'text' || more.length > 0 || piece.at === null || !piece.text.includes('\n'))
      return null;
    const end = piece.at + piece.text.length;
    return this.source.slice(piece.at, end) === piece.text ? { start: piece.at, end } : null;
  }

  protected hereDocuments(node: Command, name: string): void {
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
