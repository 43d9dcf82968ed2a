import type { SimulationDetail } from '../../../src/sim/detail';
import type { PhaseTraffic, SimulationResult } from '../../../src/sim/result';
import { bytes, count, percent, significant, times, timeText, trimmed } from '../../format';
import { hasWideDomains } from '../../model/domains';
import { offDomainPerToken } from '../../model/traffic';
import { text as shared } from '../../strings';
import { type Means, text as t } from './strings';

/** How this job's backend sends, in the words of its machine. */
export function meansOf({ scenario, traffic }: SimulationResult, { sending }: SimulationDetail): Means {
  return {
    sending,
    hasNic: traffic.domains > 1,
    isByNode: !hasWideDomains({ scenario }),
    scaleUp: shared.link.scaleUp(scenario.cluster.accelerator),
  };
}

const figure = (value: number) => trimmed(significant(value));

/** What the picture proves: how many copies of a token travel, and over what. */
export function headingOf(result: SimulationResult, means: Means): string {
  const { traffic, scenario, placement } = result;
  const ranks = placement.nodeOfRank.length;
  const { perToken, dispatch } = traffic;
  const tokens = traffic.tokensPerRank * ranks;
  const perEach = (of: number) => figure(of / dispatch.rowBytes / tokens);
  const topK = Math.min(scenario.model.topK, scenario.model.routedExperts);
  const used = figure(perToken.distinctRanks);
  switch (means.sending) {
    case 'to-all':
      return t.heading['to-all'](means, ranks, used);
    case 'per-rank':
      return means.hasNic
        ? t.heading['per-rank'](
            means,
            topK,
            used,
            figure(offDomainPerToken(result)),
            perEach(dispatch.scaleOutBytes),
          )
        : t.heading['per-rank-inside'](means, topK, used, perEach(dispatch.scaleUpBytes));
    case 'per-choice': {
      const rows = perEach(dispatch.localBytes + dispatch.scaleUpBytes + dispatch.scaleOutBytes);
      return means.hasNic
        ? t.heading['per-choice'](means, rows, perEach(dispatch.scaleOutBytes))
        : t.heading['per-choice-inside'](means, rows, perEach(dispatch.scaleUpBytes));
    }
  }
}

export interface HopFigure {
  readonly name: string;
  readonly bytes: number | null;
  readonly seconds: number | null;
  /** Part of the hop above it. */
  readonly isPart?: boolean;
  readonly isSum?: boolean;
}

/** What one step is, in words and in figures of the whole job. */
export interface StepFacts {
  readonly text: string;
  readonly pairs: readonly (readonly [string, string])[];
  readonly hops: {
    readonly caption: string;
    readonly rows: readonly HopFigure[];
    readonly bound: string;
  } | null;
}

const SECONDS_PER_MICROSECOND = 1e-6;

function hopsOf(result: SimulationResult, means: Means, phase: 'dispatch' | 'combine'): StepFacts['hops'] {
  const sent: PhaseTraffic = result.traffic[phase];
  const { microseconds, terms, boundBy } = result.time[phase];
  const seconds = (of: number) => of * SECONDS_PER_MICROSECOND;
  const { communication } = result.scenario;
  const dtype = phase === 'dispatch' ? communication.dispatchDtype : communication.combineDtype;
  const rows: readonly (HopFigure & { readonly isThere: boolean })[] = [
    { name: t.hops.nic, bytes: sent.scaleOutBytes, seconds: seconds(terms.nic), isThere: means.hasNic },
    {
      name: means.scaleUp,
      bytes: sent.scaleUpBytes,
      seconds: seconds(terms.nvlink),
      isThere: sent.scaleUpBytes > 0,
    },
    {
      name: t.hops.handedOn[phase],
      bytes: sent.forwardedBytes,
      seconds: null,
      isPart: true,
      isThere: sent.forwardedBytes > 0,
    },
    { name: t.hops.local, bytes: sent.localBytes, seconds: null, isThere: sent.localBytes > 0 },
    { name: t.hops.sm, bytes: null, seconds: seconds(terms.sm), isThere: terms.sm > 0 },
    { name: t.hops.latency, bytes: null, seconds: seconds(terms.latency), isThere: terms.latency > 0 },
    {
      name: t.hops.all,
      bytes: sent.scaleOutBytes + sent.scaleUpBytes + sent.localBytes,
      seconds: seconds(microseconds),
      isSum: true,
      isThere: true,
    },
  ];
  return {
    caption: t.hops.caption(result.placement.layer, dtype.toUpperCase(), bytes(sent.rowBytes)),
    rows: rows.filter(({ isThere }) => isThere),
    bound: t.bound(phase, boundBy, means.scaleUp),
  };
}

/** @param step 0 before, 1 route, 2 dispatch, 3 compute, 4 combine */
export function stepFacts(result: SimulationResult, means: Means, step: number): StepFacts {
  const { traffic, scenario, placement } = result;
  const { perRank, fullestRank, maxOverMean, dropped } = traffic.load;
  const ranks = placement.nodeOfRank.length;
  const { router, routedExperts } = scenario.model;
  const facts = (text: string, pairs: StepFacts['pairs'], hops: StepFacts['hops'] = null) => ({
    text,
    pairs,
    hops,
  });
  switch (step) {
    case 0:
      return facts(t.before, [
        [t.tokensPerRank, trimmed(significant(traffic.tokensPerRank, 6))],
        [t.tokensOfGroup, count(traffic.tokensPerRank * ranks)],
        [t.spread, t.ofRanksAndNodes(ranks, placement.nodes)],
        ...(means.isByNode ? [] : [[t.domains(means), count(traffic.domains)] as const]),
      ]);
    case 1: {
      const limit = router.topkGroups < router.groups ? t.limit(router.topkGroups, router.groups) : '';
      const drops = dropped > 0 ? t.dropped(percent(dropped, 1)) : '';
      const topK = Math.min(scenario.model.topK, routedExperts);
      return facts(t.route(topK, routedExperts, limit, drops), [
        [t.distinctRanks, significant(traffic.perToken.distinctRanks)],
        ...(means.hasNic ? [[t.distinct(means), significant(traffic.perToken.distinctNodes)] as const] : []),
        [t.fullestOverMean, times(maxOverMean)],
      ]);
    }
    case 2:
      return facts(t.dispatch[means.sending](means), [], hopsOf(result, means, 'dispatch'));
    case 3: {
      const mean = perRank.reduce((sum, load) => sum + load, 0) / ranks;
      const spent = (what: 'experts' | 'waiting') =>
        result.step.layer.forward
          .filter((segment) => segment.what === what)
          .reduce((sum, { seconds }) => sum + seconds, 0);
      return facts(t.compute(fullestRank), [
        [t.rowsMean, count(mean)],
        [t.rowsOf(fullestRank), count(perRank[fullestRank]!)],
        [t.expertGemms, timeText(spent('experts'))],
        [t.waiting(fullestRank), timeText(spent('waiting'))],
      ]);
    }
    default:
      return facts(t.combine[means.sending](means), [], hopsOf(result, means, 'combine'));
  }
}
