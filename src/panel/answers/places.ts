import * as vscode from 'vscode';
import { openFact, openFinding } from '../../editor/open';
import { answerTo } from '../../editor/refusal-answers';
import { factOf } from '../../scenario/provenance';
import type { NextStepId } from '../protocol';
import { openVariantFile } from '../variants';
import type { Answering, Answers } from './answering';

/** What each way on from an empty page does. */
const steps: Readonly<Record<NextStepId, (panel: Answering) => unknown>> = {
  tryAgain: ({ onShow }) => onShow.refresh(),
  showLog: ({ services }) => services.log.show(),
  openSample: () => vscode.commands.executeCommand('moeScope.openSample'),
  openWalkthrough: () => vscode.commands.executeCommand('moeScope.openWalkthrough'),
};

/** Where the page leads to: lines, files, and commands that answer a refusal. */
export const placeAnswers: Answers<'openOrigin' | 'openFinding' | 'openVariant' | 'answer' | 'takeStep'> = {
  async openOrigin({ onShow, services }, { name }) {
    const known = onShow.origins.flatMap((provenance) => provenance[name] ?? []);
    const fact = known.map(factOf).find((one) => one !== undefined);
    if (fact) await openFact(fact, services.session);
    else if (known.some(({ kind }) => kind === 'setting'))
      await vscode.commands.executeCommand('workbench.action.openSettings', 'moeScope');
  },
  openFinding({ onShow, services }, { index }) {
    const finding = onShow.listed[index];
    return finding && openFinding(finding, services.session);
  },
  openVariant({ onShow, services: { session, variants } }, { file }) {
    const found = onShow.found();
    return found && openVariantFile(session, variants, found, file);
  },
  answer({ onShow: { job } }, { reason }) {
    const command = answerTo(reason)?.command;
    return command && job && vscode.commands.executeCommand(command, job);
  },
  takeStep: (panel, { step }) => steps[step](panel),
};
