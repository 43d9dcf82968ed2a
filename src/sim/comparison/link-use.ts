import type { Scenario } from '../../scenario/scenario';
import { type Group, group } from '../compute/collective';
import type { Comparison, LinkFamily, LinkUse, PhaseTraffic, TrafficResult } from '../result';
import { stepScope } from './scope';

const GB = 1e9;

/** Bytes that one rank sends over each link class in a step. */
interface LinkBytes {
  readonly scaleUp: number;
  readonly scaleOut: number;
}

/**
 * What one rank sends over NVLink and over its NIC in a step, by family, mean over ranks, and the share of the step in which
 * the link carries it at its rated bandwidth. A ring over several ranks of a domain crosses the NIC once per domain, and each
 * of those ranks' NICs carries its share (NCCL's rings, one per NIC).
 */
export function linkUse(
  scenario: Scenario,
  traffic: TrafficResult,
  comparison: Comparison,
  stepSeconds: number,
): readonly LinkUse[] {
  const { cluster } = scenario;
  const families = bytesByFamily(scenario, traffic, comparison);
  const use = (link: LinkUse['link'], of: keyof LinkBytes, ratedGBps: number): LinkUse => {
    const bytes = Object.entries(families).map(([family, sent]) => ({
      family: family as LinkFamily,
      bytes: sent[of],
    }));
    const all = bytes.reduce((sum, part) => sum + part.bytes, 0);
    return { link, ratedGBps, bytes, busyShare: all / (ratedGBps * GB * stepSeconds) };
  };
  return [
    use('scale-up', 'scaleUp', cluster.scaleUpGBps),
    use('scale-out', 'scaleOut', cluster.scaleOutGBps),
  ];
}

function bytesByFamily(
  scenario: Scenario,
  traffic: TrafficResult,
  { tp, dp, pp }: Comparison,
): Readonly<Record<LinkFamily, LinkBytes>> {
  const { layout, cluster } = scenario;
  const scope = stepScope(scenario);
  const over = (ranks: number, stride: number): Group => group(cluster, ranks, stride);
  const dense = scope.denseParameters * ringShare(layout.dp * layout.cp);
  const experts = scope.expertParameters * ringShare(layout.edp);
  const denseShare = dense + experts === 0 ? 0 : dense / (dense + experts);
  return {
    ep: expertBytes(traffic, scope.moeLayers * scope.microbatches),
    tp: onLinks(tp.exactBytesPerStep, over(layout.tp, 1)),
    dp: sumOf(
      onLinks(denseShare * dp.exactBytesPerStep, over(layout.dp * layout.cp, layout.tp)),
      onLinks((1 - denseShare) * dp.exactBytesPerStep, over(layout.edp, layout.etp * layout.ep)),
    ),
    pp: onLinks(pp.exactBytesPerStep, over(layout.pp, layout.worldSize / layout.pp)),
  };
}

function expertBytes({ rows, dispatch, combine, backward }: TrafficResult, times: number): LinkBytes {
  const phases: readonly PhaseTraffic[] = [
    dispatch,
    combine,
    ...(backward === null ? [] : [backward.dispatch, backward.combine]),
  ];
  const perRank = (bytes: (phase: PhaseTraffic) => number): number =>
    (times * phases.reduce((sum, phase) => sum + bytes(phase), 0)) / rows.size;
  return {
    scaleUp: perRank(({ scaleUpBytes }) => scaleUpBytes),
    scaleOut: perRank(({ scaleOutBytes }) => scaleOutBytes),
  };
}

function onLinks(bytes: number, { ranks, ranksPerDomain }: Group): LinkBytes {
  const outside = ranksPerDomain >= ranks ? 0 : bytes / ranksPerDomain;
  return { scaleUp: bytes - outside, scaleOut: outside };
}

const sumOf = (a: LinkBytes, b: LinkBytes): LinkBytes => ({
  scaleUp: a.scaleUp + b.scaleUp,
  scaleOut: a.scaleOut + b.scaleOut,
});

/** What a ring sends of its buffer: `(N-1)/N`. */
const ringShare = (ranks: number): number => (ranks > 1 ? (ranks - 1) / ranks : 0);
