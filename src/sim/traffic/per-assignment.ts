import type { Routing } from '../routing/routing';
import { sumOf } from '../sums';
import { emptyLinkRows, type LinkRows, type MutableLinkRows } from './link-rows';
import { addAt, type Senders, seatingOf, sumsByPlace } from './senders';

/**
 * One row per assignment straight from the source rank to the expert's rank, as grouped `ncclSend`/`ncclRecv`
 * and the DeepEP low-latency kernels do.
 */
export function perAssignment(routing: Routing): LinkRows {
  const { ranks, nodes, nodeOfRank, domains, domainOfRank, assignments } = routing;
  const { membersOf, senders: allSenders } = seatingOf(routing);
  const out = emptyLinkRows(routing, assignments);
  for (const senders of allSenders) {
    const counts = assignments.subarray(senders.row * ranks, (senders.row + 1) * ranks);
    const toDomain = sumsByPlace(counts, domainOfRank, domains);
    const toNode = sumsByPlace(counts, nodeOfRank, nodes);
    const all = sumOf(toDomain);
    out.all += all * senders.ranks.length;
    for (const source of senders.ranks) {
      const own = domainOfRank[source]!;
      addAt(out.nodeRows, nodeOfRank[source]! * nodes, toNode);
      addAt(out.domainRows, own * domains, toDomain);
      out.local += counts[source]!;
      out.scaleUpSent[source] = toDomain[own]! - counts[source]!;
      out.scaleOutSent[source] = all - toDomain[own]!;
      for (const near of membersOf[own]!) {
        if (near !== source) out.scaleUpPair = Math.max(out.scaleUpPair, counts[near]!);
      }
    }
    receive(routing, senders, counts, out);
    addRails(routing, senders, counts, out.railRows);
  }
  out.scaleUp = sumOf(out.scaleUpSent);
  out.scaleOut = sumOf(out.scaleOutSent);
  return out;
}

/** Counted by numbers of senders, so that a rank that receives nothing receives just that. */
function receive(
  { sources, domainOfRank }: Routing,
  { row, ranks, inDomain }: Senders,
  counts: Float64Array,
  out: MutableLinkRows,
): void {
  for (let destination = 0; destination < counts.length; destination++) {
    const count = counts[destination]!;
    const near = inDomain[domainOfRank[destination]!]!;
    const itself = destination % sources === row ? 1 : 0;
    out.copied[destination]! += ranks.length * count;
    out.scaleUpReceived[destination]! += (near - itself) * count;
    out.scaleOutReceived[destination]! += (ranks.length - near) * count;
  }
}

function addRails(
  { domainOfRank, domains, railOfRank, rails }: Routing,
  { ranks }: Senders,
  counts: Float64Array,
  railRows: Float64Array,
): void {
  // [rails, domains] senders by where their NIC is, and whether rows to a domain leave by it.
  const senders = new Float64Array(rails * (domains + 1));
  if (rails === 0) return;
  for (const source of ranks) {
    const rail = railOfRank[source]! * (domains + 1);
    senders[rail + domainOfRank[source]!]!++;
    senders[rail + domains]!++;
  }
  for (let rail = 0; rail < rails; rail++) {
    const all = senders[rail * (domains + 1) + domains]!;
    if (all === 0) continue;
    for (let destination = 0; destination < counts.length; destination++) {
      const far = all - senders[rail * (domains + 1) + domainOfRank[destination]!]!;
      railRows[rail * rails + railOfRank[destination]!]! += far * counts[destination]!;
    }
  }
}
