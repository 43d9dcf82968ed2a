import type { PanelFinding } from '../../src/panel/protocol';
import { text } from '../strings';
import { vscode } from '../vscode';

/** What the rules found, worst first as the host sorted it; each opens its line. */
export function Findings({
  findings,
  id,
}: {
  readonly findings: readonly PanelFinding[];
  readonly id?: string;
}) {
  return (
    <ul class="findings" id={id} aria-label={text.findingsList}>
      {findings.map((finding, index) => (
        <li key={`${finding.rule} ${finding.origin}`}>
          <span class={`severity ${finding.severity}`}>{text.severity[finding.severity]}</span>
          <span class="message">{finding.message}</span>
          <button
            type="button"
            class="link finding-origin"
            title={finding.rule}
            onClick={() => vscode.postMessage({ type: 'openFinding', index })}
          >
            {finding.origin}
          </button>
        </li>
      ))}
    </ul>
  );
}
