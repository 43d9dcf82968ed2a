interface Props {
  /** What is under way. */
  readonly label: string;
  /** How much of it is done, 0 to 1; `null` where that is not known. */
  readonly fraction: number | null;
}

/** How far a piece of work is. It says so when it is asked, and does not interrupt a screen reader with each percent. */
export function Progress({ label, fraction }: Props) {
  const known = fraction === null ? {} : { 'aria-valuenow': Math.round(100 * fraction) };
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...known}
    >
      {fraction !== null && <div style={{ width: `${100 * Math.min(1, fraction)}%` }} />}
    </div>
  );
}
