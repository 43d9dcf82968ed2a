import { describe, expect, it } from 'vitest';
import { parseAllocation } from '../../../src/config/frameworks/areal/allocation';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { resolveScenario } from '../../../src/scenario/resolve';
import { mustRead, textOf, valuesOf } from './facts';

const JOB = `cluster:
  n_nodes: 16 # 8 for each
  n_gpus_per_node: 8
allocation_mode: sglang:d8p1t8+megatron:(attn:d8p4t2|ffn:d2p4e8)
actor:
  path: Qwen/Qwen3-30B-A3B
  megatron:
    moe_token_dispatcher_type: alltoall
    recompute_granularity: full
    ddp: { use_distributed_optimizer: true }
sglang:
  context_length: 32768
`;

const ofRole = (text: string, role: string, file = 'job.yaml') =>
  mustRead(file, text).facts.filter((fact) => fact.role === role);

describe('an AReaL job', () => {
  it('lays out the actor and its rollout engine by their own parts of the expression', () => {
    expect(valuesOf(ofRole(JOB, 'actor'))).toMatchObject({
      'layout.dp': 8,
      'layout.pp': 4,
      'layout.tp': 2,
      'layout.cp': 1,
      'layout.ep': 8,
      'layout.etp': 1,
      'layout.worldSize': 64,
      'communication.backend': 'alltoall',
      'workload.recompute': 'full',
    });
    const rollout = valuesOf(ofRole(JOB, 'rollout'));
    expect(rollout).toMatchObject({
      'layout.tp': 8,
      'layout.dp': 8,
      'workload.engine': 'sglang',
      'workload.contextLength': 32768,
    });
    expect(rollout).not.toHaveProperty(['layout.ep']);
  });

  it('points at the number of each size', () => {
    const ep = ofRole(JOB, 'actor').find(({ name }) => name === 'layout.ep')!;
    expect([textOf(JOB, ep), JOB.slice(ep.keyRange.start, ep.range.end)]).toEqual(['8', 'e8']);
    expect(ep.range.start).toBe(JOB.indexOf('e8)') + 1);
  });

  it('is one job, the actor’s, on the GPUs that it takes', () => {
    const [job, ...others] = linkJobs([mustRead('job.yaml', JOB)]);
    expect(others).toEqual([]);
    expect(job).toMatchObject({ role: 'actor', preset: 'Qwen/Qwen3-30B-A3B' });
    const resolved = resolveScenario(job!);
    expect(resolved.refusals).toEqual([]);
    expect(resolved.scenario?.layout).toMatchObject({ worldSize: 64, dp: 8, edp: 2, sequenceParallel: true });
    expect(resolved.scenario?.workload.mode).toBe('train');
  });

  it('may say the same engine by engine, or on the command line', () => {
    const apart =
      'rollout:\n  backend: vllm:d4t2\nactor:\n  backend: "archon:d2p2t2e4"\nref:\n  backend: ${actor.backend}\n';
    expect(valuesOf(ofRole(apart, 'actor'))).toMatchObject({ 'layout.ep': 4, 'layout.worldSize': 8 });
    expect(valuesOf(ofRole(apart, 'rollout'))).toMatchObject({ 'workload.engine': 'vllm', 'layout.tp': 2 });
    const command = `python3 -m areal.launcher.ray t.py --config c.yaml 'allocation_mode=sglang:d4t4+megatron:(attn:d4t4|ffn:e8)'\n`;
    expect(valuesOf(ofRole(command, 'actor', 'run.sh'))).toMatchObject({ 'layout.tp': 4, 'layout.ep': 8 });
  });

  it.each([
    ['of a dense model', 'allocation_mode: sglang:d4+fsdp:d4\nactor: { path: Qwen/Qwen3-8B }\n'],
    ['that only samples', 'allocation_mode: sglang:d4t8\nactor: { path: Qwen/Qwen3-30B-A3B }\n'],
    ['that is half typed', 'allocation_mode: sglang:d4+megatron:(attn:d4|\nactor: { path: Qwen3-30B-A3B }\n'],
  ])('%s is none', (_, text) => {
    expect(read({ file: 'job.yaml', text })).toBeNull();
  });
});

describe('the grammar of allocation modes', () => {
  const sizes = (text: string) =>
    parseAllocation(text)?.map(({ backend, name, dimensions }) => [
      backend,
      name,
      dimensions.map(({ name: field, size }) => `${field.replace('layout.', '')}${size}`).join(' '),
    ]);

  it.each([
    [
      'sglang[r]:d2+fsdp[a]:d4|fsdp[c]:d4',
      [
        ['sglang', 'r', 'dp2'],
        ['fsdp', 'a', 'dp4'],
        ['fsdp', 'c', 'dp4'],
      ],
    ],
    ['megatron:attn:d1p12t4|ffn:d1p12e4', [['megatron', undefined, 'dp1 pp12 tp4 ep4']]],
    [
      ' sglang : d 4 t 2 + megatron : ( attn : d4 | ffn : t1 e2 ) ',
      [
        ['sglang', undefined, 'dp4 tp2'],
        ['megatron', undefined, 'dp4 etp1 ep2'],
      ],
    ],
    [
      'sglang.d4p1m2+d2p2m1',
      [
        ['sglang', undefined, 'dp4 pp1 tp2'],
        [undefined, undefined, 'dp2 pp2 tp1'],
      ],
    ],
  ])('%s', (text, expected) => {
    expect(sizes(text)).toEqual(expected);
  });

  it.each(['', 'd4t2', 'sglang', 'sglang:', 'sglang:x4', 'sglang:d0', 'vllm:d4+', 'megatron:(attn:d4|ffn:'])(
    '%j is not of it',
    (text) => expect(parseAllocation(text)).toBeNull(),
  );
});
