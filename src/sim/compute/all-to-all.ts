import type { CommunicationTime, PhaseTime } from '../result';
import type { ForwardBackward } from './gemm';

/** What the step needs to know of a layer's traffic; a `TrafficResult` has it. */
export interface StepTraffic {
  readonly load: { readonly maxOverMean: number; readonly dropped: number };
  readonly dispatch: { readonly rowBytes: number };
  readonly combine: { readonly rowBytes: number };
}

/** The two phases of one exchange; a `CommunicationTime` has them. */
export type StepExchange = Pick<CommunicationTime, 'dispatch' | 'combine'>;

/**
 * Seconds of the exchanges of one MoE layer and microbatch. Backward, the gradient of combine is a dispatch and that of
 * dispatch a combine, both with rows as wide as combine's: the volumes of the forward pass again, mostly in BF16.
 */
export function expertExchange(traffic: StepTraffic, time: StepExchange): ForwardBackward {
  const widening = traffic.combine.rowBytes / traffic.dispatch.rowBytes;
  const { dispatch, combine } = time;
  const forward = dispatch.microseconds + combine.microseconds;
  const backward = widened(dispatch, widening) + combine.microseconds;
  return { forward: forward * 1e-6, backward: backward * 1e-6 };
}

/** Microseconds of a phase whose rows are `factor` times as wide: latency stays, the rest grows. */
const widened = ({ microseconds, terms }: PhaseTime, factor: number): number =>
  terms.latency + (microseconds - terms.latency) * factor;
