import type { CommunicationTime, PhaseTime, TrafficResult } from '../result';
import { TRAINING } from './constants';
import type { ForwardBackward } from './gemm';
import type { Machine } from './machine';

/** What the step needs to know of a layer's traffic; a `TrafficResult` has it. */
export interface StepTraffic {
  readonly backend: TrafficResult['backend'];
  readonly load: { readonly maxOverMean: number; readonly dropped: number };
  readonly dispatch: StepPhase;
  readonly combine: StepPhase;
}

/** Bytes of a phase: of a row, and what a kernel's SMs copy on the busiest rank. */
interface StepPhase {
  readonly rowBytes: number;
  readonly busiest: { readonly smBytes: number };
}

/** The two phases of one exchange; a `CommunicationTime` has them. */
export type StepExchange = Pick<CommunicationTime, 'dispatch' | 'combine'>;

/**
 * Seconds of the exchanges of one MoE layer and microbatch. Backward, the gradient of combine is a dispatch and that of
 * dispatch a combine, both with rows as wide as combine's: the volumes of the forward pass again, mostly in BF16. Beside the
 * kernels, some backends copy rows into their buffers and out of them.
 */
export function expertExchange(
  traffic: StepTraffic,
  time: StepExchange,
  { memoryBytes }: Pick<Machine, 'memoryBytes'>,
): ForwardBackward {
  const widening = traffic.combine.rowBytes / traffic.dispatch.rowBytes;
  const { dispatch, combine } = time;
  const forward = dispatch.microseconds + combine.microseconds;
  const backward = widened(dispatch, widening) + combine.microseconds;
  const copies = TRAINING.exchangeCopies[traffic.backend] ?? 0;
  const dispatched = traffic.dispatch.busiest.smBytes;
  const combined = traffic.combine.busiest.smBytes;
  // A copy reads and writes.
  const copied = (bytes: number): number => (copies * 2 * bytes) / memoryBytes;
  return {
    forward: forward * 1e-6 + copied(dispatched + combined),
    backward: backward * 1e-6 + copied(dispatched * widening + combined),
  };
}

/** Microseconds of a phase whose rows are `factor` times as wide: latency stays, the rest grows. */
const widened = ({ microseconds, terms }: PhaseTime, factor: number): number =>
  terms.latency + (microseconds - terms.latency) * factor;
