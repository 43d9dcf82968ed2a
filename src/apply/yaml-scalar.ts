/** A value as YAML reads it back. */
export function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  return /^[\w./]([\w ./@+-]*[\w./@+-])?$/.test(value) &&
    !/^[\d.+-]|^(true|false|yes|no|on|off|null)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
