import { useRef } from 'preact/hooks';
import type { ViewId } from '../../src/panel/protocol';
import { text } from '../strings';

const VIEWS: readonly ViewId[] = ['traffic', 'memory', 'communication', 'whatif'];

interface Props {
  readonly view: ViewId;
  readonly onView: (view: ViewId) => void;
}

/** The views: one tab stop, arrows move and choose. */
export function Tabs({ view, onView }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = VIEWS.indexOf(view);
    const last = VIEWS.length - 1;
    const next = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onView(VIEWS[next]!);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div class="pad tabs" role="tablist" aria-label={text.views} ref={list} onKeyDown={onKeyDown}>
      {VIEWS.map((id) => (
        <button
          key={id}
          type="button"
          class="tab"
          role="tab"
          id={`tab-${id}`}
          aria-controls="view"
          aria-selected={id === view}
          aria-label={text.view[id]}
          tabIndex={id === view ? 0 : -1}
          onClick={() => onView(id)}
        >
          <span class="long">{text.view[id]}</span>
          <span class="short">{text.viewShort[id]}</span>
        </button>
      ))}
    </div>
  );
}
