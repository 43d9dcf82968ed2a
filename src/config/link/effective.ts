import type { ReadDocument } from '../fact';
import { read, type SourceText } from '../read';
import { scriptCalls } from './calls';
import { chartTemplate } from './chart-values';
import { configCalls } from './config-calls';
import { StartedScript } from './started-script';
import { findSource, readOnce, type Workspace } from './workspace';

/** What a file says together with the scripts that it starts. */
export interface Effective {
  /** `null` when neither the file nor what it starts is a MoE config. */
  readonly document: ReadDocument | null;
  /** Files that were taken in. */
  readonly files: readonly string[];
  /** Paths that lead to no file at hand. */
  readonly missing: readonly string[];
}

/** Scripts that start scripts that start scripts. */
const MAX_DEPTH = 3;

/** A file as it is: one that no framework knows may start a script that one does, or name a config. */
export function effectiveDocument(source: SourceText, workspace: Workspace): Effective {
  const chart = chartTemplate(source, workspace);
  if (chart !== null) return { document: readOnce(chart.source), files: chart.files, missing: chart.missing };
  const document = readOnce(source);
  if (document === null) return started(source, workspace, 0);
  const own = { document, files: [], missing: [] };
  return document.partial === true ? withNamed(own, source, workspace) : own;
}

/** What is only a part of a job, with the config that its command names where that is at hand. */
function withNamed(
  own: Effective & { readonly document: ReadDocument },
  source: SourceText,
  workspace: Workspace,
): Effective {
  const { documents, files, missing } = configCalls(source, workspace);
  const same = documents.filter(({ framework }) => framework === own.document.framework);
  if (same.length === 0) return { ...own, missing };
  return { document: together(source.file, same), files, missing };
}

function started(source: SourceText, workspace: Workspace, depth: number): Effective {
  const files: string[] = [];
  const missing: string[] = [];
  const documents: ReadDocument[] = [];
  for (const call of scriptCalls(source)) {
    const inner = findSource(call.path, source.file, workspace);
    if (inner === undefined) {
      missing.push(call.path);
      continue;
    }
    const script = new StartedScript(source, inner, call);
    const own = read(script.source);
    const found: Effective =
      own === null && depth < MAX_DEPTH
        ? started(script.source, workspace, depth + 1)
        : { document: own, files: [], missing: [] };
    missing.push(...found.missing);
    files.push(inner.file, ...found.files);
    if (found.document !== null) documents.push(script.document(found.document));
  }
  const named = configCalls(source, workspace);
  missing.push(...named.missing);
  files.push(...named.files);
  documents.push(...named.documents);
  return { document: together(source.file, documents), files, missing };
}

/** Several started scripts of one framework are several commands of the one that starts them. */
function together(file: string, documents: readonly ReadDocument[]): ReadDocument | null {
  const [first] = documents;
  if (first === undefined || documents.length === 1) {
    return first === undefined ? null : { ...first, file, kind: 'launch' };
  }
  const same = documents.filter(({ framework }) => framework === first.framework);
  let next = 0;
  const numbered = same.map((document) => {
    const base = next;
    const own = document.facts.map((fact) => fact.command ?? 0);
    next += Math.max(0, ...own) + 1;
    const number = <T extends { readonly command?: number }>(item: T): T => ({
      ...item,
      command: base + (item.command ?? 0),
    });
    return { facts: document.facts.map(number), models: document.models.map(number) };
  });
  return {
    ...first,
    file,
    kind: 'launch',
    facts: numbered.flatMap(({ facts }) => facts),
    models: numbered.flatMap(({ models }) => models),
  };
}
