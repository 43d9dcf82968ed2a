import * as vscode from 'vscode';
import { changeText, type Knob, knobGroupNames } from '../plan/knobs';
import { type Change, parseTyped } from '../plan/whatif';
import { FieldError, parseField } from '../scenario/fields/parse';
import type { FoundJob } from './job';
import type { Session } from './session';

const TITLE = vscode.l10n.t('What if…');
const MORE: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('add'),
  tooltip: vscode.l10n.t('Take it, and change another field too'),
};

/** Asks for fields and their new values, for that of `asked` first. `undefined` when the user leaves, or when there is nothing to change. */
export async function askChanges(
  session: Session,
  { state, job }: FoundJob,
  asked?: string,
): Promise<readonly Change[] | undefined> {
  if (!job.scenario) {
    const messages = job.refusals.map(({ message }) => message).join(' ');
    await vscode.window.showWarningMessage(vscode.l10n.t('This job cannot be simulated yet. {0}', messages));
    return undefined;
  }
  const all = await session.jobs.knobs(state.uri, job.job.id);
  let changes: readonly Change[] = [];
  let first = all.find(({ name }) => name === asked);
  for (;;) {
    const picked = first ? { knob: first } : await pickKnob(all, changes);
    first = undefined;
    if (!picked) return undefined;
    if ('changes' in picked) return picked.changes;
    const knob = (await session.jobs.knob(state.uri, job.job.id, picked.knob.name)) ?? picked.knob;
    const value = await pickValue(knob);
    if (!value) return undefined;
    changes = [...changes.filter(({ name }) => name !== knob.name), ...value.changes];
    if (!value.more) return changes;
  }
}

interface KnobItem extends vscode.QuickPickItem {
  readonly means?: { readonly knob: Knob } | { readonly changes: readonly Change[] };
}

type PickedKnob = NonNullable<KnobItem['means']>;

/** The knobs in their groups, the first ones first; what is typed as `ep=32 tp=2` is taken as it is. */
function pickKnob(all: readonly Knob[], changes: readonly Change[]): Promise<PickedKnob | undefined> {
  const pick = vscode.window.createQuickPick<KnobItem>();
  const listed = [...takenItems(changes), ...knobItems(all)];
  pick.title = TITLE;
  pick.placeholder = vscode.l10n.t('What would you change? Or several at once: ep=32 tp=2');
  pick.matchOnDescription = true;
  pick.items = listed;
  return new Promise((resolve) => {
    pick.onDidChangeValue((text) => {
      const typed = typedItem(text);
      pick.items = typed ? [typed] : listed;
    });
    pick.onDidAccept(() => {
      const picked = pick.selectedItems[0]?.means;
      if (!picked) return;
      resolve(picked);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function takenItems(changes: readonly Change[]): KnobItem[] {
  return changes.length === 0
    ? []
    : [{ label: vscode.l10n.t('Compare {0}', changes.map(changeText).join(', ')), means: { changes } }];
}

function knobItems(all: readonly Knob[]): KnobItem[] {
  const item = (knob: Knob): KnobItem => ({
    label: knob.label,
    description: vscode.l10n.t('now {0}', currentLabel(knob)),
    means: { knob },
  });
  const others = all.filter(({ primary }) => !primary);
  const groups = [...new Set(others.map(({ group }) => group))];
  return [
    ...all.filter(({ primary }) => primary).map(item),
    ...groups.flatMap((group) => [
      { label: knobGroupNames[group], kind: vscode.QuickPickItemKind.Separator },
      ...others.filter((knob) => knob.group === group).map(item),
    ]),
  ];
}

/** What is typed as changes: to take, or with what is wrong about it. */
function typedItem(text: string): KnobItem | undefined {
  if (!text.includes('=')) return undefined;
  try {
    const changes = parseTyped(text);
    if (!changes) return undefined;
    return {
      label: vscode.l10n.t('Compare {0}', changes.map(changeText).join(', ')),
      alwaysShow: true,
      means: { changes },
    };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return { label: error.message, alwaysShow: true };
  }
}

interface PickedValue {
  readonly changes: readonly Change[];
  readonly more: boolean;
}

async function pickValue(knob: Knob): Promise<PickedValue | undefined> {
  const other = vscode.l10n.t('Another value…');
  const options = knob.options.filter(({ value }) => value !== knob.value);
  const items = [
    ...options.map((option) => ({ label: option.label, option, buttons: [MORE] })),
    ...(knob.typed || options.length === 0 ? [{ label: other, option: null }] : []),
  ];
  const pick = vscode.window.createQuickPick<(typeof items)[number]>();
  pick.title = vscode.l10n.t('What if {0} were…', knob.label);
  pick.placeholder = vscode.l10n.t('now {0}', currentLabel(knob));
  pick.items = items;
  const picked = await new Promise<{ item: (typeof items)[number]; more: boolean } | undefined>((resolve) => {
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      resolve(item && { item, more: false });
    });
    pick.onDidTriggerItemButton(({ item }) => resolve({ item, more: true }));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  if (!picked) return undefined;
  const { option } = picked.item;
  const text = option ? option.value : await askValue(knob);
  if (text === undefined) return undefined;
  const change = { name: knob.name, value: parseField(knob.name, text) };
  return { changes: [change, ...(option?.also ?? [])], more: picked.more };
}

function askValue(knob: Knob): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('What if {0} were…', knob.label),
    value: knob.value,
    validateInput: (text) => {
      try {
        parseField(knob.name, text);
        return undefined;
      } catch (error) {
        return error instanceof FieldError ? error.message : String(error);
      }
    },
  });
}

function currentLabel(knob: Knob): string {
  return knob.options.find(({ value }) => value === knob.value)?.label ?? knob.value;
}
