import { commandOf } from '../measured';
import { deepEpGroups, type NetworkRun, networkResult, networkSetting } from '../network-run';
import { intervalSection } from './interval-section';
import { kindsSection } from './kinds-section';
import { figure, grid } from './markdown';
import { networkIntervalSection } from './network-interval-section';

const before = `# How far off

Everything that MoE Scope computes and somebody has measured, side by side. Every figure here is what \`moe-scope simulate\` prints for the settings of the source.

*Fitted* rows are the ones that constants were fitted on; the others were never used for that. An error is predicted ÷ measured − 1, so a time with + is predicted too long. There is one set of constants per kernel and fabric, none per EP size.

\`npm run accuracy\` prints this page and writes it to docs/accuracy.md; the tests fail when it is not current or when a table got worse. A result inside the range of its table says \`measured\` with the error of the rows that were not fitted; outside it says \`model\`, with the error of the tables *left out* (other sizes, up to twice as far) or *carried over* (other accelerators or bandwidths), under skew together with that of the fullest rank’s load. Where nothing comparable was measured it says \`extrapolated\`, with the wider error that other kinds show of each other.`;

/** A DeepEP benchmark run: high throughput, 4096 tokens, 24 SMs. */
const benchmark = (ep: number, groups: readonly [number, number]): NetworkRun => ({
  accelerator: 'h100-sxm',
  backend: 'deepep-high-throughput',
  ep,
  tokensPerRank: 4096,
  sms: 24,
  groups,
});

/** What DeepSeek-V3's own group limit changes against the benchmark. */
function routingComparison(): string {
  const cells = (ep: number) => {
    const published = networkResult(benchmark(ep, deepEpGroups('h100-sxm', ep)));
    const own = networkResult(benchmark(ep, [8, 4]));
    return [published, own].flatMap(({ traffic, time }) => [
      figure(traffic.perToken.distinctRanks),
      figure(Math.round(time.dispatch.microseconds)),
    ]);
  };
  return grid(
    ['', 'benchmark: ranks per token', 'dispatch, µs', 'DeepSeek-V3: ranks per token', 'dispatch, µs'],
    [8, 16, 32, 64].map((ep) => [`EP${ep}`, ...cells(ep)]),
  );
}

const shell = (run: NetworkRun): string => `moe-scope ${commandOf(networkSetting(run)).join(' ')}`;

const commands = `\`\`\`sh
# DeepEP low latency: one row per expert, so that groups change nothing
${shell({ accelerator: 'h800-sxm', backend: 'deepep-low-latency', ep: 64, tokensPerRank: 128 })}
# DeepEP high throughput, up to four nodes
${shell(benchmark(32, [1, 1]))}
# the same over eight nodes: one group per node, four of them per token
${shell({ ...benchmark(64, [8, 4]), accelerator: 'h800-sxm' })}
# one-sided NVLink: one expert per rank, as TensorRT-LLM's perfect router spreads the tokens
${shell({ accelerator: 'gb200-nvl72', backend: 'nvlink-one-sided', ep: 16, tokensPerRank: 2048, set: { 'model.routedExperts': 16 } })}
# NCCL all-to-all in BF16
${shell({ accelerator: 'h100-sxm', backend: 'nccl-alltoall', ep: 32, tokensPerRank: 4096, dispatchDtype: 'bf16' })}
\`\`\``;

const after = () => `## Beside a published benchmark

Two things make a benchmark differ from a job, and both must be set.

**Skew.** Benchmarks choose experts at random, all alike: \`routing.distribution=balanced\`. Jobs are skewed, which is the default here.

**Groups.** DeepEP's tests route by random scores. Low latency (\`tests/test_low_latency.py\`) and one node (\`tests/test_intranode.py\`) take the best 8 of all experts. Several nodes (\`tests/test_internode.py\`, today \`tests/legacy/\`) have one group of experts per node and use \`min(nodes, 4)\` of them, so that up to four nodes nothing is limited; aiconfigurator's collector does the same (deepseek-ai/DeepEP@81a433ef, 031a5c49, 058d696b; ai-dynamo/aiconfigurator@97c28ba6 \`collector/deep_collector\`). DeepSeek-V3 itself limits a token to 4 of 8 groups whatever the layout. With its preset alone a layer sends that much less than the benchmark, and the figure is right for the model, not for the benchmark; from eight nodes on, with eight groups, the two agree. H100, 4096 tokens, 24 SMs:

${routingComparison()}

So, in full (add \`--format json\`; DeepEP's GB/s are \`logicalBytes\` ÷ EP ÷ time):

${commands}

${networkIntervalSection()}

${intervalSection()}

${kindsSection()}

## What is not covered

- Times under skew: nobody published those of an all-to-all whose skew is known. A phase is taken to last until its fullest rank is done.
- DeepEP high throughput on H100 beyond 4 nodes, one-sided NVLink beyond EP32, NCCL across nodes on anything but H100, messages much smaller than the ones measured.
- Other traffic on the same network, cables and switches between racks, and networks slower or faster than 400 Gb/s per GPU.
- Expert parallelism on TPUs: their torus is counted as if it were a switch.
- Peaks of memory while training: no published one states all that it depends on.
- Speculative decoding, prefix caches and stalls of a serving engine.

Kernels that have no table of their own (DeepEP V2, NIXL EP, two-sided NVLink) are counted as the nearest one that has, and say so.`;

/** What stands around the overview of docs/accuracy.md. */
export const prose = () => ({ before, after: after() });
