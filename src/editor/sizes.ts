import * as vscode from 'vscode';
import { fitWords } from '../plan/fit';
import { field } from '../scenario/fields';
import { Cancelled, type EngineClient } from '../worker/client';
import type { SizeFigures, SizeOption, SizeProposals } from '../worker/sizes';
import { signalOf } from './cancel';
import { Positions } from './convert';
import { capital, count, time } from './format';
import { selector } from './selector';
import type { Session } from './session';
import { ruleChoices, scenarioSettings } from './settings';

const GIB = 2 ** 30;

/** Where a size may be typed: behind `--flag `, `NAME=`, `key: `, a quote, or the `:-` of `${EP:-8}`. */
const BEFORE_VALUE = /[\w"'-][ \t]*(?:[=:]-?|[ \t])[ \t]*["']?\d*$/;

/** Completes parallel sizes with the values that are legal in this very job, and what each would make of it. */
export function registerSizeCompletion(session: Session, engine: EngineClient): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    selector,
    {
      async provideCompletionItems(document, position, token, { triggerKind }) {
        const line = document.lineAt(position).text.slice(0, position.character);
        // Cheap, and true for few keystrokes; a file that nothing is known of is none of ours.
        if (!BEFORE_VALUE.test(line) || !session.state(document.uri)) return undefined;
        const { uri } = document;
        const text = document.getText();
        const trial = { file: uri.toString(), text, settings: scenarioSettings(uri), ...ruleChoices(uri) };
        const args = { ...trial, offset: document.offsetAt(position) };
        const found = await engine.call('sizes', args, signalOf(token)).catch(orNothing);
        if (!found) return undefined;
        const range = new Positions(text).range(found.range);
        const items = found.options.map((option) => toItem(option, found, range));
        // Asked for at a number: all of them are meant, not those that begin with it.
        const isAsked = triggerKind === vscode.CompletionTriggerKind.Invoke && !range.isEmpty;
        if (isAsked) for (const item of items) item.filterText = document.getText(range);
        return items;
      },
    },
    ' ',
    '=',
    '-',
  );
}

function orNothing(error: unknown): null {
  if (error instanceof Cancelled) return null;
  throw error;
}

function toItem(
  option: SizeOption,
  { name, options }: SizeProposals,
  range: vscode.Range,
): vscode.CompletionItem {
  const label = {
    label: String(option.value),
    description: option.figures ? figuresText(option.figures) : '',
  };
  const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Value);
  item.range = range;
  item.sortText = String(options.indexOf(option)).padStart(3, '0');
  item.detail = `${field(name)?.label ?? name} ${option.value}`;
  item.documentation = new vscode.MarkdownString(documentation(option));
  return item;
}

/** `4 experts/rank, 3.5 remote nodes, fits` */
function figuresText(figures: SizeFigures): string {
  const { expertsPerRank, domains, outermost, remoteNodes } = figures;
  const { fewest, most } = expertsPerRank;
  const experts = `${fewest === most ? count(most, 'expert') : `${fewest} or ${most} experts`}/rank`;
  const remote = domains > 1 ? [`${remoteNodes.toFixed(1)} remote ${outermost}s`] : [];
  return [experts, ...remote, fitWords(figures)].join(', ');
}

function fitText(figures: SizeFigures): string {
  const words = capital(fitWords(figures));
  return figures.usedBytes <= figures.capacityBytes ? words : `**${words}**`;
}

function documentation({ needs, figures }: SizeOption): string {
  const memory = (bytes: number) => (bytes / GIB).toFixed(1);
  const rows = figures
    ? [
        `${fitText(figures)}: ${memory(figures.usedBytes)} of ${memory(figures.capacityBytes)} GiB on the fullest rank.`,
        `${count(figures.gpus, 'GPU')}, EP group on ${count(figures.nodes, 'node')}.`,
        figures.layerMicroseconds > 0
          ? `Dispatch and combine: ${time(figures.layerMicroseconds)} per MoE layer.`
          : 'Nothing is dispatched.',
      ]
    : ['The job does not say enough to be simulated.'];
  return [...needs.map((title) => `Needs: ${title}.`), ...rows].join('\n\n');
}
