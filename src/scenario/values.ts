/** What a person can set a field to. */
export type SettableValue = number | string | boolean;

/** Values of fields by their dotted names. */
export type Values = Readonly<Record<string, SettableValue>>;
