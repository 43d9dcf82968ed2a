import type { LayerTable } from '../../scenario/scenario';
import type { Block, Choice } from './choice';

/** Part of an expert's assignments that a block has. */
interface Part {
  readonly block: number;
  readonly share: number;
}

/**
 * Recorded tokens, each as likely as the other.
 *
 * @param trace [tokens][topK] chosen experts
 */
export function traceChoice(trace: LayerTable, routedExperts: number): Choice {
  const inclusion = new Float64Array(routedExperts);
  for (const chosen of trace) {
    for (const expert of chosen) inclusion[expert] = inclusion[expert]! + 1 / trace.length;
  }
  return { inclusion, hits: (blocks) => blockHits(trace, blocks, routedExperts) };
}

/** The replicas that a token's experts are sent to are chosen apart from each other. */
function blockHits(trace: LayerTable, blocks: readonly Block[], routedExperts: number): Float64Array {
  const partsOf = Array.from({ length: routedExperts }, (): Part[] => []);
  blocks.forEach((members, block) => {
    members.experts.forEach((expert, i) => {
      partsOf[expert]!.push({ block, share: members.shares[i]! });
    });
  });
  const hits = new Float64Array(blocks.length);
  const missed = new Float64Array(blocks.length).fill(1);
  for (const chosen of trace) {
    for (const expert of chosen) {
      for (const { block, share } of partsOf[expert]!) missed[block] = missed[block]! * (1 - share);
    }
    for (const expert of chosen) {
      for (const { block } of partsOf[expert]!) {
        hits[block] = hits[block]! + (1 - missed[block]!);
        missed[block] = 1;
      }
    }
  }
  return hits.map((count) => count / trace.length);
}
