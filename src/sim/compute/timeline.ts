import type { LayerTimeline, StepPart, TimelineSegment } from '../result';
import type { StepExchange } from './all-to-all';
import type { LayerTime } from './layer';

const piece = (what: Piece['what'], seconds: number): Piece => ({ what, seconds, hidden: 0 });

/** One thing that a layer does, with how much of it runs beside what follows. */
interface Piece {
  readonly what: TimelineSegment['what'];
  readonly seconds: number;
  /** Seconds of the end that run beside other work and cost nothing. */
  readonly hidden: number;
}

/**
 * The clock of one MoE layer and microbatch in training, in the order of Megatron's layer: attention, shared experts and
 * router, dispatch, experts, combine; backward the other way round. `hiddenSeconds` of its exchanges run beside compute.
 */
export function trainingTimeline(
  time: LayerTime,
  exchange: StepExchange,
  hiddenSeconds: number,
): LayerTimeline {
  const both = time.allToAll.forward + time.allToAll.backward;
  const hiddenShare = both === 0 ? 0 : hiddenSeconds / both;
  const phases = (direction: 'forward' | 'backward') => splitExchange(exchange, time.allToAll[direction]);
  const sent = (what: 'dispatch' | 'combine', seconds: number): Piece => ({
    what,
    seconds,
    hidden: hiddenShare * seconds,
  });
  const forward = phases('forward');
  // The gradient of combine travels as a dispatch, that of dispatch as a combine.
  const backward = phases('backward');
  return {
    forward: laidOut([
      piece('attention', time.attention.forward),
      piece('tensor', time.tensor.forward),
      piece('dense', time.dense.forward),
      sent('dispatch', forward.dispatch),
      piece('experts', time.experts.forward),
      piece('waiting', time.waiting.forward),
      sent('combine', forward.combine),
    ]),
    backward: laidOut([
      sent('dispatch', backward.dispatch),
      piece('experts', time.experts.backward),
      piece('waiting', time.waiting.backward),
      sent('combine', backward.combine),
      piece('dense', time.dense.backward),
      piece('tensor', time.tensor.backward),
      piece('attention', time.attention.backward),
    ]),
  };
}

/**
 * The clock of one MoE layer of a forward pass in serving: the pass's parts shared among its layers. What of dispatch and
 * combine the pass does not show runs beside compute of the other half of the batch.
 */
export function servingTimeline(
  parts: readonly StepPart[],
  exchange: StepExchange,
  layers: number,
  moeLayers: number,
): LayerTimeline {
  if (moeLayers === 0) return { forward: [], backward: null };
  const perLayer = (name: StepPart['name'], count: number): number =>
    parts.reduce((sum, part) => (part.name === name ? sum + part.seconds / count : sum), 0);
  const visible = perLayer('alltoall', moeLayers);
  const { dispatch, combine } = splitExchange(exchange, visible);
  return {
    forward: laidOut([
      piece('attention', perLayer('attention', layers)),
      piece('tensor', perLayer('tensor', layers)),
      piece('dense', perLayer('dense', layers)),
      piece('dispatch', dispatch),
      piece('experts', perLayer('experts', moeLayers)),
      piece('waiting', perLayer('waiting', moeLayers)),
      piece('combine', combine),
      piece('other', perLayer('other', layers)),
    ]),
    backward: null,
  };
}

/** Seconds of dispatch and combine in the share of their own times. */
function splitExchange({ dispatch, combine }: StepExchange, seconds: number) {
  const both = dispatch.microseconds + combine.microseconds;
  const out = both === 0 ? 0 : dispatch.microseconds / both;
  return { dispatch: out * seconds, combine: (1 - out) * seconds };
}

function laidOut(pieces: readonly Piece[]): readonly TimelineSegment[] {
  let startSeconds = 0;
  const segments: TimelineSegment[] = [];
  for (const { what, seconds, hidden } of pieces) {
    if (seconds <= 0) continue;
    segments.push({ what, startSeconds, seconds, hiddenSeconds: hidden });
    startSeconds += seconds - hidden;
  }
  return segments;
}
