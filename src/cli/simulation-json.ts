import type { Assumption } from '../scenario/assumptions';
import type { Basis, Matrix, PhaseTraffic, SimulationResult } from '../sim/result';

type Rows = number[][];

function rowsOf({ size, data }: Matrix, factor = 1): Rows {
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_unused, k) => (data[i * size + k] ?? 0) * factor),
  );
}

const transpose = (rows: Rows): Rows => rows.map((_, i) => rows.map((row) => row[i] ?? 0));

/** Displacements of MPI_Alltoallv from its counts, in the same unit. */
function exclusivePrefixSums(counts: readonly number[]): number[] {
  let sum = 0;
  return counts.map((value) => {
    const before = sum;
    sum += value;
    return before;
  });
}

function phaseJson(matrix: Matrix, phase: PhaseTraffic, isCombine: boolean) {
  const turn = isCombine ? transpose : (rows: Rows) => rows;
  return { rows: turn(rowsOf(matrix)), bytes: turn(rowsOf(matrix, phase.rowBytes)) };
}

const totals = ({
  rowBytes,
  localBytes,
  scaleUpBytes,
  scaleOutBytes,
  forwardedBytes,
  relayedBytes,
  logicalBytes,
  busiest,
  busiestRank,
}: PhaseTraffic) => ({
  rowBytes,
  localBytes,
  scaleUpBytes,
  scaleOutBytes,
  forwardedBytes,
  relayedBytes,
  logicalBytes,
  busiest,
  busiestRank,
});

const basisJson = ({ kind, expectedError, interval, errorFrom, note }: Basis) => ({
  basis: kind,
  expectedError,
  interval,
  errorFrom,
  basisNote: note,
});

/** A result under the names of the command-line contract; matrices are arrays of rows, or left out. */
export function resultJson(result: SimulationResult, assumed: readonly Assumption[], matrices: boolean) {
  const { traffic, time, step } = result;
  const rows = matrices ? rowsOf(traffic.rows) : [];
  return {
    scenario: result.scenario,
    parameters: result.parameters,
    placement: result.placement,
    traffic: {
      backend: traffic.backend,
      engine: traffic.engine,
      tokensPerRank: traffic.tokensPerRank,
      dispatch: {
        ...(matrices ? phaseJson(traffic.rows, traffic.dispatch, false) : {}),
        ...totals(traffic.dispatch),
      },
      combine: {
        ...(matrices ? phaseJson(traffic.rows, traffic.combine, true) : {}),
        ...totals(traffic.combine),
      },
      ...(matrices
        ? {
            nodes: {
              dispatch: phaseJson(traffic.nodeRows, traffic.dispatch, false),
              combine: phaseJson(traffic.nodeRows, traffic.combine, true),
            },
            rails: {
              dispatch: phaseJson(traffic.railRows, traffic.dispatch, false),
              combine: phaseJson(traffic.railRows, traffic.combine, true),
            },
          }
        : {}),
      backward: traffic.backward && {
        dispatch: totals(traffic.backward.dispatch),
        combine: totals(traffic.backward.combine),
      },
      collectives: traffic.collectives,
      perToken: traffic.perToken,
      load: traffic.load,
    },
    time: {
      dispatchMicroseconds: time.dispatch.microseconds,
      combineMicroseconds: time.combine.microseconds,
      boundBy: time.dispatch.boundBy,
      combineBoundBy: time.combine.boundBy,
      terms: { dispatch: time.dispatch.terms, combine: time.combine.terms },
      ...basisJson(time.basis),
    },
    memory: result.memory,
    step: {
      ...step,
      ...basisJson(step.basis),
      ...(step.ttftBasis && { ttftBasis: basisJson(step.ttftBasis) }),
      assumptions: assumed,
    },
    comparison: result.comparison,
    links: result.links,
    alltoallv: {
      ...result.alltoallv,
      ...(matrices
        ? {
            sendCounts: rows,
            sendDisplacements: rows.map(exclusivePrefixSums),
            recvCounts: transpose(rows),
            recvDisplacements: transpose(rows).map(exclusivePrefixSums),
          }
        : {}),
    },
    milliseconds: result.milliseconds,
  };
}
