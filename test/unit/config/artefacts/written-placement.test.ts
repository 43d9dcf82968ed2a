import { describe, expect, test } from 'vitest';
import { placementOf, readArtefact } from '../../../../src/config/artefacts';
import { PLACEMENT_FORMS, placementForms } from '../../../../src/config/artefacts/written-placement';

describe('a placement in a file', () => {
  const slots = [
    [0, 1, 2, 3, 1, 0],
    [3, 2, 1, 0, 0, 3],
  ];
  const whole = { slots, isMoe: [false, true, true], ranks: 3, experts: 4 };

  test.each(PLACEMENT_FORMS)('$title is read back', ({ id, extension, write }) => {
    const artefact = readArtefact({ file: `a.${extension}`, text: write(whole) })!;
    expect(artefact).toMatchObject({ kind: 'placement', format: id, problems: [] });
    // SGLang counts dense layers too, and holds them in index order.
    const dense = id === 'sglang-expert-location' ? [[0, 1, 2, 3, 0, 1]] : [];
    expect(placementOf(artefact)).toEqual([...dense, ...slots]);
  });

  test('TensorRT-LLM numbers layers as the model does, vLLM Ascend MoE layers alone', () => {
    const [trtllm, ascend] = ['trtllm-load-balancer', 'vllm-ascend-expert-map'].map(
      (id) => PLACEMENT_FORMS.find((form) => form.id === id)!,
    );
    expect(trtllm!.write(whole)).toMatch(/^ {2}1: \[0, 1, 2, 3, 1, 0\]$/m);
    expect(JSON.parse(ascend!.write(whole))).toMatchObject({
      moe_layer_count: 2,
      layer_list: [
        { layer_id: 0, device_count: 3, device_list: [{ device_id: 0, device_expert: [0, 1] }, {}, {}] },
        {},
      ],
    });
  });

  test('is offered in what the framework reads, and for scenario files always', () => {
    expect(placementForms('trtllm').map(({ id }) => id)).toEqual(['trtllm-load-balancer', 'eplb']);
    expect(placementForms('megatron-lm').map(({ id }) => id)).toEqual(['eplb']);
  });
});
