import type { Chip, PanelRefusal } from '../../src/panel/protocol';
import { text } from '../strings';
import { ChipList } from './chip-list';

/** Why a job cannot be simulated: each reason, and under it the fields at fault, which open their lines. */
export function Refusals({ refusals }: { readonly refusals: readonly PanelRefusal[] }) {
  return (
    <ul class="refusals">
      {refusals.map(({ reason, message, chips }) => (
        <li key={`${reason} ${message}`}>
          <p>{message}</p>
          <FaultChips chips={chips} />
        </li>
      ))}
    </ul>
  );
}

/** The fields at fault of some refusals, each once. */
export function Faults({ refusals }: { readonly refusals: readonly PanelRefusal[] }) {
  const chips = new Map(refusals.flatMap((one) => one.chips.map((chip) => [chip.name, chip])));
  return <FaultChips chips={[...chips.values()]} />;
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
