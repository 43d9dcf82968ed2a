import type { Routing } from './routing';

/**
 * Tokens of each source rank where a mean of `tokensPerRank` does not deal them evenly: whole tokens one rank after the
 * other, so that fewer tokens than ranks leave the last ranks idle. `null` where all ranks have as many. Shape: [ranks].
 */
export function tokensBySource(tokensPerRank: number, ranks: number): Float64Array | null {
  const each = Math.floor(tokensPerRank);
  if (each === tokensPerRank) return null;
  const rest = (tokensPerRank - each) * ranks;
  // Rounding noise of the mean is no share of a token.
  const dealt = Math.abs(rest - Math.round(rest)) < 1e-6 ? Math.round(rest) : rest;
  return Float64Array.from({ length: ranks }, (_, rank) => each + Math.min(1, Math.max(0, dealt - rank)));
}

/** Expected routing of sources that all send alike, with as many tokens as each source really has. */
export function dealtToSources(routing: Routing): Routing {
  const { ranks, domains, tokensPerRank } = routing;
  const tokens = tokensBySource(tokensPerRank, ranks);
  if (tokens === null) return routing;
  const rows = (alike: Float64Array, width: number): Float64Array =>
    Float64Array.from(
      { length: ranks * width },
      (_, at) => (alike[at % width]! * tokens[Math.floor(at / width)]!) / tokensPerRank,
    );
  return {
    ...routing,
    sources: ranks,
    tokensBySource: tokens,
    assignments: rows(routing.assignments, ranks),
    rankHits: rows(routing.rankHits, ranks),
    domainHits: rows(routing.domainHits, domains),
  };
}
