import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Stills: before, routed, between the hops of dispatch, at the experts, between the hops of combine, back. */
export const LAST_STOP = 5;
const SECONDS_PER_HOP = 1.8;
const HOLD_SECONDS = 1;
/** A tab that was hidden hands over a long gap: no jump is longer than this. */
const LONGEST_FRAME_SECONDS = 0.05;
const SECONDS_PER_STEP = 0.9;
const LONGEST_STEP_SECONDS = 1.6;

export interface Player {
  /** Where the picture is; read by whoever paints. */
  readonly moment: { readonly current: number };
  readonly isPlaying: boolean;
  /** What happens at the moment, which texts are about: 0 before, 1 route, 2 dispatch, 3 compute, 4 combine. */
  readonly step: number;
  readonly isAtEnd: boolean;
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

/** How near to a still it counts as reached. */
const AT_STOP = 0.02;

/** The step that a moment belongs to: copies are dispatched until they are all at their experts, and combined from there on. */
export function stepAt(moment: number): number {
  if (moment < AT_STOP) return 0;
  if (moment <= 1 + AT_STOP) return 1;
  if (moment < 3 - AT_STOP) return 2;
  return moment <= 3 + AT_STOP ? 3 : 4;
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
  const [step, setStep] = useState(() => stepAt(moment.current));
  const [isAtEnd, setAtEnd] = useState(() => moment.current >= LAST_STOP);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const set = (next: number) => {
    moment.current = clamped(given.current.isStill ? Math.round(next) : next);
    setStep(stepAt(moment.current));
    setAtEnd(moment.current >= LAST_STOP);
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
  return { moment, isPlaying, step, isAtEnd, play, pause: rest, goTo, stepBy, jumpTo };
}

/** The still before or after a moment. */
function neighbour(moment: number, direction: -1 | 1): number {
  return direction > 0 ? Math.floor(moment + 0.001) + 1 : Math.ceil(moment - 0.001) - 1;
}
