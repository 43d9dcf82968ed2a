import type { SyntaxProblem } from '../../fact';
import type { JsonMember } from '../../syntax/json';

/** The part of a config that describes the language model. */
export interface Section {
  readonly file: string;
  readonly text: string;
  /** Name of the nested section; `undefined` at the top level. */
  readonly role: string | undefined;
  readonly members: readonly JsonMember[];
  readonly top: readonly JsonMember[];
  /** Keys that are typed but have no readable value: their default must not speak for them. */
  readonly started: ReadonlySet<string>;
  readonly problems: readonly SyntaxProblem[];
}
