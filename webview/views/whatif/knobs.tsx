import { useEffect, useRef, useState } from 'preact/hooks';
import type { Knob } from '../../../src/panel/protocol';
import { Select } from '../../components/select';
import { count } from '../../format';
import { labelOf } from '../../model/whatif';
import { text as t } from './strings';

interface KnobProps {
  readonly knob: Knob;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** Stands for the wish to type a value. */
const OTHER = ' ';

/** One knob: a list of the values that are legal, or a box for any other. A changed one says what it was. */
export function KnobControl({ knob, value, onValue }: KnobProps) {
  const [types, type] = useState(false);
  const changed = value !== knob.value;
  const id = `knob-${knob.name}`;
  const { typed } = knob;
  const listed = knob.options.some((option) => option.value === value);
  const options = [
    ...knob.options,
    ...(listed ? [] : [{ value, label: labelOf(knob, value) }]),
    ...(typed ? [{ value: OTHER, label: t.otherValue }] : []),
  ];
  return (
    <div class={changed ? 'knob changed' : 'knob'}>
      <span class="knob-label">
        <label for={id}>{knob.label}</label>
        {changed && <span class="was">{t.was(labelOf(knob, knob.value))}</span>}
      </span>
      {types && typed ? (
        <TypedValue
          id={id}
          typed={typed}
          value={value}
          onLeave={() => type(false)}
          onValue={(wanted) => {
            type(false);
            onValue(wanted);
          }}
        />
      ) : (
        <Select
          id={id}
          value={value}
          options={options}
          onChange={(wanted) => (wanted === OTHER ? type(true) : onValue(wanted))}
        />
      )}
    </div>
  );
}

interface TypedProps {
  readonly id: string;
  readonly typed: NonNullable<Knob['typed']>;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly onLeave: () => void;
}

function isWithin({ isWhole, minimum, maximum }: TypedProps['typed'], text: string): boolean {
  const value = Number(text);
  const isNumber = text.trim() !== '' && Number.isFinite(value);
  return isNumber && value >= minimum && value <= maximum && (!isWhole || Number.isInteger(value));
}

function TypedValue({ id, typed, value, onValue, onLeave }: TypedProps) {
  const [refused, refuse] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.select(), []);
  const commit = (text: string) => {
    if (isWithin(typed, text)) onValue(String(Number(text)));
    else refuse(true);
  };
  return (
    <>
      <input
        ref={box}
        id={id}
        class="number"
        type="text"
        inputMode="decimal"
        defaultValue={value}
        aria-invalid={refused}
        aria-describedby={refused ? `${id}-range` : undefined}
        onKeyDown={(event) => event.key === 'Escape' && onLeave()}
        onBlur={(event) => event.currentTarget.value === value && onLeave()}
        onChange={(event) => commit(event.currentTarget.value)}
      />
      {refused && (
        <span class="range" id={`${id}-range`} role="alert">
          {(typed.isWhole ? t.wholeRange : t.range)(count(typed.minimum), count(typed.maximum), typed.unit)}
        </span>
      )}
    </>
  );
}

interface OtherProps {
  readonly knobs: readonly Knob[];
  readonly onAdd: (name: string) => void;
}

/** Shows the knob of any other field. */
export function OtherKnob({ knobs, onAdd }: OtherProps) {
  return (
    <div class="knob">
      <span class="knob-label">
        <label for="other-input">{t.other}</label>
      </span>
      <Select
        id="other-input"
        value=""
        options={[
          { value: '', label: t.choose },
          ...knobs.map(({ name, label, group }) => ({ value: name, label, group: t.groups[group] })),
        ]}
        onChange={(name) => name !== '' && onAdd(name)}
      />
    </div>
  );
}
