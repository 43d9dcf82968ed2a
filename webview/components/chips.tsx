import { useState } from 'preact/hooks';
import type { Chip } from '../../src/panel/protocol';
import { text } from '../strings';
import { vscode } from '../vscode';

/**
 * The inputs that the numbers rest on, each with its origin. One that a line says opens that line;
 * the others explain themselves below.
 */
export function Chips({ chips }: { readonly chips: readonly Chip[] }) {
  const [all, showAll] = useState(false);
  const [explained, explain] = useState<string | null>(null);
  const hidden = chips.filter((chip) => !chip.primary).length;
  const shown = all ? chips : chips.filter((chip) => chip.primary);
  const detail = shown.find((chip) => chip.name === explained);
  const press = (chip: Chip) => {
    if (chip.opens) vscode.postMessage({ type: 'openOrigin', name: chip.name });
    explain(chip.opens || chip.name === explained ? null : chip.name);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div class="chips" role="group" aria-label={text.chips.label}>
        {shown.map((chip) => (
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
            <span class="origin">
              <span class="vh">{text.chips.from} </span>
              {chip.origin}
            </span>
          </button>
        ))}
        {hidden > 0 && (
          <button type="button" class="chip more" aria-expanded={all} onClick={() => showAll(!all)}>
            {all ? text.chips.fewer : text.chips.more(hidden)}
          </button>
        )}
      </div>
      <div aria-live="polite">
        {detail && (
          <p class="chip-detail">
            {detail.label} {detail.value}: {detail.detail}
          </p>
        )}
      </div>
    </>
  );
}
