import type { ReasonId } from '../scenario/refusals/reasons';

/** A command that answers a refusal, and gets the job. */
export interface RefusalAnswer {
  readonly title: string;
  readonly command: string;
}

const ANSWERS: Readonly<Partial<Record<ReasonId, RefusalAnswer>>> = {
  'model-not-known': { title: 'Choose the model', command: 'moeScope.chooseModel' },
  'not-known': { title: 'Answer in a scenario file', command: 'moeScope.pinOpenValues' },
};

/** A refusal where there is room for one clause: without what to do about it, which stands beside it or in the panel. */
export const inShort = (message: string): string =>
  message.split(/: (?=name|answer|set)/)[0]!.replace(/\.$/, '');

/** The command that answers a refusal, if one does. */
export const answerTo = (reason: string): RefusalAnswer | undefined => ANSWERS[reason as ReasonId];
