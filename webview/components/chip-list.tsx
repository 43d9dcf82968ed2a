import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Chip } from '../../src/panel/protocol';
import { text } from '../strings';
import { vscode } from '../vscode';

interface Props {
  readonly label: string;
  readonly chips: readonly Chip[];
  /** The file that need not be named beside each of its lines. */
  readonly file?: string | undefined;
  /** What stands below about a chip that no line says. */
  readonly explain: (chip: Chip) => ComponentChildren;
  /** What follows the chips in their row. */
  readonly children?: ComponentChildren;
}

/** A row of chips: one that a line says opens that line, the others explain themselves below. */
export function ChipList({ label, chips, file, explain, children }: Props) {
  const [explained, setExplained] = useState<string | null>(null);
  const detail = chips.find((chip) => chip.name === explained && !chip.opens);
  const press = (chip: Chip) => {
    if (chip.opens) vscode.postMessage({ type: 'openOrigin', name: chip.name });
    setExplained(chip.opens || chip.name === explained ? null : chip.name);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div class="chips" role="group" aria-label={label}>
        {chips.map((chip) => (
          <button
            key={chip.name}
            type="button"
            class={`chip${chip.written ? '' : ' soft'}${chip.opens ? ' opens' : ''}`}
            data-name={chip.name}
            title={chip.detail}
            aria-expanded={chip.opens ? undefined : chip.name === explained}
            onClick={() => press(chip)}
          >
            <span class="label">{chip.label}</span>
            <span class="value">{chip.value}</span>
            <OriginOf chip={chip} file={file} />
          </button>
        ))}
        {children}
      </div>
      <div aria-live="polite">{detail && <p class="chip-detail">{explain(detail)}</p>}</div>
    </>
  );
}

/** Where a value comes from: of a file that need not be named the line alone, which is said with its name. */
function OriginOf({ chip: { origin }, file }: { readonly chip: Chip } & Pick<Props, 'file'>) {
  const { from } = text.chips;
  if (file === undefined || !origin.startsWith(`${file}:`)) {
    return (
      <span class="origin">
        <span class="vh">{from} </span>
        {origin}
      </span>
    );
  }
  return (
    <span class="origin">
      <span class="vh">
        {from} {origin}
      </span>
      <span aria-hidden="true">{origin.slice(file.length)}</span>
    </span>
  );
}
