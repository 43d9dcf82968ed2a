import { basename } from 'node:path';
import type { PlacementComparison } from '../plan/placements/compare';
import type { PlacementEntry } from '../plan/placements/entries';
import { microsecondsText } from '../plan/placements/verdict';
import type { Call } from './args';
import type { Outcome } from './commands';
import { reasonOf } from './files';
import { jobOf } from './jobs';
import { tellingProgress } from './progress';
import { refusalsJson, refusalsText } from './refusals';
import { readArtefacts } from './tables';
import { table } from './text';
import { UsageError } from './usage';
import { openWorkspace } from './workspace';

const GIB = 2 ** 30;

/** Where else the experts of a job could be: what EPLB and a search would save, what they cost, and whether it is worth it. */
export function placeJob(call: Call): Outcome {
  const given = Object.keys(call.counts)[0];
  if (given !== undefined)
    throw new UsageError(`--${given} is for --loads or --trace alone: a job has its own.`);
  if (call.policy !== null)
    throw new UsageError('--policy is for --loads or --trace alone: a job has all compared.');
  const workspace = openWorkspace();
  const job = jobOf(call, workspace);
  const request = { settings: {}, overrides: call.set, artefacts: readArtefacts(call.artefacts) };
  const steps = workspace.engine.placements(job, request);
  const { comparison, resolution } = tellingProgress('place', steps);
  if (comparison === null) {
    const found = { scenario: null, refusals: refusalsJson(resolution, workspace) };
    const message = `Nothing to place:\n${refusalsText(resolution, workspace)}`;
    return { output: call.format === 'json' ? `${JSON.stringify(found)}\n` : '', message, exitCode: 2 };
  }
  const output =
    call.format === 'json' ? `${JSON.stringify(asJson(comparison))}\n` : `${asText(comparison)}\n`;
  if (call.save === null) return { output, exitCode: 0 };
  const searched = comparison.entries.find(({ kind }) => kind === 'searched');
  if (!searched) return { output, message: 'No placement was found to save.', exitCode: 2 };
  try {
    const { redundantExperts } = searched;
    const asked = { ...request, redundantExperts, id: call.as, file: basename(call.save) };
    const file = tellingProgress('save', workspace.engine.placementFile(job, asked));
    const message = `${call.save}: ${file.form.title}, for ${file.use}`;
    return { output, message, exitCode: 0, files: [{ path: call.save, text: file.text }] };
  } catch (error) {
    return { output, message: `${call.save} is not written. ${reasonOf(error)}`, exitCode: 2 };
  }
}

function asJson({ entries, ...rest }: PlacementComparison) {
  return { ...rest, placements: entries.map(entryJson) };
}

function entryJson({ kind, redundantExperts, figures, changes, ...entry }: PlacementEntry) {
  const { layer, sequences } = figures;
  return {
    placement: kind,
    redundantExperts,
    changes,
    step: { seconds: figures.stepSeconds, savedMicroseconds: entry.savedMicroseconds },
    layer: { ...layer, savedMicroseconds: entry.savedPerLayerMicroseconds },
    memory: {
      weightsGiB: figures.weightBytes / GIB,
      spentGiB: entry.spentBytes / GIB,
      freeGiB: figures.freeBytes / GIB,
    },
    ...(sequences ? { kvSequences: sequences } : {}),
    load: {
      maxOverMean: figures.maxOverMean,
      meanOfLayers: figures.meanOfLayers,
      worstLayer: figures.worstLayer,
    },
    remoteNodesPerToken: figures.remoteNodesPerToken,
  };
}

const NAMES: Readonly<Record<PlacementEntry['kind'], string>> = {
  present: 'as configured',
  'in-order': 'in index order',
  eplb: 'EPLB',
  searched: 'searched, from EPLB',
};

function asText(comparison: PlacementComparison): string {
  const { verdict, entries, step, routing, skews, refused, foundNothing, notKept } = comparison;
  const heads = ['', 'redundant', 'dispatch', 'experts', 'combine', step, 'saved', 'GiB/GPU', 'free GiB'];
  const rows = entries.map(({ kind, redundantExperts, figures, changes, ...entry }) => [
    `${NAMES[kind]}${changes.length === 0 && kind !== 'present' ? ', now' : ''}`,
    String(redundantExperts),
    microsecondsText(figures.layer.dispatchMicroseconds),
    microsecondsText(figures.layer.expertMicroseconds),
    microsecondsText(figures.layer.combineMicroseconds),
    microsecondsText(1e6 * figures.stepSeconds),
    microsecondsText(entry.savedMicroseconds),
    (entry.spentBytes / GIB).toFixed(1),
    (figures.freeBytes / GIB).toFixed(1),
    figures.meanOfLayers.toFixed(2),
    figures.worstLayer.toFixed(2),
    figures.remoteNodesPerToken.toFixed(2),
  ]);
  return [
    verdict.sentence,
    groundsText({ verdict, routing, skews }),
    '',
    table([[...heads, 'load, mean', 'worst layer', 'other nodes'], ...rows]),
    '',
    'Dispatch, experts and combine are of one MoE layer on the slowest rank; load is the fullest rank over the mean.',
    ...refused.map(
      ({ redundantExperts, reason }) => `Not with ${redundantExperts} redundant experts: ${reason}`,
    ),
    ...(foundNothing === null ? [] : [foundNothing]),
    ...(notKept === null ? [] : [`The searched placement cannot be saved. ${notKept}`]),
  ].join('\n');
}

/** What a verdict rests on, and how far off it may be. */
function groundsText({
  verdict,
  routing,
  skews,
}: Pick<PlacementComparison, 'verdict' | 'routing' | 'skews'>) {
  const { saved } = verdict;
  const bounds = saved && saved.microseconds > 0 ? saved.bounds : null;
  const between = bounds
    ? [`The saving is then between ${microsecondsText(bounds.low)} and ${microsecondsText(bounds.high)}.`]
    : [];
  const others = skews.map(
    ({ sigma, savedMicroseconds }) =>
      `With σ ${sigma.toPrecision(2)} it is ${microsecondsText(Math.max(0, savedMicroseconds))}.`,
  );
  return [routing.sentence, ...between, ...others].join(' ');
}
