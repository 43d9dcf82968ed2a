import type { Scenario } from '../../../src/scenario/scenario';
import type { LinkFamily, LinkUse, TimelineSegment } from '../../../src/sim/result';
import { count, plural } from '../../format';

const unit = {
  train: 'One step',
  prefill: 'One prefill pass',
  decode: 'One decode pass',
  serve: 'One decode pass',
};

export const text = {
  title: 'Time',
  unit: ({ workload }: Scenario) => unit[workload.mode],
  headExchange: (what: string, all: string, exchange: string, share: string) =>
    `${what} takes ${all}. ${exchange} of it (${share}) waits for dispatch and combine.`,
  headHidden: (hidden: string) => ` ${hidden} more of them runs beside compute.`,
  headAlone: ' Nothing else runs meanwhile.',
  headLargest: (what: string, all: string, part: string, seconds: string, share: string) =>
    `${what} takes ${all}. The largest part, ${part}, is ${seconds} (${share}).`,
  picture: (what: string, all: string, parts: string) => `${what}, ${all}: ${parts}`,
  columns: {
    part: (what: string) => what,
    share: 'Share',
    perLayer: (unit: string) => `Per MoE layer, ${unit}`,
    restsOn: 'Rests on',
    variantRestsOn: 'The variant rests on',
  },
  change: 'Change',
  changes: 'The step in baseline and variant',
  total: 'All',
  restsOn: {
    attention: (s: Scenario) => `model: roofline, ${s.model.mla ? 'MLA' : 'GQA'} at its own shapes`,
    dense: () => 'model: roofline; dense layers, shared experts, router, head',
    experts: () => 'model: grouped GEMMs at the mean load',
    waiting: (s: Scenario, maxOverMean: string) =>
      `the busiest rank has ${maxOverMean} the mean load, ${s.routing.distribution} routing`,
    alltoall: (basis: string, nodes: number) =>
      `${basis}: dispatch and combine, EP group on ${plural(nodes, 'node', 'nodes')}`,
    tensor: (s: Scenario) => `model: TP\u00a0${count(s.layout.tp)}, rings`,
    bubble: (s: Scenario) =>
      `model: PP\u00a0${count(s.layout.pp)}, VPP\u00a0${count(s.layout.vpp)}, slowest stage`,
    sync: (bytes: string) => `model: ${bytes} per rank, what compute leaves uncovered`,
    other: (training: boolean) =>
      training ? 'model: optimizer, pipeline transfers' : 'model: launches, activations moved',
  },
  layerHead: (training: boolean) =>
    training
      ? 'One MoE layer of one microbatch, on a rank with the mean load'
      : 'One MoE layer of one pass, mean over the layers, on a rank with the mean load',
  forward: 'Forward',
  backward: 'Backward',
  lanes: 'Upper lane computes, lower lane communicates.',
  overlapped: 'Where bars of both lanes overlap, the transfer runs beside compute.',
  segments: {
    attention: 'Attention',
    dense: 'Shared, router',
    experts: 'Experts',
    waiting: 'Wait',
    alltoall: 'All-to-all',
    tensor: 'TP',
    bubble: 'Bubble',
    sync: 'Sync',
    other: 'Launches',
    dispatch: 'Dispatch',
    combine: 'Combine',
  } satisfies Record<TimelineSegment['what'], string>,
  segment: (what: string, from: string, long: string) => `${what}: from ${from}, ${long}`,
  timeline: (direction: string, all: string, segments: string) => `${direction}, ${all}: ${segments}`,
  linksHead: 'What the links carry of one rank’s traffic, at their rated bandwidth',
  families: {
    ep: 'dispatch and combine',
    tp: 'tensor parallel',
    dp: 'gradients and weights',
    pp: 'pipeline',
  } satisfies Record<LinkFamily, string>,
  under: 'under 0.1%',
  idle: 'nothing to carry',
  linkPicture: (link: string, share: string) => `${link} is busy ${share} of the time`,
  rated: (use: LinkUse) => `${count(use.ratedGBps)} GB/s`,
};
