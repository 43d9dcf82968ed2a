import { useState } from 'preact/hooks';
import type { Chip } from '../../src/panel/protocol';
import { text } from '../strings';
import { vscode } from '../vscode';
import { ChipList } from './chip-list';

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
  const { chips, fileName } = props;
  const [all, showAll] = useState(false);
  const hidden = chips.filter((chip) => !chip.primary);
  const assumed = hidden.filter(isAssumed);
  const shown = all
    ? [...chips.filter((chip) => chip.primary), ...assumed, ...hidden.filter((chip) => !isAssumed(chip))]
    : chips.filter((chip) => chip.primary);
  const more = assumed.length > 0 ? t.moreAssumed(hidden.length, assumed.length) : t.more(hidden.length);
  return (
    <ChipList
      label={t.label}
      chips={shown}
      file={fileName}
      explain={(chip) => <Explanation {...props} chip={chip} />}
    >
      {hidden.length > 0 && (
        <button type="button" class="chip more" aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? t.fewer : more}
        </button>
      )}
    </ChipList>
  );
}

const isAssumed = ({ origin }: Chip) => origin === 'assumed';

const SCENARIO = /\.moe\.ya?ml$/i;

/** Why a value is what it is, and how to have another one. */
function Explanation({ chip, fileName, turnable, onTry }: Props & { readonly chip: Chip }) {
  const { name } = chip;
  return (
    <>
      <span>{t.explain(chip.label, chip.value, chip.detail)}</span>
      {turnable.has(name) && (
        <>
          <button type="button" class="link" onClick={() => onTry(name)}>
            {t.tryAnother}
          </button>
          <button type="button" class="link" onClick={() => vscode.postMessage({ type: 'pin', name })}>
            {SCENARIO.test(fileName) ? t.pinIn(fileName) : t.pin}
          </button>
        </>
      )}
    </>
  );
}
