import { fileName } from '../editor/convert';
import type { FileState, Session } from '../editor/session';
import type { Simulated } from '../worker/analysis';
import { chips, type PlaceOf } from './chips';
import type { PanelFinding, PanelSide } from './protocol';

/** Names the lines of facts in a file and in those that its jobs are read from. */
export function placesIn(session: Session, state: FileState): PlaceOf {
  return (fact) => {
    const positions = fact.file === state.uri.toString() ? state.positions : session.positions(fact.file);
    const line = positions ? `:${positions.position(fact.range.start).line + 1}` : '';
    return fileName(fact.file) + line;
  };
}

/** A simulated layout as it is shown; one that has a result. */
export function sideOf(simulated: Simulated, placeOf: PlaceOf): PanelSide {
  const result = simulated.result!;
  return {
    title: result.scenario.model.name,
    subtitle: simulated.subtitle,
    sentence: simulated.sentence,
    chips: chips(result.scenario, simulated.provenance, placeOf),
    result,
    detail: simulated.detail!,
  };
}

/** A file's findings with the lines that they are on. */
export function findingsOf(state: FileState): PanelFinding[] {
  return state.findings.map(({ rule, severity, message, file, range }) => ({
    rule,
    severity,
    message,
    origin: `${fileName(file)}:${state.positions.position(range.start).line + 1}`,
  }));
}
