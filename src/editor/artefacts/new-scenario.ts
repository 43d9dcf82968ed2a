import * as vscode from 'vscode';
import type { ArtefactSummary } from '../../config/artefacts';
import { folderOf, relativePath } from '../../config/paths';
import type { JobAnalysis } from '../../worker/analysis';
import { openDocument } from '../documents';
import type { JobTarget } from '../job';
import { createScenario } from '../scenario-file/new-scenario';
import type { FileState, Session } from '../session';
import { NEW_SCENARIO_WITH } from './lens';
import type { Sightings } from './sightings';

interface Candidate {
  readonly state: FileState;
  readonly job: JobAnalysis;
}

/** The command that makes a scenario file of a job with a file of numbers. */
export function registerScenarioWithFile(session: Session, sightings: Sightings): vscode.Disposable {
  return vscode.commands.registerCommand(NEW_SCENARIO_WITH, async (given?: unknown, job?: unknown) => {
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    const document = uri && openDocument(uri);
    const token = new vscode.CancellationTokenSource().token;
    const summary = document && (await sightings.of(document, token));
    if (!uri || !summary) {
      await vscode.window.showInformationMessage(
        vscode.l10n.t(
          'Open a file of expert loads, a trace or a placement: a scenario is made with the one that is shown.',
        ),
      );
      return;
    }
    const found = jobOf(session, job) ?? (await pickJob(session, summary, uri));
    if (!found) return;
    const name = summary.slots === null ? 'routing.file' : 'placement.file';
    const value = pathFrom(found.state.uri, uri);
    await createScenario(found.state.uri, found.job, [{ name, value }]);
  });
}

/** The job that the command was given, by its file's URI and its id. */
function jobOf(session: Session, given: unknown): Candidate | undefined {
  const { file, id } = (given ?? {}) as Partial<JobTarget>;
  const state = typeof file === 'string' ? session.state(file) : undefined;
  const job = state?.analysis.jobs.find((one) => one.job.id === id);
  return state && job && { state, job };
}

/** A path that means the file in a scenario file beside the job: relative where one root has both. */
function pathFrom(job: vscode.Uri, file: vscode.Uri): string {
  const isSameRoot =
    job.scheme === file.scheme &&
    job.authority === file.authority &&
    job.path.split('/')[1] === file.path.split('/')[1];
  return isSameRoot ? relativePath(folderOf(job.path), file.path) : file.path;
}

async function pickJob(
  session: Session,
  summary: ArtefactSummary,
  file: vscode.Uri,
): Promise<Candidate | undefined> {
  const all = session
    .all()
    .flatMap((state) => state.analysis.jobs.map((job): Candidate => ({ state, job })))
    .filter(({ state }) => state.uri.scheme !== 'untitled');
  if (all.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('No job is known yet: open a launch script or a model config of this file’s model.'),
    );
    return undefined;
  }
  const suits = ({ job }: Candidate) => job.scenario?.model.routedExperts === summary.experts;
  const near = ({ state }: Candidate) => -relativePath(folderOf(file.path), state.uri.path).split('/').length;
  const sorted = [...all].sort((a, b) => Number(suits(b)) - Number(suits(a)) || near(b) - near(a));
  const [first] = sorted;
  if (sorted.length === 1) return first;
  const items = sorted.map((one) => ({
    label: vscode.workspace.asRelativePath(one.state.uri),
    description: describe(one.job, suits(one)),
    one,
  }));
  const title = vscode.l10n.t('A scenario of which job?');
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.one;
}

function describe({ job, scenario, refusals }: JobAnalysis, suits: boolean): string {
  const part = job.role ?? (job.command === null ? null : vscode.l10n.t('command {0}', job.command + 1));
  const model = scenario?.model.name ?? refusals[0]?.message ?? '';
  const experts = scenario && !suits ? vscode.l10n.t('{0} experts', scenario.model.routedExperts) : null;
  return [part, model, experts].filter(Boolean).join(', ');
}
