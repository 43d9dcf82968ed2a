import type { Answers } from '../answers';
import type { FrameworkId, ReadDocument } from '../fact';

/** The text of one file under the name that it is reported by. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** What a scenario file says for variables that the text takes from outside. */
  readonly answers?: Answers | undefined;
}

/** One format that MoE Scope reads. A new one is an entry of the registry in `index.ts`. */
export interface Framework {
  readonly id: FrameworkId;
  /** A substring test (and a look at the name), cheap enough for every file of a workspace; true does not mean that `read` succeeds. */
  mightBe(text: string, file: string): boolean;
  /** `null` when the text is something else after all. */
  read(source: SourceText): ReadDocument | null;
}
