import { useState } from 'preact/hooks';
import type { Input } from '../../../src/panel/protocol';
import { Select } from '../../components/select';
import { count } from '../../format';
import { text as t } from './strings';

interface InputProps {
  readonly input: Input;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A field that has no list of values worth trying: a choice of all, or a number. */
export function InputKnob({ input, value, onValue }: InputProps) {
  const changed = value !== input.value;
  const id = `knob-${input.name}`;
  return (
    <div class={changed ? 'knob changed' : 'knob'}>
      <span class="knob-label">
        <label for={id}>{input.label}</label>
        {changed && <span class="was">{t.was(input.value)}</span>}
      </span>
      {input.choices ? (
        <Select
          id={id}
          value={value}
          options={input.choices.map((choice) => ({ value: choice, label: choice }))}
          onChange={onValue}
        />
      ) : (
        <NumberBox key={value} id={id} input={input} value={value} onValue={onValue} />
      )}
    </div>
  );
}

function isLegal({ isWhole, minimum, maximum }: Input, text: string): boolean {
  const value = Number(text);
  const isNumber = text.trim() !== '' && Number.isFinite(value);
  return isNumber && value >= minimum && value <= maximum && (!isWhole || Number.isInteger(value));
}

function NumberBox({ id, input, value, onValue }: InputProps & { readonly id: string }) {
  const [refused, refuse] = useState(false);
  const { isWhole, minimum, maximum, unit } = input;
  const commit = (text: string) => {
    refuse(!isLegal(input, text));
    if (isLegal(input, text) && Number(text) !== Number(value)) onValue(String(Number(text)));
  };
  return (
    <>
      <input
        id={id}
        class="number"
        type="text"
        inputMode="decimal"
        defaultValue={value}
        aria-invalid={refused}
        aria-describedby={refused ? `${id}-range` : undefined}
        onChange={(event) => commit(event.currentTarget.value)}
      />
      {refused && (
        <span class="range" id={`${id}-range`} role="alert">
          {(isWhole ? t.wholeRange : t.range)(count(minimum), count(maximum), unit)}
        </span>
      )}
    </>
  );
}

interface OtherProps {
  readonly inputs: readonly Input[];
  readonly onAdd: (name: string) => void;
}

/** Adds a knob for any other field. */
export function OtherInput({ inputs, onAdd }: OtherProps) {
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
          ...inputs.map(({ name, label }) => ({ value: name, label })),
        ]}
        onChange={(name) => name !== '' && onAdd(name)}
      />
    </div>
  );
}
