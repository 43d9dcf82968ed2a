import { useState } from 'preact/hooks';
import type { Chip } from '../../src/panel/protocol';
import { text } from '../strings';
import { vscode } from '../vscode';

const t = text.chips;

interface Props {
  readonly chips: readonly Chip[];
  /** The file that the panel follows; a pin goes there if it is a scenario. */
  readonly fileName: string;
  /** Fields that a what-if can turn. */
  readonly turnable: ReadonlySet<string>;
  readonly onTry: (name: string) => void;
}

/**
 * The inputs that the numbers rest on, each with its origin. One that a line says opens that line; the others explain
 * themselves below, with ways to change them.
 */
export function Chips(props: Props) {
  const { chips } = props;
  const [all, showAll] = useState(false);
  const [explained, explain] = useState<string | null>(null);
  const hidden = chips.filter((chip) => !chip.primary);
  const assumed = hidden.filter(isAssumed);
  const shown = all
    ? [...chips.filter((chip) => chip.primary), ...assumed, ...hidden.filter((chip) => !isAssumed(chip))]
    : chips.filter((chip) => chip.primary);
  const detail = shown.find((chip) => chip.name === explained);
  const press = (chip: Chip) => {
    if (chip.opens) vscode.postMessage({ type: 'openOrigin', name: chip.name });
    explain(chip.opens || chip.name === explained ? null : chip.name);
  };
  const more = assumed.length > 0 ? t.moreAssumed(hidden.length, assumed.length) : t.more(hidden.length);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div class="chips" role="group" aria-label={t.label}>
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
              <span class="vh">{t.from} </span>
              {chip.origin}
            </span>
          </button>
        ))}
        {hidden.length > 0 && (
          <button type="button" class="chip more" aria-expanded={all} onClick={() => showAll(!all)}>
            {all ? t.fewer : more}
          </button>
        )}
      </div>
      <div aria-live="polite">{detail && <Explanation {...props} chip={detail} />}</div>
    </>
  );
}

const isAssumed = ({ origin }: Chip) => origin === 'assumed';

const SCENARIO = /\.moe\.ya?ml$/i;

/** Why a value is what it is, and how to have another one. */
function Explanation({ chip, fileName, turnable, onTry }: Props & { readonly chip: Chip }) {
  const { by } = chip;
  return (
    <p class="chip-detail">
      <span>{t.explain(chip.label, chip.value, chip.detail)}</span>
      {by !== null && turnable.has(by) && (
        <>
          <button type="button" class="link" onClick={() => onTry(by)}>
            {t.tryAnother}
          </button>
          <button type="button" class="link" onClick={() => vscode.postMessage({ type: 'pin', name: by })}>
            {SCENARIO.test(fileName) ? t.pinIn(fileName) : t.pin}
          </button>
        </>
      )}
    </p>
  );
}
