import * as vscode from 'vscode';
import { ARTEFACT_NAMES } from '../../config/link/artefacts';
import { isScenarioName, type ScenarioFile, scenarioEntry } from '../../config/scenario-file';
import { configText } from '../documents';
import { modelFiles } from '../model-files';
import { type Cursor, cursorIn } from './cursor';
import type { Around, Proposal } from './proposals';

/** Scenario files; their language comes with VS Code, with or without a YAML extension. */
const scenarioSelector: vscode.DocumentSelector = { language: 'yaml', pattern: '**/*.moe.{yaml,yml}' };

/** Completes keys and values from the schema, so that ours would stand there twice. */
const YAML_EXTENSION = 'redhat.vscode-yaml';
/** What the schema cannot know. */
const OURS_ALONE: ReadonlySet<Proposal['kind']> = new Set([
  'variable',
  'file',
  'folder',
  'skeleton',
  'model',
]);

const itemKinds: Readonly<Record<Proposal['kind'], vscode.CompletionItemKind>> = {
  section: vscode.CompletionItemKind.Module,
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  model: vscode.CompletionItemKind.Value,
  variable: vscode.CompletionItemKind.Variable,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
  skeleton: vscode.CompletionItemKind.Snippet,
};

/** Keys and values of scenario files as they are typed. */
export function registerScenarioCompletion(): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    scenarioSelector,
    {
      async provideCompletionItems(document, position) {
        const before = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
        const cursor = cursorIn(before);
        if (!cursor) return [];
        // Loaded with the first use: the readers come along, and activation must not wait for them.
        const { proposals } = await import('./proposals');
        const found = proposals(cursor, await surroundings(document, cursor));
        const hasYaml = vscode.extensions.getExtension(YAML_EXTENSION) !== undefined;
        const range = new vscode.Range(document.positionAt(cursor.start), position);
        return found
          .filter(({ kind }) => !hasYaml || OURS_ALONE.has(kind))
          .map((proposal) => toItem(proposal, range));
      },
    },
    ' ',
    '/',
    '{',
  );
}

function toItem(
  { label, kind, detail, documentation, snippet, rank, goesOn }: Proposal,
  range: vscode.Range,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem({ label, description: detail }, itemKinds[kind]);
  item.documentation = new vscode.MarkdownString(documentation);
  item.insertText = new vscode.SnippetString(snippet);
  // What is inserted has its own indentation.
  item.keepWhitespace = true;
  item.range = range;
  item.filterText = label;
  item.sortText = String(rank + 10_000).padStart(6, '0');
  if (goesOn)
    item.command = { command: 'editor.action.triggerSuggest', title: vscode.l10n.t('Complete further') };
  return item;
}

async function surroundings(document: vscode.TextDocument, cursor: Cursor): Promise<Around> {
  const { read } = await import('../../config/read');
  const scenario = read({ file: document.uri.path, text: document.getText() })?.scenario ?? { entries: [] };
  const path = [...cursor.sections, cursor.key ?? ''].join('.');
  const names = FILES_BY_KEY[path];
  return {
    entries: scenario.entries,
    files: names ? await filesAt(document.uri, document.getText(lineUpTo(document, cursor)), names) : [],
    ...(await inputsOf(document.uri, scenario)),
  };
}

/** The whole path that stands before the cursor, of which only the last part is replaced. */
function lineUpTo(document: vscode.TextDocument, { start, typed }: Cursor): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(start + typed.length));
}

type Inputs = Pick<Around, 'commands' | 'roles' | 'variables'>;
const NOTHING: Inputs = { commands: [], roles: [], variables: [] };

async function inputsOf(uri: vscode.Uri, scenario: ScenarioFile): Promise<Inputs> {
  const named = scenarioEntry(scenario, 'job');
  const [file] = named ? modelFiles(uri, [named.text]) : [];
  const text = file && (await configText(file));
  if (!file || text === undefined) return NOTHING;
  const [{ read }, { jobInputs }] = await Promise.all([import('../../config/read'), import('./job-inputs')]);
  const document = read({ file: file.path, text });
  return document ? jobInputs(document, text) : NOTHING;
}

const JOB_FILE = /\.(sh|bash|slurm|sbatch|ya?ml|toml|json|conf)$/i;
const ARTEFACT_FILE = /\.(json|jsonl|csv|tsv|ya?ml)$/i;

/** Keys that take the path of a file, with the names that such a file may have. */
const FILES_BY_KEY: Readonly<Record<string, RegExp>> = {
  job: JOB_FILE,
  model: JOB_FILE,
  'model.config': JOB_FILE,
  ...Object.fromEntries(ARTEFACT_NAMES.map((name) => [name, ARTEFACT_FILE])),
};

/** Paths that begin with what is typed: what lies in its folder, folders with a slash behind them. */
async function filesAt(scenario: vscode.Uri, typed: string, names: RegExp): Promise<string[]> {
  if (scenario.scheme === 'untitled') return [];
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const [uri] = modelFiles(scenario, [folder === '' ? '.' : folder]);
  if (!uri) return [];
  try {
    const entries = await vscode.workspace.fs.readDirectory(uri);
    return entries.flatMap(([name, type]) => {
      if (name.startsWith('.')) return [];
      if (type & vscode.FileType.Directory) return `${folder}${name}/`;
      return names.test(name) && !isScenarioName(name) ? `${folder}${name}` : [];
    });
  } catch {
    return [];
  }
}
