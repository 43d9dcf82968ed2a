import * as vscode from 'vscode';
import { changesText } from '../../plan/knobs';
import type { Change } from '../../plan/whatif';
import { fileName } from '../convert';
import type { FindJob } from '../find-job';
import { type FoundJob, isTarget, type JobTarget, jobName, targetOf } from '../job';
import type { Session } from '../session';
import { askChanges } from '../whatif';
import { keepVariant, removeVariant, renameVariant, saveVariant } from './actions';
import { type OfferedVariant, offeredVariants } from './offered';
import type { VariantStore } from './store';

/** The panel, as commands on variants need it. */
export interface VariantPanel {
  /** Shows a job with changes beside it, in the view where variants are compared. */
  show(job: JobTarget, changes: readonly Change[]): void;
  /** What the panel in front shows. */
  shown(): { readonly job: JobTarget; readonly changes: readonly Change[] } | null;
}

/** Commands that keep, open and compare variants of a job. */
export function registerVariants(
  session: Session,
  store: VariantStore,
  find: FindJob,
  panel: VariantPanel,
): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('moeScope.keepVariant', async () => {
      const shown = panel.shown();
      const isWhatIf = shown !== null && shown.changes.length > 0;
      const found = await find(isWhatIf ? shown.job : undefined);
      const changes = found && (isWhatIf ? shown.changes : await askChanges(session, found));
      if (!found || !changes || changes.length === 0) return;
      if ((await keepVariant(session, store, found, changes)) && !isWhatIf)
        panel.show(targetOf(found), changes);
    }),
    vscode.commands.registerCommand('moeScope.openVariant', async (given?: unknown) => {
      const found = await find(isTarget(given) ? given : undefined);
      const picked = found && (await pickVariant(session, store, found));
      if (found && picked) panel.show(targetOf(found), picked);
    }),
    vscode.commands.registerCommand('moeScope.compareVariants', async (given?: unknown) => {
      const found = await find(isTarget(given) ? given : undefined);
      if (!found) return;
      const shown = panel.shown();
      const isShown = shown?.job.file === found.state.uri.toString() && shown.job.id === found.job.job.id;
      panel.show(targetOf(found), isShown ? shown.changes : []);
    }),
  );
}

interface VariantItem extends vscode.QuickPickItem {
  readonly changes: readonly Change[];
  readonly variant: OfferedVariant | null;
}

/** What can be done with a variant in the list of them. */
interface VariantButton extends vscode.QuickInputButton {
  readonly run: (
    variant: OfferedVariant,
    found: FoundJob,
    store: VariantStore,
    session: Session,
  ) => Promise<void>;
}

const BUTTONS: readonly VariantButton[] = [
  {
    iconPath: new vscode.ThemeIcon('save-as'),
    tooltip: vscode.l10n.t('Save variant as a scenario file…'),
    run: (variant, found, _store, session) => saveVariant(session, found, variant),
  },
  {
    iconPath: new vscode.ThemeIcon('edit'),
    tooltip: vscode.l10n.t('Rename'),
    run: ({ name }, { job }, store) => renameVariant(store, job.job.id, name),
  },
  {
    iconPath: new vscode.ThemeIcon('trash'),
    tooltip: vscode.l10n.t('Remove'),
    run: ({ name }, { job }, store) => removeVariant(store, job.job.id, name),
  },
];

/** The changes of the variant that is picked; of the job as it is, none. */
async function pickVariant(
  session: Session,
  store: VariantStore,
  found: FoundJob,
): Promise<readonly Change[] | undefined> {
  const offered = offeredVariants(session, store, found);
  if (offered.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('No variant of {0} is kept. “MoE Scope: Keep Variant…” keeps one.', jobName(found)),
    );
    return undefined;
  }
  const pick = vscode.window.createQuickPick<VariantItem>();
  pick.title = vscode.l10n.t('Variants of {0}', jobName(found));
  pick.matchOnDescription = true;
  pick.items = itemsOf(offered);
  const picked = await new Promise<VariantItem | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidTriggerItemButton(({ item, button }) => {
      resolve(undefined);
      const chosen = BUTTONS.find((one) => one === button);
      if (item.variant) void chosen?.run(item.variant, found, store, session);
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  return picked?.changes;
}

function itemsOf(offered: readonly OfferedVariant[]): VariantItem[] {
  return [
    {
      label: vscode.l10n.t('Baseline'),
      description: vscode.l10n.t('the job as its files say'),
      changes: [],
      variant: null,
    },
    ...offered.map((variant) => ({
      label: variant.name,
      description: changesText(variant.changes),
      ...(variant.problem === null ? {} : { detail: variant.problem }),
      ...(variant.file === null ? {} : { detail: fileName(variant.file) }),
      changes: variant.changes,
      variant,
      buttons: variant.file === null ? BUTTONS : [],
    })),
  ];
}
