import type { ComponentChildren, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { pictureToPng } from '../export/png';
import { pictureToSvg } from '../export/svg';
import { type Table, toCsv, toJson } from '../export/table';
import { text } from '../strings';
import type { View } from '../views/view';
import { vscode } from '../vscode';
import { type CopyFormat, CopyMenu } from './copy-menu';
import { DataTable } from './data-table';

interface Props {
  readonly view: View;
  /** The finding that the picture proves. */
  readonly heading: string;
  /** The heading counts up work that is under way. */
  readonly isWorking?: boolean;
  readonly controls?: ComponentChildren;
  /** What stands above picture and table alike: what one asks with. */
  readonly lead?: ComponentChildren;
  /** The table that replaces the picture. */
  readonly table: () => Table;
  /** What CSV and JSON hold while the picture is shown, where that is more than the table. */
  readonly pictureTable?: () => Table;
  readonly picture: RefObject<HTMLElement | null>;
  /** Name of a saved picture, without ending. */
  readonly fileName: string;
  readonly showTable: boolean;
  readonly onShowTable: (shown: boolean) => void;
  readonly children: ComponentChildren;
}

/** UTF-8 bytes as base64. */
function base64Of(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** What every view has at the same spot: its finding, its toggles, Table and Copy. */
export function ViewFrame(props: Props) {
  const { heading, isWorking = false, controls, lead, table, picture, showTable, onShowTable } = props;
  const [said, say] = useState('');

  const copy = async (format: CopyFormat) => {
    if (format === 'report') {
      vscode.postMessage({ type: 'exportReport' });
      return;
    }
    if (format === 'png' || format === 'svg') {
      if (!picture.current) return;
      say(text.tools.saving);
      const base64 =
        format === 'png'
          ? await pictureToPng(picture.current, heading)
          : base64Of(pictureToSvg(picture.current, heading));
      const fileName = `${props.fileName}-${props.view.id}.${format}`;
      vscode.postMessage({ type: 'saveFile', fileName, base64 });
      return;
    }
    const data = showTable ? table() : (props.pictureTable ?? table)();
    const what = `${props.view.title}, ${text.tools.formats[format]}`;
    vscode.postMessage({ type: 'copyText', text: format === 'csv' ? toCsv(data) : toJson(data), what });
    say(text.tools.copied(what));
  };

  return (
    <>
      <div class="view-head">
        {/* Told when it changes; the progress of a search is a bar of its own. */}
        <h2 aria-live={isWorking ? 'off' : 'polite'}>{heading}</h2>
        <div class="tools">
          {controls}
          <span class="frame-tools">
            <button
              type="button"
              class="btn"
              aria-pressed={showTable}
              onClick={() => onShowTable(!showTable)}
            >
              {text.tools.table}
            </button>
            <CopyMenu
              formats={showTable ? ['csv', 'json', 'report'] : ['csv', 'json', 'png', 'svg', 'report']}
              onCopy={(f) => void copy(f)}
            />
          </span>
        </div>
      </div>
      {lead}
      {showTable ? <DataTable table={table()} /> : props.children}
      <div class="vh" role="status">
        {said}
      </div>
    </>
  );
}
