/** The hatch that says that a rank waits. */
export function WaitingPattern({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="var(--n1)" />
        <line x1="0" y1="0" x2="0" y2="6" stroke="var(--n3)" stroke-width="2" />
      </pattern>
    </defs>
  );
}

/** The colour of one part of a step. */
export function PartSwatch({ fill }: { readonly fill: string }) {
  return (
    <svg width="10" height="10" aria-hidden="true">
      <WaitingPattern id="waiting" />
      <rect class="bar" width="10" height="10" fill={fill} />
    </svg>
  );
}
