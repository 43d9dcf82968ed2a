import { Chevron } from './chevron';

interface Props {
  readonly id: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

/** A choice of many, in the look of the editor's own. */
export function Select({ id, value, options, onChange }: Props) {
  return (
    <span class="select">
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
      <Chevron />
    </span>
  );
}
