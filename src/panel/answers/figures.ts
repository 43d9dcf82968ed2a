import * as vscode from 'vscode';
import type { Answers } from './answering';

/** Figures that the page asks for, and what stops them. */
export const figureAnswers: Answers<
  | 'whatIf'
  | 'openKnob'
  | 'growth'
  | 'layer'
  | 'variants'
  | 'explore'
  | 'stopExploring'
  | 'plan'
  | 'stopPlan'
  | 'comparePlacements'
  | 'stopComparing'
> = {
  whatIf: ({ onShow }, { changes }) => onShow.ask(changes),
  async openKnob({ onShow, services, post }, { name }) {
    const { job } = onShow;
    if (!job) return;
    onShow.openKnobs.add(name);
    const knob = await services.session.jobs.knob(vscode.Uri.parse(job.file), job.id, name);
    if (knob) post({ type: 'knob', knob });
  },
  growth: ({ onShow: { job, shown }, asked }) => job && shown && asked.growth(job),
  layer: ({ onShow: { job, shown }, asked }, { layer }) =>
    job && shown && asked.layer(job, layer, shown.whatIf.changes),
  variants({ onShow, asked }) {
    const found = onShow.found();
    return found && asked.variants(found, onShow.changes);
  },
  explore: ({ onShow: { job }, asked }, knobs) => job && asked.explore(job, knobs),
  stopExploring: ({ asked }) => asked.stopExploring(),
  plan: ({ onShow: { job, scenario }, asked }, { query }) => job && asked.plan(job, scenario, query),
  stopPlan: ({ asked }) => asked.stopPlan(),
  comparePlacements: ({ onShow: { job }, asked }) => job && asked.placements(job),
  stopComparing: ({ asked }) => asked.stopComparing(),
};
