import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { text } from '../strings';
import { Chevron } from './chevron';

export type CopyFormat = keyof typeof text.tools.formats;

interface Props {
  readonly formats: readonly CopyFormat[];
  readonly onCopy: (format: CopyFormat) => void;
}

/** The Copy button and the formats behind it. */
export function CopyMenu({ formats, onCopy }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = () => [...(root.current?.querySelectorAll<HTMLButtonElement>('[role=menuitem]') ?? [])];

  // Before the next frame: a key that is pressed at once must find the menu focused.
  useLayoutEffect(() => {
    if (!open) return;
    items()[0]?.focus();
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (direction) {
      event.preventDefault();
      const all = items();
      all[
        (all.indexOf(document.activeElement as HTMLButtonElement) + direction + all.length) % all.length
      ]?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the button and its items together
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="btn"
        ref={button}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {text.tools.copy}
        <Chevron />
      </button>
      {open && (
        <div class="menu-items" role="menu" aria-label={text.tools.copy}>
          {formats.map((format) => (
            <button
              key={format}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close();
                onCopy(format);
              }}
            >
              {text.tools.formats[format]}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
