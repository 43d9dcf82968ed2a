import type { Chip, PanelRefusal } from '../../src/panel/protocol';
import { text } from '../strings';
import { vscode } from '../vscode';
import { ChipList } from './chip-list';

/** Why a job cannot be simulated: each reason, and under it the fields at fault, which open their lines. */
export function Refusals({ refusals }: { readonly refusals: readonly PanelRefusal[] }) {
  return (
    <>
      <ul class="refusals">
        {refusals.map(({ reason, message, chips }) => (
          <li key={`${reason} ${message}`}>
            <p>
              <Prose text={message} />
            </p>
            <FaultChips chips={chips} />
          </li>
        ))}
      </ul>
      <Answers refusals={refusals} />
    </>
  );
}

/** A sentence in which backquotes set off what is written in files. */
function Prose({ text: sentence }: { readonly text: string }) {
  return (
    <>
      {sentence.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
    </>
  );
}

/** A button for each way to answer some of the refusals. */
function Answers({ refusals }: { readonly refusals: readonly PanelRefusal[] }) {
  const answers = new Map(refusals.flatMap(({ reason, answer }) => (answer ? [[answer, reason]] : [])));
  if (answers.size === 0) return null;
  return (
    <div class="actions">
      {[...answers].map(([answer, reason]) => (
        <button
          key={reason}
          type="button"
          class="btn primary"
          onClick={() => vscode.postMessage({ type: 'answer', reason })}
        >
          {answer}
        </button>
      ))}
    </div>
  );
}

/** The fields at fault of some refusals, each once. */
export function Faults({ refusals }: { readonly refusals: readonly PanelRefusal[] }) {
  const chips = new Map(refusals.flatMap((one) => one.chips.map((chip) => [chip.name, chip])));
  return (
    <div class="faults">
      <FaultChips chips={[...chips.values()]} />
    </div>
  );
}

function FaultChips({ chips }: { readonly chips: readonly Chip[] }) {
  const { from, explain } = text.chips;
  return (
    <ChipList
      label={text.faults}
      chips={chips}
      explain={({ label, value, origin, detail }) => explain(label, value || `${from} ${origin}`, detail)}
    />
  );
}
