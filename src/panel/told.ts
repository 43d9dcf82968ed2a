import * as vscode from 'vscode';
import { fileName } from '../editor/convert';
import type { FileState, Session } from '../editor/session';
import type { Change } from '../plan/whatif';
import type { Simulated, WhatIfAnalysis } from '../worker/analysis';
import { type BesideBaseline, type PanelRefusal, PROTOCOL_VERSION, type ToWebview } from './protocol';
import { panelRefusals } from './refusals';
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
  return emptyMessage(state.uri.toString(), '', state, told);
}

/** Nothing to simulate, in a sentence or by reasons. */
export function emptyMessage(
  file: string,
  message: string,
  state?: FileState,
  refusals: readonly PanelRefusal[] = [],
): ToWebview {
  return {
    type: 'empty',
    title: vscode.l10n.t('{0} cannot be simulated yet', fileName(file)),
    message,
    refusals,
    findings: state ? findingsOf(state) : [],
  };
}

export const noJobMessage = (): ToWebview => ({
  type: 'empty',
  title: vscode.l10n.t('No job is shown'),
  message: vscode.l10n.t('Open a launch script or a model config, and this panel follows it.'),
  findings: [],
});
