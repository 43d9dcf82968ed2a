import type { CommunicationScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';
import { inMap } from './remembered';
import type { Family, Way } from './space';
import type { Sizes } from './training-sizes';

/** How the job communicates with each of the backends that it may have: formats follow from the backend. */
export type Communications = ReadonlyMap<CommunicationScenario['backend'], CommunicationScenario>;

type Recompute = WorkloadScenario['recompute'];

/** Ways in which a layout communicates and recomputes, and why others are out. */
interface Ways extends Pick<Family, 'ways' | 'waysTogether'> {
  readonly excluded: readonly string[];
}

/** Layouts share their ways where the same is asked of them: there are far more layouts than ways. */
export function waysOfLayouts(
  base: Scenario,
  communications: Communications,
  backendsOf: (ep: number) => readonly CommunicationScenario['backend'][],
  recomputes: readonly Recompute[],
): (sizes: Sizes) => Ways {
  const known = new Map<string, Ways>();
  return (sizes) =>
    inMap(known, kindOf(base, sizes), () => {
      const ways: Way[] = [];
      const places = new Map<CommunicationScenario, number[]>();
      const excluded: string[] = [];
      for (const backend of backendsOf(sizes.ep)) {
        const communication = communications.get(backend)!;
        for (const recompute of recomputes) {
          const reason = overlapProblem(base, sizes, backend, recompute);
          if (reason === null)
            inMap(places, communication, () => []).push(ways.push({ communication, recompute }) - 1);
          else excluded.push(reason);
        }
      }
      return { ways, waysTogether: [...places.values()], excluded };
    });
}

/** What of sizes decides which ways they have. */
const kindOf = ({ workload }: Scenario, sizes: Sizes): string =>
  workload.overlap === 'expert-parallel'
    ? overlapLimits.map((limit) => limit.binds(sizes)).join()
    : String(sizes.ep === 1);

/** Sizes with which the all-to-all is not overlapped (MG031). */
const overlapLimits: readonly { readonly binds: (sizes: Sizes) => boolean; readonly reason: string }[] = [
  { binds: ({ ep }) => ep === 1, reason: 'Overlapped all-to-all: needs EP above 1' },
  {
    binds: ({ pp, vpp }) => pp > 1 && vpp === 1,
    reason: 'Overlapped all-to-all: needs VPP where PP is above 1',
  },
];

/** What the overlap of the job excludes (MG031). */
function overlapProblem(
  { workload }: Scenario,
  sizes: Sizes,
  backend: CommunicationScenario['backend'],
  recompute: Recompute,
): string | null {
  if (workload.overlap !== 'expert-parallel') return null;
  const limit = overlapLimits.find(({ binds }) => binds(sizes));
  if (limit) return limit.reason;
  if (backend === 'allgather-reducescatter') return 'Overlapped all-to-all: does not run with all-gather';
  const repeatsExchange = typeof recompute === 'string' ? recompute === 'full' : recompute.includes('moe');
  return repeatsExchange ? 'Overlapped all-to-all: does not run where MoE layers are recomputed' : null;
}
