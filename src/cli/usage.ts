/** A mistake in the call or an input that cannot be read: exit code 2, message on stderr. */
export class UsageError extends Error {}

export const USAGE = `moe-scope: lint and simulate Mixture-of-Experts configs

  moe-scope inspect FILE [--fail-on …] [--disable CODE]… [--set NAME=VALUE]… [--format text|json]
      What the file says: framework, facts with their lines, parameter counts, findings; of an expert
      placement, expert loads or a routing trace its sizes, skew and problems.
  moe-scope lint PATH… [--fail-on error|warning|info|never] [--disable CODE]… [--set NAME=VALUE]…
                 [--format text|json]
      Findings in files, and in the MoE configs found in folders.
  moe-scope simulate [FILE…] [--preset MODEL] [--set NAME=VALUE]… [--engine expected|sampled]
                     [--loads FILE] [--placement FILE] [--trace FILE]
                     [--matrix none] [--fail-on …] [--disable CODE]… [--format text|json]
      Placement, traffic, times, memory and step of a job. Files: loads [layers][experts], a placement
      [layers][slots] with the expert of each slot, a trace [tokens][top-k] of one layer, as JSON; loads
      and placements also as frameworks write them.
  moe-scope whatif FILE --change NAME=VALUE… [--preset MODEL] [--set NAME=VALUE]… [--format text|json]
      The same job with changes, beside it as it is.
  moe-scope place --loads FILE --replicas R --gpus P [--groups G] [--nodes N]
                  [--top-k K [--topk-groups T]] [--format text|json]
      EPLB's placement of R replicas on P GPUs for the loads in a JSON file, [layers][experts];
      with top-k also how many other nodes a token is sent to.
  moe-scope rules [RULE] [--format text|json]
      All rules, or one explained with its source.

  --accelerator ID is short for --set cluster.accelerator=ID.
  Exit code: 0 clean, 1 findings at or above --fail-on, 2 usage or unreadable input.
`;
