import { addArtefactFile } from '../shared/artefact-file';
import { deriveByMeaning, KV_CACHE_DTYPES } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'sgl-project/sglang@001067ff: srt/server_args.py';
const OLD_SOURCE = 'sgl-project/sglang 0.4: srt/server_args.py';
const LOCATION =
  'sgl-project/sglang@01fec5c2: srt/eplb/expert_location.py, compute_initial_expert_location_metadata';

const DEFAULTS: readonly {
  readonly name: string;
  readonly key: string;
  readonly value: number | boolean | string;
}[] = [
  { name: 'layout.tp', key: '--tp-size', value: 1 },
  { name: 'layout.pp', key: '--pp-size', value: 1 },
  { name: 'layout.dp', key: '--dp-size', value: 1 },
  { name: 'layout.attentionDataParallel', key: '--enable-dp-attention', value: false },
  { name: 'communication.backend', key: '--moe-a2a-backend', value: 'none' },
  { name: 'placement.eplb', key: '--enable-eplb', value: false },
  { name: 'placement.redundantExperts', key: '--ep-num-redundant-experts', value: 0 },
];

/** Values of `--moe-a2a-backend` with which `--ep-size` keeps its own value; every other one makes it TP. */
const KEEPS_EP: ReadonlySet<unknown> = new Set(['none', 'ascend_tp']);

const MODES: ReadonlySet<unknown> = new Set(['prefill', 'decode']);

/** The size of the expert-parallel group that SGLang will run with, and what is open about it. */
function addEp(facts: CommandFacts): void {
  const rule = `${SOURCE}: --moe-a2a-backend other than none and ascend_tp sets EP to TP`;
  const backend = facts.get('communication.backend');
  const written = facts.get('layout.ep');
  const tp = facts.number('layout.tp');
  if (backend !== undefined && !KEEPS_EP.has(backend.value)) {
    const open = facts.open('layout.tp');
    // A size that is written is kept as it is written; the scenario and the lint rules know what it becomes.
    if (facts.has('layout.ep')) return;
    if (tp !== undefined) facts.derive('layout.ep', tp, facts.get('layout.tp'), '--tp-size', rule);
    else if (open !== undefined) facts.leaveOpen('layout.ep', open, rule);
    return;
  }
  const enabled = facts.get('sglang.enableEpMoe');
  if (enabled?.value === true && written === undefined && tp !== undefined) {
    facts.derive('layout.ep', tp, enabled, enabled.key, `${OLD_SOURCE}: ${enabled.key} sets EP to TP`);
  }
  const openBackend = facts.open('communication.backend');
  if (written === undefined && openBackend !== undefined) facts.leaveOpen('layout.ep', openBackend, rule);
  facts.byDefault('layout.ep', 1, '--ep-size', SOURCE);
}

/** GPUs of the server: attention data parallelism divides TP, plain data parallelism multiplies it. */
function addWorldSize(facts: CommandFacts): void {
  const rule = 'GPUs of the server: TP x PP; times DP unless DP attention divides TP';
  const name = 'layout.worldSize';
  const shared = facts.get('layout.attentionDataParallel')?.value;
  const sizes = shared === true ? ['layout.tp', 'layout.pp'] : ['layout.tp', 'layout.pp', 'layout.dp'];
  const open = ['layout.attentionDataParallel', ...sizes].map((size) => facts.open(size)).find(Boolean);
  if (open !== undefined) {
    facts.leaveOpen(name, open, rule);
    return;
  }
  let world = 1;
  for (const size of sizes) {
    const value = facts.number(size);
    if (value === undefined) return;
    world *= value;
  }
  const tp = facts.get('layout.tp');
  facts.derive(name, world, tp?.state === 'default' ? undefined : tp, tp?.key ?? '--tp-size', rule);
}

/** What SGLang adds to the options of one server: its defaults, the EP that it will use, its GPUs. */
export function addSglangRules(facts: CommandFacts): void {
  facts.derive('workload.engine', 'sglang', undefined, 'sglang', 'the command starts an SGLang server');
  const mode = facts.get('sglang.disaggregationMode');
  if (mode !== undefined && MODES.has(mode.value)) {
    facts.derive('workload.mode', mode.value, mode, mode.key, `${mode.key} ${String(mode.value)}`);
  }
  addArtefactFile(facts, 'placement.file', 'sglang.initExpertLocation', LOCATION, (value) =>
    value === 'trivial' || value.startsWith('{') ? null : value,
  );
  // A config file may hold any of the options.
  if (facts.isPartial) return;
  for (const entry of DEFAULTS) facts.byDefault(entry.name, entry.value, entry.key, SOURCE);
  if (facts.get('communication.backend')?.value === 'deepep') {
    facts.byDefault('sglang.deepepMode', 'auto', '--deepep-mode', SOURCE);
  }
  addEp(facts);
  addWorldSize(facts);
  deriveByMeaning(facts, 'workload.kvCacheDtype', 'sglang.kvCacheDtype', KV_CACHE_DTYPES);
  deriveByMeaning(facts, 'workload.overlap', 'sglang.enableTwoBatchOverlap', { true: 'two-batch' });
  const quantization = facts.get('sglang.quantization');
  if (quantization?.value === 'fp8') {
    facts.derive('model.weightDtype', 'fp8', quantization, quantization.key, `${quantization.key} fp8`);
  }
}
