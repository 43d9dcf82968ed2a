import type { RuleDescription } from '../../lint/rule';
import type { Session } from '../session';
import { type Input, optionalText, type Tool } from './api';
import { nameOf, placeOf, stateOf } from './files';
import { findingLine, findingReport } from './report';

/** Why a rule exists, where the framework checks it, and what it says about a line of a file. */
export function explainFinding(session: Session): Tool {
  return {
    name: 'moe_explain_finding',
    describe: (input) => `Explaining ${input.rule ?? `the findings of ${input.path}`}`,
    async answer(input) {
      const [{ findRule, allRules }, { ruleMarkdown }] = await Promise.all([
        import('../../lint/registry'),
        import('../../lint/markdown'),
      ]);
      const code = optionalText(input, 'rule');
      const path = optionalText(input, 'path');
      if (!code && !path) throw new Error('Give "rule", or "path" with or without "line".');
      const named = code ? findRule(code) : undefined;
      if (code && !named) {
        const codes = allRules.map((rule) => rule.code).join(' ');
        throw new Error(`There is no rule ${code}. There are ${codes}.`);
      }
      const places = placeOf(session);
      const findings = path ? await findingsAt(session, path, lineOf(input), named) : [];
      const rules = named ? [named] : [...new Set(findings.flatMap(({ rule }) => findRule(rule) ?? []))];
      return {
        text: [
          ...(path && findings.length === 0 ? [`Nothing is found there${code ? ` by ${code}` : ''}.`] : []),
          ...findings.map((finding) => findingLine(finding, places, nameOf)),
          ...rules.map(ruleMarkdown),
        ].join('\n\n'),
        data: {
          findings: findings.map((finding) => findingReport(finding, places, nameOf)),
          rules: rules.map(({ code: id, name, severity, summary, why, source, limits, example }) => ({
            code: id,
            name,
            severity,
            summary,
            why,
            source,
            limits,
            example,
          })),
        },
      };
    },
  };
}

function lineOf({ line }: Input): number | undefined {
  if (line === undefined || line === null) return undefined;
  if (Number.isInteger(line) && Number(line) > 0) return Number(line);
  throw new Error('"line" is a line number, counted from 1.');
}

async function findingsAt(
  session: Session,
  path: string,
  line: number | undefined,
  rule: RuleDescription | undefined,
) {
  const state = await stateOf(session, path);
  return [...session.findings(state.uri), ...state.elsewhere].filter((finding) => {
    const { start, end } = state.positions.range(finding.range);
    const isThere =
      line === undefined ||
      (finding.file === state.uri.toString() && start.line + 1 <= line && line <= end.line + 1);
    return isThere && (rule === undefined || finding.rule === rule.code);
  });
}
