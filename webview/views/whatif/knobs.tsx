import type { Knob } from '../../../src/panel/protocol';
import { Select } from '../../components/select';
import { labelOf } from '../../model/whatif';
import { text as t } from './strings';

interface KnobProps {
  readonly knob: Knob;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** One knob; a changed one says what it was. */
export function KnobSelect({ knob, value, onValue }: KnobProps) {
  const changed = value !== knob.value;
  const id = `knob-${knob.name}`;
  return (
    <div class={changed ? 'knob changed' : 'knob'}>
      <span class="knob-label">
        <label for={id}>{knob.label}</label>
        {changed && <span class="was">{t.was(labelOf(knob, knob.value))}</span>}
      </span>
      <Select id={id} value={value} options={knob.options} onChange={onValue} />
    </div>
  );
}
