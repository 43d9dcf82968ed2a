import type { Severity } from '../../lint/finding';
import { assumptions } from '../../scenario/assumptions';
import { count } from '../format';
import { type FoundJob, partOf, verdictOf } from '../job';
import type { Session } from '../session';
import { type Input, optionalText, type Tool, textOf } from './api';
import { nameOf, placeOf, stateOf } from './files';
import { findingLine, findingReport } from './report';

const ranks: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

function leastSeverity(input: Input): Severity {
  const given = optionalText(input, 'minimumSeverity') ?? 'info';
  if (Object.hasOwn(ranks, given)) return given as Severity;
  throw new Error('"minimumSeverity" is one of "error", "warning", "info".');
}

/** What is wrong with a config, in the words of its framework, and whether its jobs fit. */
export function lintConfig(session: Session): Tool {
  return {
    name: 'moe_lint_config',
    describe: (input) => `Checking ${input.path}`,
    async answer(input) {
      const least = ranks[leastSeverity(input)];
      const state = await stateOf(session, textOf(input, 'path'));
      const { analysis } = state;
      const places = placeOf(session);
      const findings = [...session.findings(state.uri), ...state.elsewhere].filter(
        ({ severity }) => ranks[severity] >= least,
      );
      const jobs = analysis.jobs.map((job) => jobReport({ state, job }));
      const counted = (['error', 'warning', 'info'] as const)
        .map((severity) => count(findings.filter((one) => one.severity === severity).length, severity))
        .join(', ');
      return {
        text: [
          `${nameOf(state.uri.toString())}: ${analysis.document?.title ?? 'config'}, ${count(jobs.length, 'job')}. ${counted}.`,
          ...jobs.map(
            ({ part, subtitle, verdict }) =>
              `${part ?? 'Job'}: ${[subtitle, verdict].filter(Boolean).join('; ')}.`,
          ),
          ...findings.map((finding) => findingLine(finding, places, nameOf)),
        ].join('\n'),
        data: {
          file: nameOf(state.uri.toString()),
          framework: analysis.document?.framework ?? null,
          jobs,
          findings: findings.map((finding) => findingReport(finding, places, nameOf)),
        },
      };
    },
  };
}

function jobReport(found: FoundJob) {
  const { job, scenario, provenance, refusals } = found.job;
  const { outcome, text, subtitle, sentence } = verdictOf(found);
  return {
    part: partOf(job, found.state.analysis.jobs),
    model: scenario?.model.name ?? null,
    outcome,
    verdict: sentence || text,
    subtitle,
    unresolved: job.facts.flatMap(({ state, name, expression, origin }) =>
      state === 'unresolved' && origin === undefined ? `${name} (${expression ?? 'unknown'})` : [],
    ),
    assumptions: scenario ? assumptions(scenario, provenance) : [],
    refusals,
  };
}
