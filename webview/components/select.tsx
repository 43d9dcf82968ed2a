import { Chevron } from './chevron';

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  /** Options of one group, which stand together, are under its name. */
  readonly group?: string;
}

interface Props {
  readonly id: string;
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly onChange: (value: string) => void;
}

const groupsOf = (options: readonly SelectOption[]): string[] => [
  ...new Set(options.flatMap(({ group }) => group ?? [])),
];

/** A choice of many, in the look of the editor's own. */
export function Select({ id, value, options, onChange }: Props) {
  const shown = (among: readonly SelectOption[]) =>
    among.map((option) => (
      <option key={option.value} value={option.value} selected={option.value === value}>
        {option.label}
      </option>
    ));
  return (
    <span class="select">
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {shown(options.filter(({ group }) => group === undefined))}
        {groupsOf(options).map((name) => (
          <optgroup key={name} label={name}>
            {shown(options.filter(({ group }) => group === name))}
          </optgroup>
        ))}
      </select>
      <Chevron />
    </span>
  );
}
