import { describe, expect, it } from 'vitest';
import { countParameters } from '../../src/sim/parameters/count';
import { models } from './models';
import { modelOf, publishedParameters } from './tables/parameters';

const countOf = (name: string) => countParameters(modelOf(name));

describe('parameter counts are those of the published checkpoints, to the last digit', () => {
  it.each(publishedParameters)('%s', (name, total, active) => {
    expect(countOf(name)).toMatchObject({ total, active });
  });

  it('of models as hand-written descriptions have them', () => {
    for (const model of Object.values(models)) {
      const row = publishedParameters.find(([name]) => name === model.name);
      if (row) expect(countParameters(model)).toMatchObject({ total: row[1], active: row[2] });
    }
  });
});

describe('checkpoints that hold more than the main model', () => {
  it('DeepSeek-R1: an MTP module with its copies of embedding and head', () => {
    expect(countOf('DeepSeek-R1').stored).toBe(684_489_845_504);
  });
  it('DeepSeek-V3.2: the same, with an indexer', () => {
    expect(countOf('DeepSeek-V3.2').stored).toBe(685_355_329_792);
  });
  it('DeepSeek-V4: every tensor that the modelling code makes, 284B and 1.6T; its MTP module has a window, and no tables', () => {
    expect(countOf('DeepSeek-V4-Flash')).toMatchObject({
      total: 284_332_240_471,
      active: 13_799_632_471,
    });
    // Attention to a window, 257 experts, a router, four streams around each sub-layer and before the head, norms, projections.
    const h = 4096;
    const attention = h * 1024 + 1024 + 1024 * 64 * 512 + h * 512 + 512 + 64 * 512 * 1024 + 8 * 1024 * h + 64;
    const experts = 257 * 3 * h * 2048 + 256 * (h + 1);
    const streams = 2 * (24 * 4 * h + 24 + 3) + 16 * h + 5;
    const { total, withMtp, stored } = countOf('DeepSeek-V4-Flash');
    expect(withMtp! - total).toBe(attention + experts + streams + 5 * h + 2 * h * h);
    expect(stored).toBe(withMtp);
    expect(countOf('DeepSeek-V4-Pro')).toMatchObject({ total: 1_572_997_201_763, active: 49_779_081_059 });
  });
  it('GLM-4.5 stores the copies, GLM-4.6 the module alone; GLM-4.5-Air stores the copies', () => {
    const glm = countOf('GLM-4.5');
    expect(glm.withMtp).toBe(356_785_898_816);
    expect(glm.stored).toBe(358_337_791_296);
    expect(countOf('GLM-4.5-Air').stored).toBe(110_468_824_832);
  });
  it('Qwen3.5 stores no copies: 844,640,768 and 2,523,679,232 weights of the MTP module', () => {
    for (const [name, module] of [
      ['Qwen3.5-35B-A3B', 844_640_768],
      ['Qwen3.5-122B-A10B', 2_523_679_232],
    ] as const) {
      const { total, withMtp, stored } = countOf(name);
      expect(withMtp! - total).toBe(module);
      expect(stored).toBe(withMtp);
    }
  });
  it('Qwen3-Next: its config names no MTP module; the checkpoints of Instruct and Thinking have one, Coder-Next none', () => {
    const model = modelOf('Qwen3-Next-80B-A3B-Instruct');
    expect(countParameters(model).withMtp).toBeNull();
    expect(countParameters({ ...model, mtpLayers: 1 }).stored).toBe(81_324_862_720);
  });
  it('LongCat-Flash: an MTP module of dense layers, with one table', () => {
    expect(countOf('LongCat-Flash-Chat').stored).toBe(561_862_880_256);
  });
  it('GLM-5 and GLM-5.2: an MTP module without copies; fewer indexers in GLM-5.2', () => {
    expect(countOf('GLM-5').stored).toBe(753_864_139_008);
    expect(countOf('GLM-5.2').stored).toBe(753_329_940_480);
  });
  it('MiniMax-M2.5: an FP32 scale for every 128 × 128 block of its FP8 weights', () => {
    const { total } = countOf('MiniMax-M2.5');
    const block = 128 ** 2;
    const expertScales = 62 * 256 * ((3 * 3072 * 1536) / block);
    const attentionScales = 62 * ((2 * 3072 * (48 + 8) * 128) / block);
    expect(total + expertScales + attentionScales).toBe(228_703_644_928);
  });
});

describe('published totals that are not met, and by how much', () => {
  it('Nemotron-3-Nano: 31,577,937,344 are without the correction biases of its 23 routers', () => {
    expect(countOf('Nemotron-3-Nano').total).toBe(31_577_937_344 + 23 * 128);
  });
  it('Nemotron-3-Super: 123,611,012,096 are without the correction biases of its 41 routers', () => {
    expect(countOf('Nemotron-3-Super').withMtp).toBe(123_611_012_096 + 41 * 512);
  });
  it('Moonlight: 15,960,111,936 are 1,728 more, of which no source is known', () => {
    expect(15_960_111_936 - countOf('Moonlight-16B-A3B').total).toBe(1_728);
  });
  it('Llama 4: the vision tower and its projector, the same in both', () => {
    expect(108_641_793_536 - countOf('Llama-4-Scout-17B-16E').total).toBe(871_932_416);
    expect(401_583_781_376 - countOf('Llama-4-Maverick-17B-128E').total).toBe(871_932_416);
  });
});
