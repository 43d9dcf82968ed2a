/** Weights by how tensor parallelism holds them, in elements: divided over the ranks, or whole on each. */
export interface SplitParameters {
  readonly split: number;
  readonly replicated: number;
}

export const NO_PARAMETERS: SplitParameters = { split: 0, replicated: 0 };

/** All of them. */
export const wholeOf = ({ split, replicated }: SplitParameters): number => split + replicated;

/** Those of one rank among `tp`. */
export const rankShare = ({ split, replicated }: SplitParameters, tp: number): number =>
  split / tp + replicated;

/** Both together, the first `times` over. */
export const plus = (one: SplitParameters, other: SplitParameters, times = 1): SplitParameters => ({
  split: times * one.split + other.split,
  replicated: times * one.replicated + other.replicated,
});
