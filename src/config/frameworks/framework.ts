import type { FrameworkId, ReadDocument } from '../fact';

/** The text of one file under the name that it is reported by. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** One format that MoE Scope reads. A new one is an entry of the registry in `index.ts`. */
export interface Framework {
  readonly id: FrameworkId;
  /** A substring test, cheap enough for every file of a workspace; true does not mean that `read` succeeds. */
  mightBe(text: string): boolean;
  /** `null` when the text is something else after all. */
  read(source: SourceText): ReadDocument | null;
}
