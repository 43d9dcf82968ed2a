import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Stills: before, routed, between the hops of dispatch, at the experts, between the hops of combine, back. */
export const LAST_STOP = 5;
const SECONDS_PER_HOP = 1.8;
const HOLD_SECONDS = 0.7;
/** A tab that was hidden hands over a long gap: no jump is longer than this. */
const LONGEST_FRAME_SECONDS = 0.05;
const SECONDS_PER_STEP = 0.9;
const LONGEST_STEP_SECONDS = 1.6;

export interface Player {
  /** Where the picture is; read by whoever paints. */
  readonly moment: { readonly current: number };
  readonly isPlaying: boolean;
  /** The nearest still, which texts are about. */
  readonly stop: number;
  readonly play: () => void;
  readonly pause: () => void;
  /** Moves on to a still. */
  readonly goTo: (stop: number) => void;
  /** Moves on to the still before or after the one that it is at or on its way to. */
  readonly stepBy: (direction: -1 | 1) => void;
  /** Jumps to a moment, as the slider does. */
  readonly jumpTo: (moment: number) => void;
}

interface Options {
  /** Where to begin. */
  readonly from: number;
  /** Only stills, no motion. */
  readonly isStill: boolean;
  readonly paint: (moment: number) => void;
  /** Called where it comes to rest. */
  readonly onRest: (moment: number) => void;
}

const clamped = (moment: number) => Math.min(LAST_STOP, Math.max(0, moment));

/** The clock of the picture. Frames are painted without rendering; what is rendered changes with the stills. */
export function usePlayer(options: Options): Player {
  const given = useRef(options);
  useLayoutEffect(() => {
    given.current = options;
  });
  const moment = useRef(options.isStill ? Math.round(clamped(options.from)) : clamped(options.from));
  /** The still that it is on its way to. */
  const target = useRef<number | null>(null);
  const frame = useRef(0);
  const [isPlaying, setPlaying] = useState(false);
  const [stop, setStop] = useState(() => Math.round(moment.current));
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const set = (next: number) => {
    moment.current = clamped(given.current.isStill ? Math.round(next) : next);
    setStop(Math.round(moment.current));
    given.current.paint(moment.current);
  };
  const rest = () => {
    cancelAnimationFrame(frame.current);
    target.current = null;
    setPlaying(false);
    given.current.onRest(moment.current);
  };
  /** Calls back with the seconds since the last frame until it says that it is done. */
  const run = (each: (seconds: number) => boolean) => {
    cancelAnimationFrame(frame.current);
    let before: number | null = null;
    const next = (now: number) => {
      // The first frame can be stamped before the click.
      const seconds =
        before === null ? 0 : Math.max(0, Math.min(LONGEST_FRAME_SECONDS, (now - before) / 1000));
      before = now;
      if (each(seconds)) frame.current = requestAnimationFrame(next);
      else rest();
    };
    frame.current = requestAnimationFrame(next);
  };

  const jumpTo = (to: number) => {
    set(to);
    rest();
  };
  const goTo = (to: number) => {
    const [from, end] = [moment.current, clamped(to)];
    if (given.current.isStill || from === end) return jumpTo(end);
    setPlaying(false);
    target.current = end;
    const long = Math.min(LONGEST_STEP_SECONDS, SECONDS_PER_STEP * Math.max(0.4, Math.abs(end - from)));
    let passed = 0;
    run((seconds) => {
      passed += seconds;
      set(from + (end - from) * Math.min(1, passed / long));
      return passed < long;
    });
  };
  const play = () => {
    if (given.current.isStill) return goTo(moment.current >= LAST_STOP ? 0 : moment.current + 1);
    if (moment.current >= LAST_STOP) set(0);
    target.current = null;
    setPlaying(true);
    let hold = 0;
    run((seconds) => {
      if (hold > 0) hold -= seconds;
      else {
        const before = Math.floor(moment.current);
        const next = clamped(moment.current + seconds / SECONDS_PER_HOP);
        const isAtStop = Math.floor(next) !== before;
        set(isAtStop ? Math.floor(next) : next);
        if (isAtStop) {
          hold = HOLD_SECONDS;
          given.current.onRest(moment.current);
        }
      }
      return moment.current < LAST_STOP;
    });
  };
  const stepBy = (direction: -1 | 1) => goTo(neighbour(target.current ?? moment.current, direction));
  return { moment, isPlaying, stop, play, pause: rest, goTo, stepBy, jumpTo };
}

/** The still before or after a moment. */
function neighbour(moment: number, direction: -1 | 1): number {
  return direction > 0 ? Math.floor(moment + 0.001) + 1 : Math.ceil(moment - 0.001) - 1;
}
