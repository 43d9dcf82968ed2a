import type { Scenario } from '../../../src/scenario/scenario';
import { count, fixed, trimmed } from '../../format';

export const text = {
  title: 'Communication',
  shortTitle: 'Comm.',
  scope: 'Counted',
  own: 'As the textbook counts',
  step: 'Per step',
  family: {
    ep: (s: Scenario) => `Expert parallel, EP\u00a0${count(s.layout.ep)}`,
    tp: (s: Scenario) => `Tensor parallel, TP\u00a0${count(s.layout.tp)}`,
    dp: (s: Scenario) =>
      `Data parallel, DP\u00a0${count(s.layout.dp)}${s.layout.edp === s.layout.dp ? '' : `, EDP\u00a0${count(s.layout.edp)}`}`,
    pp: (s: Scenario) => `Pipeline parallel, PP\u00a0${count(s.layout.pp)}`,
  },
  short: {
    ep: 'expert parallel',
    tp: 'tensor parallel',
    dp: 'data parallel',
    pp: 'pipeline parallel',
  },
  textbook: 'textbook, in BF16',
  exact: 'exact',
  exactPer: (per: string) => `exact, per ${per}`,
  perStep: (training: boolean) => (training ? 'exact, per step' : 'exact, per forward pass'),
  repeats: {
    ep: (training: boolean) => (training ? 'layers × microbatches, both ways' : 'MoE layers'),
    tp: (training: boolean) => (training ? 'microbatches, both ways' : 'microbatches'),
    dp: () => 'times',
    pp: (training: boolean) => (training ? 'microbatches, both ways' : 'times'),
  },
  per: (per: string) => `per ${per}`,
  perStepScope: (training: boolean) => (training ? 'per step, forward and backward' : 'per forward pass'),
  legendTextbook: 'textbook',
  legendExact: 'exact',
  legendFactor: 'factor: length is the ratio',
  axis: (s: Scenario, parameters: string) =>
    `Bytes sent per rank, log scale. B \u00d7 S = ${trimmed(fixed(s.workload.tokensPerRank, 3))} tokens, H = ${count(s.model.hiddenSize)}, L = ${count(s.model.layers)}, P = ${parameters}.`,
  understates: (what: string, ratio: string) => `The textbook understates ${what} ${ratio}.`,
  overstates: (what: string, ratio: string) => `The textbook overstates ${what} ${ratio}.`,
  counts: (what: string) => `The textbook counts ${what}, which sends nothing.`,
  agrees: 'The textbook and the exact figures agree within 10%.',
  reasons: 'Each reason is one factor.',
  headStep: (ep: string, dp: string) => `Per step, one rank sends ${ep} for experts and ${dp} for gradients.`,
  headStepMore: (ep: string, dp: string, ratio: string) =>
    `Per step, one rank sends ${ep} for experts and ${dp} for gradients: the all-to-all is ${ratio} the gradient sync.`,
  headStepLess: (ep: string, dp: string, ratio: string) =>
    `Per step, one rank sends ${ep} for experts and ${dp} for gradients: the gradient sync is ${ratio} the all-to-all.`,
  headServing: (ep: string, tp: string) =>
    `Per forward pass, one rank sends ${ep} for experts and ${tp} for tensor parallel.`,
  differs: (training: boolean) => `What one rank sends for experts per ${training ? 'step' : 'forward pass'}`,
  also: (change: string) => `also ${change}`,
  against: (change: string, relative: string) =>
    `${change}${relative && ` (${relative})`} against the baseline`,
  asBaseline: 'as the baseline',
  picture: (name: string, textbook: string, exact: string) => `${name}: textbook ${textbook}, exact ${exact}`,
  growth: {
    title: 'How it grows',
    titleOfBaseline: 'How it grows, from the baseline',
    about: (per: string) =>
      `What one rank sends, ${per}, when a size doubles and all else stays: counted for that size, not by a formula. The line runs from half to four times the size.`,
    own: 'as the textbook counts',
    textbookToo: 'Dashed: the textbook, where it grows differently.',
    coming: 'Counting other sizes\u2026',
    twice: (label: string) => `${label} \u00d7\u00a02`,
    nothing: 'nothing sent',
    unknown: 'cannot be doubled alone',
    family: { ep: 'EP', tp: 'TP', dp: 'DP', pp: 'PP' },
  },
  table: 'Bytes sent per rank',
  columns: { family: 'Family', what: 'What', factor: 'Factor', bytes: 'Bytes' },
};
