import * as vscode from 'vscode';
import type { FoundJob } from '../editor/job';
import type { Session } from '../editor/session';
import type { VariantStore } from '../editor/variants/store';
import type { Change } from '../plan/whatif';
import type { Scenario } from '../scenario/scenario';
import type { LayerChoice, LayerTraffic } from '../sim/layer-traffic';
import type { Plan, PlanQuery, PlanReport } from '../worker/plan';
import { newest } from './newest';
import type { Exploration, PanelJobRef, ToWebview } from './protocol';
import { comparedVariants } from './variants';

/** Knobs to turn through their values: one, two against each other, or all that may matter. */
interface Knobs {
  readonly x: string | null;
  readonly y: string | null;
}

/** What the page asks for beside the figures of a job; whatever is asked for anew stops what was asked before. */
export interface OnDemand {
  /** The traffic of one more layer, and what the changes of a what-if make of it, where there are any. */
  layer(job: PanelJobRef, layer: LayerChoice, changes: readonly Change[]): Promise<void>;
  /** How the volumes of communication grow. */
  growth(job: PanelJobRef): Promise<void>;
  /** The job and its variants beside each other, `changes` among them. */
  variants(found: FoundJob, changes: readonly Change[]): Promise<void>;
  /** The same anew, where the page lists them. */
  listVariantsAgain(found: FoundJob, changes: readonly Change[]): Promise<void>;
  /** The best layouts, and those found so far as long as it searches; `scenario` is that of the job. */
  plan(job: PanelJobRef, scenario: Scenario | null, query: PlanQuery): Promise<void>;
  /** What the last search found, where it was of this scenario: it says nothing of a job that has become another. */
  planOf(scenario: Scenario | null): Plan | null;
  /** The placements of the job beside each other, one of them searched for. */
  placements(job: PanelJobRef): Promise<void>;
  explore(job: PanelJobRef, knobs: Knobs): Promise<void>;
  stopPlan(): void;
  stopComparing(): void;
  stopExploring(): void;
  /** Stops what is part of the figures on show, which are about to change. */
  stopFigures(): void;
  stopAll(): void;
}

/** @param post says something to the page, if it is there */
export function onDemand(
  session: Session,
  store: VariantStore,
  post: (message: ToWebview) => void,
): OnDemand {
  const [layers, growing, variants] = [newest(), newest(), newest()];
  const [planning, comparing, exploring] = [newest(), newest(), newest()];
  let listsVariants = false;
  let planned: { readonly of: string; readonly plan: Plan } | null = null;
  const of = ({ file, id }: PanelJobRef) => [vscode.Uri.parse(file), id] as const;
  const tell = (state: 'searching' | 'stopped' | 'done', fraction: number, report?: PlanReport) =>
    post({ type: 'plan', state, fraction, ...(report ? { report } : {}) });
  return {
    async layer(job, layer, changes) {
      const ended = await layers.run(async (signal) => {
        const layerOf = (changed: readonly Change[]) =>
          session.jobs.layerTraffic(...of(job), { layer, changes: changed }, signal, (done) => {
            if (!signal.isCancelled)
              post({
                type: 'busy',
                message: vscode.l10n.t('Simulating, {0}%', Math.round(done * 100)),
                fraction: done,
              });
          });
        // Either side may have no such layer; where neither has, the first says why.
        const missing: unknown[] = [];
        const orNone = (asked: Promise<LayerTraffic>) =>
          asked.catch((error: unknown) => {
            missing.push(error);
            return null;
          });
        const traffic = await orNone(layerOf([]));
        const variant = changes.length > 0 ? await orNone(layerOf(changes)) : null;
        if (!traffic && !variant) throw missing[0];
        return { traffic, variant };
      });
      if (ended.how === 'done') post({ type: 'layer', ...ended.value });
    },
    async growth(job) {
      const ended = await growing.run((signal) => session.jobs.growth(...of(job), signal));
      if (ended.how === 'done') post({ type: 'growth', growth: ended.value });
    },
    async variants(found, changes) {
      listsVariants = true;
      const ended = await comparing.run((signal) => comparedVariants(session, store, found, changes, signal));
      if (ended.how === 'done' && ended.value) post({ type: 'variants', compared: ended.value });
    },
    async listVariantsAgain(found, changes) {
      if (listsVariants) await this.variants(found, changes);
    },
    planOf: (scenario) => (planned?.of === JSON.stringify(scenario) ? planned.plan : null),
    async plan(job, scenario, query) {
      try {
        const ended = await planning.run((signal) =>
          session.jobs.plan(...of(job), query, signal, (fraction, soFar) => {
            if (!signal.isCancelled) tell('searching', fraction, soFar as PlanReport | undefined);
          }),
        );
        const plan = ended.how === 'done' ? ended.value.plan : null;
        if (plan) {
          planned = { of: JSON.stringify(scenario), plan };
          tell('done', 1, plan);
        } else if (ended.how !== 'replaced') tell('stopped', 1);
      } catch (error) {
        tell('stopped', 1);
        throw error;
      }
    },
    async placements(job) {
      const say = (state: 'comparing' | 'stopped' | 'done', fraction: number) =>
        ({ type: 'placements', state, fraction }) as const;
      try {
        const ended = await comparing.run((signal) =>
          session.jobs.placements(...of(job), signal, (fraction) => {
            if (!signal.isCancelled) post(say('comparing', fraction));
          }),
        );
        const comparison = ended.how === 'done' ? ended.value.comparison : null;
        if (comparison) post({ ...say('done', 1), comparison });
        else if (ended.how !== 'replaced') post(say('stopped', 1));
      } catch (error) {
        post(say('stopped', 1));
        throw error;
      }
    },
    async explore(job, knobs) {
      const tellFound = (exploration: Exploration | null) => post({ type: 'explored', exploration });
      try {
        const ended = await exploring.run((signal) =>
          session.jobs.explore(...of(job), knobs, signal, (fraction) => {
            if (!signal.isCancelled) post({ type: 'exploring', fraction });
          }),
        );
        if (ended.how !== 'replaced') tellFound(ended.how === 'done' ? ended.value : null);
      } catch (error) {
        tellFound(null);
        throw error;
      }
    },
    stopPlan: planning.stop,
    stopComparing: comparing.stop,
    stopExploring: exploring.stop,
    stopFigures() {
      layers.stop();
      growing.stop();
      variants.stop();
      listsVariants = false;
    },
    stopAll() {
      for (const work of [layers, growing, variants, planning, comparing, exploring]) work.stop();
    },
  };
}
