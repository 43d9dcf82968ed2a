import type { Knob } from '../../../src/panel/protocol';
import { Chevron } from '../../components/chevron';
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
      <span class="select">
        <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {knob.options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ))}
        </select>
        <Chevron />
      </span>
    </div>
  );
}
