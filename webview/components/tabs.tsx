import { useEffect, useRef } from 'preact/hooks';
import type { ViewId } from '../../src/panel/protocol';
import { text } from '../strings';
import type { View } from '../views/view';

interface Props {
  readonly views: readonly View[];
  readonly view: ViewId;
  readonly onView: (view: ViewId) => void;
}

/** By the key's place: with Alt and Shift a digit writes something else on most keyboards. */
const digitOf = (event: KeyboardEvent): number | null =>
  event.altKey && event.shiftKey && !event.ctrlKey && !event.metaKey && event.code.startsWith('Digit')
    ? Number(event.code.slice('Digit'.length))
    : null;

/** The views: one tab stop, arrows move and choose; from anywhere in the panel, Alt, Shift and a digit. */
export function Tabs({ views, view, onView }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const choose = (index: number) => {
    onView(views[index]!.id);
    list.current?.querySelectorAll('button')[index]?.focus();
  };
  useEffect(() => {
    const onDigit = (event: KeyboardEvent) => {
      const index = views.findIndex((one) => one.shortcut === digitOf(event));
      if (index < 0) return;
      event.preventDefault();
      choose(index);
    };
    document.addEventListener('keydown', onDigit);
    return () => document.removeEventListener('keydown', onDigit);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const at = views.findIndex((one) => one.id === view);
    const last = views.length - 1;
    const next = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  };
  return (
    <div class="pad tabs" role="tablist" aria-label={text.views} ref={list} onKeyDown={onKeyDown}>
      {views.map(({ id, title, shortTitle, shortcut }) => (
        <button
          key={id}
          type="button"
          class="tab"
          role="tab"
          id={`tab-${id}`}
          aria-controls="view"
          aria-selected={id === view}
          aria-keyshortcuts={`Alt+Shift+${shortcut}`}
          title={text.shortcut(`Alt+Shift+${shortcut}`)}
          tabIndex={id === view ? 0 : -1}
          onClick={() => onView(id)}
        >
          <span class="long">{title}</span>
          <span class="short" aria-hidden="true">
            {shortTitle}
          </span>
        </button>
      ))}
    </div>
  );
}
