import * as vscode from 'vscode';
import { fileName } from '../editor/convert';
import type { FileState, Session } from '../editor/session';
import type { Change } from '../plan/whatif';
import type { Simulated, WhatIfAnalysis } from '../worker/analysis';
import { type BesideBaseline, PROTOCOL_VERSION, type ToWebview } from './protocol';
import { isUnreadable, panelRefusals } from './refusals';
import { findingsOf, placesIn, sideOf } from './side';

// The messages that say what is on show of a job.

/** A job as it is, and what is beside it. */
export function showMessage(
  session: Session,
  state: FileState,
  id: string,
  { baseline, knobs }: WhatIfAnalysis,
  beside: BesideBaseline,
): ToWebview {
  const file = state.uri.toString();
  return {
    type: 'show',
    version: PROTOCOL_VERSION,
    job: { file, id },
    fileName: fileName(file),
    baseline: sideOf(baseline, placesIn(session, state)),
    findings: findingsOf(state),
    knobs,
    ...beside,
  };
}

/** The what-if beside a job; `null` without changes, or where they make no layout. */
export function whatIfOf(
  session: Session,
  state: FileState,
  changes: readonly Change[],
  { variant, delta, refused }: WhatIfAnalysis,
): BesideBaseline['whatIf'] {
  if (changes.length === 0 || !variant.result) return null;
  return {
    changes,
    variant: sideOf(variant, placesIn(session, state)),
    delta,
    errors: refused.map(({ rule, message }) => ({ rule, message })),
  };
}

/** A job that cannot be simulated, and where to look. */
export function refusedMessage(
  session: Session,
  state: FileState,
  { refusals, provenance }: Pick<Simulated, 'refusals' | 'provenance'>,
): ToWebview {
  const told = panelRefusals(refusals, provenance, placesIn(session, state));
  const title = vscode.l10n.t('{0} cannot be simulated yet', fileName(state.uri.toString()));
  const findings = findingsOf(state);
  const message = isUnreadable(findings)
    ? vscode.l10n.t(
        'Correct the text first, where the errors below are: what stands behind them may not have been read.',
      )
    : '';
  return { type: 'empty', title, message, refusals: told, findings };
}

/** A file in which there is no job (any more). */
export const notAJobMessage = (file: string): ToWebview => ({
  type: 'empty',
  title: vscode.l10n.t('{0} describes no job', fileName(file)),
  message: vscode.l10n.t(
    'It sets up no Mixture-of-Experts training or serving that MoE Scope knows, or not any more. Open another file, and this panel follows it.',
  ),
  findings: [],
});

/** A job whose simulation broke off, which is a fault of this program. */
export const failedMessage = (file: string, error: unknown): ToWebview => ({
  type: 'empty',
  title: vscode.l10n.t('The simulation of {0} failed', fileName(file)),
  message: vscode.l10n.t('{0}. The log has the details.', String(error)),
  findings: [],
  steps: [
    { id: 'tryAgain', title: vscode.l10n.t('Try again') },
    { id: 'showLog', title: vscode.l10n.t('Show the log') },
  ],
});

export const noJobMessage = (): ToWebview => ({
  type: 'empty',
  title: vscode.l10n.t('No job is shown'),
  message: vscode.l10n.t('Open a launch script or a model config, and this panel follows it.'),
  findings: [],
  steps: [
    { id: 'openSample', title: vscode.l10n.t('Open the sample jobs') },
    { id: 'openWalkthrough', title: vscode.l10n.t('Get started') },
  ],
});
