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

/** The command that answers a refusal, if one does. */
export const answerTo = (reason: string): RefusalAnswer | undefined => ANSWERS[reason as ReasonId];
