import { useMemo } from 'preact/hooks';
import type { SimulationResult } from '../../../src/sim/result';
import { count, significant, trimmed } from '../../format';
import { domainName, hasWideDomains } from '../../model/domains';
import type { HeatOptions } from '../../model/heat';
import { achievedGBps, offDomainPerToken } from '../../model/traffic';
import { text as shared } from '../../strings';
import { text as t } from './strings';

const part = t.funnelParts;

/** Five numbers per token, in the words of what the backend does with copies. */
function figuresOf(result: SimulationResult): readonly (readonly [number, string])[] {
  const { traffic, scenario, placement } = result;
  const { distinctRanks, remoteNodes } = traffic.perToken;
  const offDomain = offDomainPerToken(result);
  const domain = hasWideDomains(result) ? domainName(result) : shared.nodeWord;
  const { topK } = scenario.model;
  switch (traffic.backend) {
    case 'deepep-high-throughput':
    case 'hybrid-ep':
    case 'mori':
      return [
        [topK, part.picked],
        [distinctRanks, part.distinctRanks],
        [offDomain, part.onOthers(domain)],
        [remoteNodes, part.acrossNic(domain)],
      ];
    case 'allgather-reducescatter':
      return [
        [topK, part.picked],
        [distinctRanks, part.needed],
        [placement.nodeOfRank.length, part.everyone],
        [offDomain, part.onOthers(domain)],
      ];
    default:
      return [
        [topK, part.pickedCopies],
        [distinctRanks, part.distinctUnmerged],
        [offDomain, part.toOthers(domain)],
        [remoteNodes, part.distinctOthers(domain)],
      ];
  }
}

/** From the router's choice to the wire, and how fast the wire is then. */
export function Funnel(props: {
  readonly result: SimulationResult;
  readonly phase: HeatOptions['phase'];
  readonly scaleUp: string;
}) {
  const { result, phase, scaleUp } = props;
  const figures = useMemo(() => figuresOf(result), [result]);
  const { scaleOutGBps, scaleUpGBps } = result.scenario.cluster;
  const rate = achievedGBps(result, phase);
  const overNic = result.traffic.domains > 1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div class="funnel" role="group" aria-label={t.funnel}>
      {figures.map(([value, label]) => (
        <div key={label}>
          <b>{Number.isInteger(value) ? count(value) : significant(value)}</b>
          {label}
        </div>
      ))}
      <div>
        <b>{significant(rate)} GB/s</b>
        {overNic
          ? part.perNic(trimmed(significant(scaleOutGBps)))
          : part.perScaleUp(scaleUp, trimmed(significant(scaleUpGBps)))}
      </div>
    </div>
  );
}
