import type { Counts } from '../model/alltoallv';

export const dialects = ['mpi', 'nccl', 'torch'] as const;
export type Dialect = (typeof dialects)[number];

/** What the code says about itself, in one line. */
export interface CodeOf {
  readonly counts: Counts;
  readonly rank: number;
  readonly phase: 'dispatch' | 'combine';
  /** Bytes of one row on the wire, scales included. */
  readonly rowBytes: number;
}

const LINE = 96;

/** Numbers with commas between, broken into lines. */
function list(numbers: readonly number[], indent: string): string {
  const lines: string[] = [];
  let line = '';
  numbers.forEach((number, at) => {
    const word = `${number}${at < numbers.length - 1 ? ',' : ''}`;
    if (line !== '' && indent.length + line.length + 1 + word.length > LINE) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  });
  return [...lines, line].map((one) => indent + one).join('\n');
}

const about = ({ counts, rank, phase }: CodeOf) =>
  `${phase} of rank ${rank} of ${counts.send.length}, one MoE layer; counts in rows`;

const cArray = (type: string, name: string, numbers: readonly number[]) =>
  `static const ${type} ${name}[${numbers.length}] = {\n${list(numbers, '    ')}\n};`;

const cArrays = (type: string, { counts }: CodeOf): string =>
  [
    cArray(type, 'sendcounts', counts.send),
    cArray(type, 'sdispls', counts.sendDisplacements),
    cArray(type, 'recvcounts', counts.receive),
    cArray(type, 'rdispls', counts.receiveDisplacements),
  ].join('\n');

/** `MPI_Alltoallv` (MPI 4.1, section 6.8): counts and displacements are multiples of the type, here one row. */
function mpi(code: CodeOf): string {
  return `/* ${about(code)} */
#include <mpi.h>

enum { ROW_BYTES = ${code.rowBytes} };
${cArrays('int', code)}

int exchange_rows(const void *sendbuf, void *recvbuf, MPI_Comm comm) {
    MPI_Datatype row;
    MPI_Type_contiguous(ROW_BYTES, MPI_BYTE, &row);
    MPI_Type_commit(&row);
    int error = MPI_Alltoallv(sendbuf, sendcounts, sdispls, row, recvbuf, recvcounts, rdispls, row, comm);
    MPI_Type_free(&row);
    return error;
}
`;
}

/** A group of `ncclSend` and `ncclRecv`, as NCCL's documentation writes an all-to-all ("Point-to-point communication"). */
function nccl(code: CodeOf): string {
  const ranks = code.counts.send.length;
  return `/* ${about(code)} */
#include <stddef.h>
#include <nccl.h>

enum { RANKS = ${ranks}, ROW_BYTES = ${code.rowBytes} };
${cArrays('size_t', code)}

ncclResult_t exchange_rows(const void *sendbuf, void *recvbuf, ncclComm_t comm, cudaStream_t stream) {
    const char *from = (const char *)sendbuf;
    char *to = (char *)recvbuf;
    ncclResult_t result = ncclGroupStart();
    for (int peer = 0; peer < RANKS && result == ncclSuccess; ++peer) {
        if (sendcounts[peer] > 0)
            result = ncclSend(from + sdispls[peer] * ROW_BYTES, sendcounts[peer] * ROW_BYTES, ncclUint8,
                              peer, comm, stream);
        if (result == ncclSuccess && recvcounts[peer] > 0)
            result = ncclRecv(to + rdispls[peer] * ROW_BYTES, recvcounts[peer] * ROW_BYTES, ncclUint8,
                              peer, comm, stream);
    }
    ncclResult_t ended = ncclGroupEnd();
    return result == ncclSuccess ? ended : result;
}
`;
}

/** `torch.distributed.all_to_all_single`: splits along the first dimension, rows of the tensor. */
function torch(code: CodeOf): string {
  const { counts } = code;
  return `# ${about(code)}; a row is ${code.rowBytes} bytes on the wire
import torch
import torch.distributed as dist

input_split_sizes = [
${list(counts.send, '    ')}
]
output_split_sizes = [
${list(counts.receive, '    ')}
]


def exchange_rows(rows: torch.Tensor, group: dist.ProcessGroup | None = None) -> torch.Tensor:
    received = rows.new_empty((sum(output_split_sizes), *rows.shape[1:]))
    dist.all_to_all_single(received, rows, output_split_sizes, input_split_sizes, group=group)
    return received
`;
}

const writers: Readonly<Record<Dialect, (code: CodeOf) => string>> = { mpi, nccl, torch };

/** The exchange of one rank as code that compiles: its counts and displacements, and the call that takes them. */
export function alltoallvCode(dialect: Dialect, code: CodeOf): string {
  return writers[dialect](code);
}
