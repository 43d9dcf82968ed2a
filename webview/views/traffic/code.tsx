import { useMemo } from 'preact/hooks';
import { Segmented } from '../../components/segmented';
import { alltoallvCode, type Dialect, dialects } from '../../export/alltoallv-code';
import { times } from '../../format';
import { countsOf } from '../../model/alltoallv';
import type { Heat, Phase } from '../../model/heat';
import { vscode } from '../../vscode';
import { text as t } from './strings';

interface Props {
  readonly heat: Heat;
  readonly rank: number;
  readonly phase: Phase;
  readonly rowBytes: number;
  readonly paddedOverExact: number;
  readonly dialect: Dialect;
  readonly onDialect: (dialect: Dialect) => void;
  readonly onShowCounts: () => void;
}

/** The selected rank's counts and displacements as code to copy. */
export function Code(props: Props) {
  const { heat, rank, phase, rowBytes, dialect } = props;
  const code = useMemo(
    () =>
      alltoallvCode(dialect, { counts: countsOf(heat, rank), rank, phase, rowBytes: Math.ceil(rowBytes) }),
    [heat, rank, phase, rowBytes, dialect],
  );
  const copy = () => vscode.postMessage({ type: 'copyText', text: code, what: t.codeWhat[dialect] });
  return (
    <section class="code">
      <h3>{t.asCode(rank)}</h3>
      <p class="quiet">{t.mpi(heat.size, times(props.paddedOverExact))}</p>
      <div class="code-tools">
        <Segmented
          label={t.dialect}
          value={dialect}
          onChange={props.onDialect}
          options={dialects.map((value) => ({ value, text: t.dialects[value] }))}
        />
        <button type="button" class="btn" onClick={copy}>
          {t.copyCode}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section here would add a landmark */}
      <pre tabIndex={0} role="region" aria-label={t.codeWhat[dialect]}>
        {code}
      </pre>
      <button type="button" class="link" onClick={props.onShowCounts}>
        {t.showCounts}
      </button>
    </section>
  );
}
