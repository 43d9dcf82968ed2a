import { describe, expect, it } from 'vitest';
import { countParameters } from '../../src/sim/parameters/count';
import { models } from './models';
import { publishedParameters } from './tables/parameters';

describe('parameter counts are those of the published checkpoints, to the last digit', () => {
  it.each(publishedParameters)('%s', (name, total, active) => {
    const count = countParameters(models[name]);
    expect(count.total).toBe(total);
    expect(count.active).toBe(active);
  });

  it('DeepSeek-R1 with its MTP module and the copies its checkpoint stores', () => {
    expect(countParameters(models.deepseekV3).stored).toBe(684_489_845_504);
  });
});
