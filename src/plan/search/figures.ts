import type { MemoryResult, Shortage, StepResult } from '../../sim/result';

/** What a configuration needs of the fullest rank of all pipeline stages. */
export interface MemoryFigures {
  readonly peakBytes: number;
  readonly capacityBytes: number;
  /** Serving: sequences that the cache holds at a time and those that are wanted, per rank. */
  readonly kvSequences: MemoryResult['kvSequences'];
  /** What has no room. */
  readonly shortage: Shortage;
}

/** Memory without a KV cache: of a training step, or a bound of what any layout needs. */
export const withoutCache = (peakBytes: number, capacityBytes: number): MemoryFigures => ({
  peakBytes,
  capacityBytes,
  kvSequences: null,
  shortage: peakBytes > capacityBytes ? 'memory' : 'none',
});

/** How fast a configuration is. */
export interface TimeFigures {
  /** One optimizer step, or one forward pass. */
  readonly seconds: number;
  readonly tokensPerSecondPerGpu: number;
  readonly tpotMilliseconds: number | null;
  readonly ttftMilliseconds: number | null;
}

/** What a search knows of one configuration: the figures of its simulation that decide. */
export interface Figures extends MemoryFigures, TimeFigures {}

/** Both, written out: a search makes hundreds of thousands of them. */
export const figuresFrom = (
  { peakBytes, capacityBytes, kvSequences, shortage }: MemoryFigures,
  { seconds, tokensPerSecondPerGpu, tpotMilliseconds, ttftMilliseconds }: TimeFigures,
): Figures => ({
  peakBytes,
  capacityBytes,
  kvSequences,
  shortage,
  seconds,
  tokensPerSecondPerGpu,
  tpotMilliseconds,
  ttftMilliseconds,
});

export const freeBytes = ({ capacityBytes, peakBytes }: MemoryFigures): number => capacityBytes - peakBytes;

/** The figures of a whole simulation. */
export function figuresOf({ step, memory }: { step: StepResult; memory: MemoryResult }): Figures {
  const { total, capacity } = memory.perRank[memory.fullestRank]!;
  return {
    seconds: step.seconds,
    tokensPerSecondPerGpu: step.tokensPerSecondPerGpu,
    tpotMilliseconds: step.tpotMilliseconds ?? null,
    ttftMilliseconds: step.ttftMilliseconds ?? null,
    peakBytes: total,
    capacityBytes: capacity,
    kvSequences: memory.kvSequences,
    shortage: memory.shortage,
  };
}
