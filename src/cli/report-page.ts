import { resolve } from 'node:path';
import { reportHtml } from '../../webview/report/report';
import type { Fact } from '../config/fact';
import { mergeFindings } from '../lint/lint';
import { chips } from '../panel/chips';
import type { Simulated } from '../worker/analysis';
import type { Call } from './args';
import type { Workspace } from './workspace';

/** A simulated job as the page that the panel exports; one that has a result, and was asked for its detail. */
export function reportPage(simulated: Simulated, call: Call, workspace: Workspace): string {
  const { placeOf, nameOf } = workspace;
  const result = simulated.result!;
  const read = call.paths.flatMap(
    (path) => workspace.engine.analyse(resolve(path), {}, call.disabled).findings,
  );
  const lineOf = (fact: Fact) => `${nameOf(fact.file)}:${placeOf(fact).line}`;
  return reportHtml({
    fileName: call.paths[0] ?? call.preset ?? '',
    side: {
      title: result.scenario.model.name,
      subtitle: simulated.subtitle,
      sentence: simulated.sentence,
      chips: chips(result.scenario, simulated.provenance, lineOf),
      result,
      detail: simulated.detail!,
    },
    findings: mergeFindings([...read, ...simulated.findings]).map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      origin: `${nameOf(finding.file)}:${placeOf(finding).line}`,
    })),
  });
}
