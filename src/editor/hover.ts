import * as vscode from 'vscode';
import type { Fact } from '../config/fact';
import { isParallelSize } from '../plan/sizes';
import { field } from '../scenario/fields';
import { rangeText } from '../scenario/scenario-keys';
import { summaryMarkdown } from './artefacts/words';
import { code, plain } from './markdown';
import { meaning } from './meaning';
import { keyHover } from './scenario-file/hover';
import { selector } from './selector';
import type { FileState, Session } from './session';

/** Hovers on the keys and values of a config: what each means in this job. */
export function registerHovers(session: Session): vscode.Disposable {
  return vscode.languages.registerHoverProvider(selector, {
    async provideHover(document, position) {
      const state = session.current(document);
      if (!state) return undefined;
      const offset = document.offsetAt(position);
      const file = artefactAt(state, offset);
      if (file?.summary)
        return new vscode.Hover(
          new vscode.MarkdownString(summaryMarkdown(file.summary)),
          state.positions.range(file.range),
        );
      const fact = factAt(state, offset);
      const key = state.analysis.document && keyHover(state.analysis.document, offset);
      if (!fact)
        return key && new vscode.Hover(new vscode.MarkdownString(key.text), state.positions.range(key.range));
      const job = jobOf(state, fact);
      const said = meaning(fact, job, job && state.simulated.get(job.job.id));
      if (!said) return undefined;
      const text = [said, ...(await about(fact, state.text))].join('\n\n');
      const from = Math.min(fact.keyRange.start, fact.range.start);
      const sameLine = state.positions.position(from).line === state.positions.position(fact.range.end).line;
      const start = sameLine && offset >= from ? from : fact.range.start;
      return new vscode.Hover(
        new vscode.MarkdownString(text),
        state.positions.range({ start, end: fact.range.end }),
      );
    },
  });
}

/** The file of numbers whose path lies under the offset. */
function artefactAt({ uri, analysis }: FileState, offset: number) {
  return analysis.artefacts.find(
    ({ from, range }) => from === uri.toString() && range.start <= offset && offset <= range.end,
  );
}

/** What the field may hold and in which unit, and what is taken where nothing is written. */
async function about(fact: Fact, text: string): Promise<string[]> {
  const known = field(fact.name);
  const legal = isParallelSize(fact.name) ? '; the sizes that are legal in this job are completed' : '';
  const lines = known ? [`${code(fact.name)}: ${rangeText(known)}${legal}.`] : [];
  if (fact.pin) return lines;
  // Loaded with the first use: the readers come along, and activation must not wait for them.
  const { defaultOf } = await import('./default-of');
  const found = defaultOf(fact, text);
  return found && found.value !== null
    ? [...lines, `Where it is not set: ${plain(String(found.value))} (${plain(found.origin)}).`]
    : lines;
}

/** The written fact whose key or value lies under the offset. */
function factAt(state: FileState, offset: number): Fact | undefined {
  const covers = ({ start, end }: { start: number; end: number }) => start <= offset && offset <= end;
  const written =
    state.analysis.document?.facts.filter(({ state: how }) => how !== 'default' && how !== 'derived') ?? [];
  return (
    written.find((fact) => covers(fact.range) || covers(fact.keyRange)) ??
    written.find((fact) => fact.via?.some(({ range, file }) => file === undefined && covers(range)))
  );
}

/** The job that the fact belongs to: of its command, when the file holds several. */
function jobOf(state: FileState, fact: Fact | undefined) {
  const { jobs } = state.analysis;
  const isOf = ({ job }: FileState['analysis']['jobs'][number]) =>
    (fact?.command === undefined || job.command === fact.command) &&
    (fact?.role === undefined || job.role === null || job.role === fact.role);
  return jobs.find(isOf) ?? jobs[0];
}
