import * as vscode from 'vscode';
import type { Services } from '../features';
import { registerArtefactLenses } from './lens';
import { registerScenarioWithFile } from './new-scenario';
import { Sightings } from './sightings';

/** What an open file of loads, a trace or a placement says of itself, and a scenario with it. */
export function registerArtefacts({ session, engine, log }: Services): vscode.Disposable {
  const sightings = new Sightings(engine, session.artefacts, log);
  return vscode.Disposable.from(
    registerArtefactLenses(session, sightings),
    registerScenarioWithFile(session, sightings),
  );
}
