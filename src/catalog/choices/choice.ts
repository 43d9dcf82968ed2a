/** An option that takes one word of a list. */
export interface OptionChoice {
  /** The fact that holds its word. */
  readonly name: string;
  /** The option, where nothing but its word is read: readers take it from here. */
  readonly option?: string;
  /** Words of all versions that were read. */
  readonly words: readonly string[];
  /** Several words may stand side by side. */
  readonly several?: true;
  /** Dashes and underscores are the same. */
  readonly takesDashes?: true;
}
