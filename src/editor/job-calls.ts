import type * as vscode from 'vscode';
import type { Growth } from '../plan/growth';
import type { Knob } from '../plan/knobs';
import type { Change } from '../plan/whatif';
import type { LayerTable } from '../scenario/scenario';
import type { LayerChoice, LayerTraffic } from '../sim/layer-traffic';
import type {
  ComparedVariant,
  Exploration,
  SimulateRequest,
  VariantAnalysis,
  WhatIfAnalysis,
  WhatIfRequest,
} from '../worker/analysis';
import type { CancelSignal, EngineClient, Progress } from '../worker/client';
import type { PlacementFile, PlacementFileRequest, PlacementReply } from '../worker/placements';
import type { PlanQuery, PlanReply } from '../worker/plan';
import { ruleChoices, scenarioSettings } from './settings';

type Uri = vscode.Uri;

/** What the engine says of a job, by its file and its id, under the settings that hold there. */
export interface JobCalls {
  /** What a what-if can change about it. */
  knobs(uri: Uri, jobId: string): Promise<readonly Knob[]>;
  /** One of them with its values. */
  knob(uri: Uri, jobId: string, name: string): Promise<Knob | null>;
  /** The best layouts; `progress` hears what was found so far. */
  plan(
    uri: Uri,
    jobId: string,
    query: PlanQuery,
    signal: CancelSignal,
    progress: Progress,
  ): Promise<PlanReply>;
  /** Placements beside each other, one of them searched for. */
  placements(uri: Uri, jobId: string, signal: CancelSignal, progress: Progress): Promise<PlacementReply>;
  /** A placement that is searched for, as a file that something reads. */
  placementFile(
    uri: Uri,
    jobId: string,
    asked: PlacementFileRequest,
    signal: CancelSignal,
    progress: Progress,
  ): Promise<PlacementFile>;
  /** The slots of a placement that a search found, by its name; `null` where it is forgotten. */
  foundPlacement(name: string): Promise<LayerTable | null>;
  /** The traffic of one MoE layer, or the mean over all, with changes as a what-if makes them. */
  layerTraffic(
    uri: Uri,
    jobId: string,
    asked: { readonly layer: LayerChoice; readonly changes: readonly Change[] },
    signal: CancelSignal,
    progress: Progress,
  ): Promise<LayerTraffic>;
  /** What turning knobs makes of it: one or two through all values, or all that may matter to either side. */
  explore(
    uri: Uri,
    jobId: string,
    knobs: { readonly x: string | null; readonly y: string | null },
    signal: CancelSignal,
    progress: Progress,
  ): Promise<Exploration | null>;
  /** What variants come to: the job as it is first, then they in their order. */
  compareVariants(
    uri: Uri,
    jobId: string,
    variants: readonly (readonly Change[])[],
    signal: CancelSignal,
  ): Promise<readonly ComparedVariant[]>;
  /** How the volumes of communication grow with its sizes. */
  growth(uri: Uri, jobId: string, signal: CancelSignal): Promise<readonly Growth[]>;
  /** The job, with every matrix unless they are not wanted, and beside it the same job with changes when there are any. */
  whatIf(
    uri: Uri,
    jobId: string,
    asked: WhatIfRequest,
    signal: CancelSignal,
    progress: Progress,
    matrices?: boolean,
  ): Promise<WhatIfAnalysis>;
  /** What `whatIf` says of the changes alone, for who has the job as it is. */
  variant(
    uri: Uri,
    jobId: string,
    changes: readonly Change[],
    signal: CancelSignal,
    progress: Progress,
  ): Promise<VariantAnalysis>;
}

export function jobCalls(engine: EngineClient): JobCalls {
  const of = (uri: Uri, jobId: string) => ({ jobId, settings: scenarioSettings(uri) });
  const asWritten = (uri: Uri, jobId: string) => ({ ...of(uri, jobId), overrides: {} });
  return {
    knobs: (uri, jobId) => engine.call('knobs', of(uri, jobId)),
    knob: (uri, jobId, name) => engine.call('knob', { ...of(uri, jobId), name }),
    plan: (uri, jobId, query, signal, progress) =>
      engine.call('plan', { ...asWritten(uri, jobId), query }, signal, progress),
    placements: (uri, jobId, signal, progress) =>
      engine.call('placements', asWritten(uri, jobId), signal, progress),
    placementFile: (uri, jobId, asked, signal, progress) =>
      engine.call('placementFile', { ...asWritten(uri, jobId), ...asked }, signal, progress),
    foundPlacement: (name) => engine.call('foundPlacement', { name }),
    layerTraffic: (uri, jobId, asked, signal, progress) =>
      engine.call('layerTraffic', { ...of(uri, jobId), ...asked }, signal, progress),
    explore: (uri, jobId, knobs, signal, progress) =>
      engine.call('explore', { ...of(uri, jobId), ...knobs }, signal, progress),
    compareVariants: (uri, jobId, variants, signal) =>
      engine.call('compareVariants', { ...of(uri, jobId), variants }, signal),
    growth: (uri, jobId, signal) => engine.call('growth', of(uri, jobId), signal),
    whatIf: (uri, jobId, asked, signal, progress, matrices = true) =>
      engine.call('whatIf', { ...figures(uri, jobId, matrices), ...asked }, signal, progress),
    variant: (uri, jobId, changes, signal, progress) =>
      engine.call('variant', { ...figures(uri, jobId, true), changes }, signal, progress),
  };
}

function figures(uri: Uri, jobId: string, matrices: boolean): SimulateRequest {
  return {
    jobId,
    settings: scenarioSettings(uri),
    overrides: {},
    engine: 'expected',
    matrices,
    detail: matrices,
    // The panel shows what is found in the files, not in a variant of them.
    judged: !matrices,
    ...ruleChoices(uri),
  };
}
