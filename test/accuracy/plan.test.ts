import { describe, expect, test } from 'vitest';
import { mappingChoice, measuredMappings, plannedSpeed } from './plan-choices';

describe('the planner orders measured mappings as they were measured', () => {
  for (const mappings of measuredMappings()) {
    test(mappings.setting, () => {
      const { spearman, takenFigure, bestFigure } = mappingChoice(mappings, plannedSpeed);
      expect(spearman).toBe(1);
      expect(takenFigure).toBeGreaterThanOrEqual(0.95 * bestFigure);
    });
  }
});
