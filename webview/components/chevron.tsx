/** The small arrow of everything that opens downwards. */
export function Chevron() {
  return (
    <svg class="chevron" width="8" height="5" aria-hidden="true">
      <path d="M0 .5 4 4.5 8 .5" fill="none" stroke="currentColor" />
    </svg>
  );
}
