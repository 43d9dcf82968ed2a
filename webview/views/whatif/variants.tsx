import type { PanelVariant, PanelVariants, VariantAction } from '../../../src/panel/protocol';
import type { Change } from '../../../src/plan/whatif';
import { toCsv } from '../../export/table';
import { fitText } from '../../model/fit-text';
import { sameChanges } from '../../model/whatif';
import { vscode } from '../../vscode';
import { type Cell, columnsOf, comparedTable, linkText, nameOf, type Row, rowsOf } from './compared';
import { text } from './strings';

const t = text.variants;

interface Props {
  readonly compared: PanelVariants;
  /** The what-if on show. */
  readonly changes: readonly Change[];
  readonly accelerator: string;
  readonly onShow: (changes: readonly Change[]) => void;
}

/** The variants of the job that somebody keeps, beside the job as it is. */
export function VariantTable({ compared, changes, accelerator, onShow }: Props) {
  const columns = columnsOf(compared);
  if (compared.variants.length === 0) {
    return (
      <section class="explore" aria-labelledby="variants-title">
        <h3 id="variants-title">{t.title}</h3>
        <p class="quiet">{t.none}</p>
      </section>
    );
  }
  const copy = () =>
    vscode.postMessage({
      type: 'copyText',
      text: toCsv(comparedTable(compared, accelerator)),
      what: t.title,
    });
  return (
    <section class="explore" aria-labelledby="variants-title">
      <h3 id="variants-title">{t.title}</h3>
      <p class="quiet">{t.about}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section here would add a landmark */}
      <div class="scroll" tabIndex={0} role="region" aria-label={t.table}>
        <table class="variants stacks">
          <caption class="vh">{t.table}</caption>
          <thead>
            <tr>
              <th scope="col">{t.columns.variant}</th>
              {columns.map(({ title }) => (
                <th key={title} scope="col" class="r">
                  {title}
                </th>
              ))}
              <th scope="col">{t.columns.fits}</th>
              <th scope="col">{t.columns.link}</th>
              <th scope="col" class="wide">
                <span class="vh">{t.columns.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(compared).map((row) => (
              <Line
                key={`${row.variant?.file?.uri ?? ''} ${nameOf(row.variant)}`}
                row={row}
                accelerator={accelerator}
                titles={columns.map(({ title }) => title)}
                isShown={sameChanges(row.variant?.changes ?? [], changes)}
                onShow={onShow}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div class="actions">
        <button type="button" class="btn" onClick={copy}>
          {t.copy}
        </button>
      </div>
    </section>
  );
}

interface LineProps extends Pick<Props, 'accelerator' | 'onShow'> {
  readonly row: Row;
  readonly titles: readonly string[];
  readonly isShown: boolean;
}

function Line({ row: { variant, figures, cells }, accelerator, titles, isShown, onShow }: LineProps) {
  const name = nameOf(variant);
  const changes = variant?.changes ?? [];
  return (
    <tr aria-current={isShown}>
      <th scope="row">
        {isShown ? (
          <strong>{name}</strong>
        ) : (
          <button type="button" class="link" onClick={() => onShow(changes)}>
            {name}
          </button>
        )}
        {isShown && <span class="quiet">, {t.shown}</span>}
        {variant && variant.changed !== name && <div class="quiet">{variant.changed}</div>}
        {variant?.file && <div class="quiet">{variant.file.name}</div>}
        {variant?.isBaseline && <div class="quiet">{t.isBaseline}</div>}
        {figures && variant?.reasons.map((reason) => <div key={reason}>{reason}</div>)}
        {variant && (
          <div class="narrow">
            <Actions variant={variant} name={name} />
          </div>
        )}
      </th>
      {figures ? (
        <>
          {cells.map((cell, i) => (
            <Figure key={i} cell={cell} title={titles[i]!} />
          ))}
          <td class="fit" data-column={t.columns.fits}>
            {figures.fits ? fitText(figures) : <strong>{fitText(figures)}</strong>}
          </td>
          <td class="words" data-column={t.columns.link}>
            {linkText(figures, accelerator)}
          </td>
        </>
      ) : (
        <td colSpan={titles.length + 2} class="reason words">
          {variant?.reasons.join(' ')}
        </td>
      )}
      <td class="r wide">{variant && <Actions variant={variant} name={name} />}</td>
    </tr>
  );
}

interface FigureProps {
  readonly cell: Cell;
  readonly title: string;
}

function Figure({ cell: { value, change, verdict, isBest }, title }: FigureProps) {
  return (
    <td class="r" data-column={title}>
      {isBest ? (
        <strong class="best">
          {value}
          <span class="vh">, {t.best}</span>
        </strong>
      ) : (
        value
      )}
      {change !== null && (
        <div class={`delta-sign ${verdict}`}>
          {change}
          {verdict !== 'neither' && <span class="vh">, {text[verdict]}</span>}
        </div>
      )}
    </td>
  );
}

/** What can be done with a variant, by who has it. */
function Actions({ variant, name }: { readonly variant: PanelVariant; readonly name: string }) {
  if (variant.name === null) {
    return (
      <button type="button" class="btn" onClick={() => vscode.postMessage({ type: 'keepVariant' })}>
        {t.keep}
      </button>
    );
  }
  const { file } = variant;
  if (file) {
    return (
      <button
        type="button"
        class="link"
        aria-label={t.actionOn(t.open, name)}
        onClick={() => vscode.postMessage({ type: 'openVariant', file: file.uri })}
      >
        {t.open}
      </button>
    );
  }
  const act = (action: VariantAction) => (
    <button
      key={action}
      type="button"
      class="link"
      aria-label={t.actionOn(t.actions[action], name)}
      onClick={() => vscode.postMessage({ type: 'changeVariant', name, action })}
    >
      {t.actions[action]}
    </button>
  );
  return <span class="row-actions">{(['save', 'rename', 'remove'] as const).map(act)}</span>;
}
