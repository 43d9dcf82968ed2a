import type { LinkUse, SimulationResult } from '../../../src/sim/result';
import { bytes, percent } from '../../format';
import { text as shared } from '../../strings';
import { text as t } from './strings';

/** How busy NVLink and NIC are over a step, and with what. */
export function LinkBars({ result }: { readonly result: SimulationResult }) {
  const { accelerator } = result.scenario.cluster;
  const nameOf = ({ link }: LinkUse) =>
    link === 'scale-up' ? shared.link.scaleUp(accelerator) : shared.link.nic;
  return (
    <div class="links">
      <h3>{t.linksHead}</h3>
      <table>
        <caption class="vh">{t.linksHead}</caption>
        <tbody>
          {result.links.map((use) => (
            <tr key={use.link}>
              <th scope="row">{nameOf(use)}</th>
              <td class="r quiet">{t.rated(use)}</td>
              <td class="meter">
                <svg
                  width="100%"
                  height="12"
                  viewBox="0 0 100 12"
                  preserveAspectRatio="none"
                  role="img"
                  aria-label={t.linkPicture(nameOf(use), percent(use.busyShare, 1))}
                >
                  <rect width="100" height="12" fill="var(--grid)" />
                  <rect
                    width={Math.min(100, use.busyShare * 100)}
                    height="12"
                    fill={use.link === 'scale-up' ? 'var(--green)' : 'var(--blue)'}
                  />
                </svg>
              </td>
              <td class="r">{percent(use.busyShare, 1)}</td>
              <td class="quiet carried">{carried(use)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function carried(use: LinkUse): string {
  const parts = use.bytes
    .filter((part) => part.bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .map((part) => `${t.families[part.family]} ${bytes(part.bytes)}`);
  return parts.length === 0 ? t.idle : parts.join(', ');
}
