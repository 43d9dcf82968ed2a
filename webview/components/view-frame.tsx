import type { ComponentChildren, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { pictureToPng } from '../export/png';
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
  readonly controls?: ComponentChildren;
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

/** What every view has at the same spot: its finding, its toggles, Table and Copy. */
export function ViewFrame(props: Props) {
  const { heading, controls, table, picture, showTable, onShowTable } = props;
  const [said, say] = useState('');

  const copy = async (format: CopyFormat) => {
    if (format === 'png') {
      if (!picture.current) return;
      say(text.tools.saving);
      const base64 = await pictureToPng(picture.current, heading);
      vscode.postMessage({ type: 'saveFile', fileName: `${props.fileName}-${props.view.id}.png`, base64 });
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
        <h2>{heading}</h2>
        <div class="tools">
          {controls}
          <button type="button" class="btn" aria-pressed={showTable} onClick={() => onShowTable(!showTable)}>
            {text.tools.table}
          </button>
          <CopyMenu
            formats={showTable ? ['csv', 'json'] : ['csv', 'json', 'png']}
            onCopy={(f) => void copy(f)}
          />
        </div>
      </div>
      {showTable ? <DataTable table={table()} /> : props.children}
      <div class="vh" role="status">
        {said}
      </div>
    </>
  );
}
