import type { ArtefactDocument, DocumentFormat } from '../format';
import { JsonCursor, MalformedJson, OPEN_LIST, OPEN_OBJECT } from '../json-cursor';
import { LineCounter } from '../line-counter';
import { PlacementBuilder } from '../placement-builder';
import { Problems } from '../problems';

const ID = { id: 'vllm-ascend-expert-map', title: 'vLLM Ascend expert map' } as const;

/**
 * The file of `expert_map_path` and `expert_map_record_path`: for each MoE layer, counted from 0, and each device in
 * rank order the logical experts of its slots (vllm-project/vllm-ascend@0011ce33:
 * vllm_ascend/eplb/adaptor/vllm_adaptor.py, _export_tensor_to_file; @1427299d: ops/expert_load_balancer.py).
 */
export const ascendExpertMap: DocumentFormat = {
  id: ID.id,
  hint: /"layer_list"/,
  read(document) {
    const problems = new Problems();
    const lines = new LineCounter(document.bytes);
    const builder = new PlacementBuilder({ file: document.file, format: ID.id, title: ID.title, problems });
    try {
      new Reading(document, builder, lines, problems).run();
    } catch (error) {
      if (!(error instanceof MalformedJson)) throw error;
      if (builder.isEmpty) return null;
      const say = () => 'The JSON breaks off or is broken here: what comes before is read.';
      problems.add('json', 'error', lines.at(error.offset), say);
    }
    return builder.isEmpty ? null : builder.finish();
  },
};

class Reading {
  private readonly cursor: JsonCursor;

  constructor(
    document: ArtefactDocument,
    private readonly builder: PlacementBuilder,
    private readonly lines: LineCounter,
    private readonly problems: Problems,
  ) {
    this.cursor = new JsonCursor(document.bytes);
  }

  run(): void {
    const { cursor } = this;
    if (cursor.peek() !== OPEN_OBJECT) return;
    cursor.members((key) => {
      if (key === 'layer_list' && cursor.peek() === OPEN_LIST) cursor.items((index) => this.layer(index));
      else cursor.skip();
    });
  }

  private layer(index: number): void {
    const { cursor } = this;
    if (cursor.peek() !== OPEN_OBJECT) {
      cursor.skip();
      return;
    }
    const offset = cursor.position;
    const slots: number[] = [];
    const perDevice = new Set<number>();
    let number = index;
    cursor.members((key) => {
      if (key === 'device_list' && cursor.peek() === OPEN_LIST) {
        cursor.items(() => perDevice.add(this.device(slots)));
      } else if (key === 'layer_id') number = Number(cursor.scalar() ?? index);
      else cursor.skip();
    });
    if (slots.length === 0) return;
    const line = this.lines.at(offset);
    this.builder.add(number, slots, slots.length, line);
    if (perDevice.size > 1) {
      const say = () =>
        `Devices of layer ${number} hold ${Math.min(...perDevice)} to ${Math.max(...perDevice)} experts: each needs the same number.`;
      this.problems.add('devices', 'error', line, say);
    }
  }

  /** Adds the slots of one device. @returns how many */
  private device(slots: number[]): number {
    const { cursor } = this;
    const before = slots.length;
    if (cursor.peek() !== OPEN_OBJECT) cursor.skip();
    else
      cursor.members((key) => {
        if (key === 'device_expert' && cursor.peek() === OPEN_LIST)
          cursor.items(() => slots.push(cursor.number()));
        else cursor.skip();
      });
    return slots.length - before;
  }
}
