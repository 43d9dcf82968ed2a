import type { ArtefactFault } from '../../scenario/artefact-files';
import { literalPlace } from '../edits';
import type { Rule, RuleContext, RuleHit } from '../rule';

/** Formats in which a job can name such a file, itself or through a scenario file. */
const frameworks = ['moe-scope', 'sglang', 'trtllm', 'vllm', 'megatron-lm'] as const;

function hits({ artefacts }: RuleContext, kind: ArtefactFault['kind']): RuleHit[] {
  return artefacts
    .filter((fault) => fault.kind === kind)
    .map(({ fact, severity, message }) => ({ ...literalPlace(fact), severity, message }));
}

/** Rules on the placements, loads and traces that a job names. What is in the files is read by the engine, not here. */
export const artefactRules: readonly Rule[] = [
  {
    code: 'AF001',
    name: 'artefact/not-read',
    severity: 'error',
    frameworks,
    summary: 'A file of loads, a trace or a placement that cannot be read',
    why: 'Figures follow the loads and the placement that a job names. Without the file, or where it is something else or broken, a scenario file has nothing to simulate, and a launch script is simulated as if it named none. Files that Python has to open (.pt, .npz and the like) are never opened: the message has the line that turns one into text.',
    source: 'MoE Scope: formats of docs/artefacts.md.',
    limits:
      'In a launch script a note where the file lies on another machine, a warning where it is there and cannot be used. Silent on traces that the job writes while it runs.',
    example: {
      language: 'yaml',
      bad: 'job: serve.sh\nrouting: { file: loads.pt }',
      good: 'job: serve.sh\nrouting: { file: loads.json }',
    },
    check: (context) => hits(context, 'unread'),
  },
  {
    code: 'AF002',
    name: 'artefact/other-model',
    severity: 'error',
    frameworks,
    summary: 'Loads, a trace or a placement of another model',
    why: 'Experts are numbered from 0 to the number of experts of the model, and every one needs a slot. Loads or slots for more, fewer or other experts, or for other layers, belong to another model, or to the other key: routing.file is for how much experts are used, placement.file for where they are.',
    source:
      'deepseek-ai/EPLB@d52c72d5: eplb.py (rebalance_experts); sgl-project/sglang@01fec5c2: srt/eplb/expert_location.py (ExpertLocationMetadata)',
    limits:
      'Experts are compared where the model is known. A number of layers that is not the model’s is a warning, fewer loads than MoE layers a note: a trace has those of one pipeline stage.',
    example: {
      language: 'yaml',
      bad: 'model: deepseek-ai/DeepSeek-V3\nrouting: { file: loads-of-128-experts.json }',
      good: 'model: deepseek-ai/DeepSeek-V3\nrouting: { file: loads-of-256-experts.json }',
    },
    check: (context) => hits(context, 'misfit'),
  },
];
