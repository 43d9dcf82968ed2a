import type { LayerChoice } from '../../../src/sim/layer-traffic';
import type { PlacementResult } from '../../../src/sim/result';
import { Segmented } from '../../components/segmented';
import { LayerChooser } from './layers';
import type { Kept } from './options';
import { text as t } from './strings';

interface Props {
  readonly kept: Kept;
  readonly level: Kept['level'];
  readonly hasNodes: boolean;
  readonly placement: PlacementResult;
  readonly chosen: LayerChoice | null;
  readonly keep: (patch: Partial<Kept>) => void;
  /** Before another level is shown, in which a cell is another one. */
  readonly onLevel: () => void;
}

/** Which layer, which way, of whom, in what and on which scale. */
export function Controls({ kept, level, hasNodes, placement, chosen, keep, onLevel }: Props) {
  return (
    <>
      <LayerChooser placement={placement} value={chosen} onChange={(layer) => keep({ layer })} />
      <Segmented
        label={t.phase}
        value={kept.phase}
        onChange={(phase) => keep({ phase })}
        options={[
          { value: 'dispatch', text: t.dispatch },
          { value: 'combine', text: t.combine },
          { value: 'both', text: t.both },
        ]}
      />
      {hasNodes && (
        <Segmented
          label={t.level}
          value={level}
          onChange={(value) => {
            onLevel();
            keep({ level: value, zoom: null });
          }}
          options={[
            { value: 'ranks', text: t.ranks },
            { value: 'nodes', text: t.nodes },
          ]}
        />
      )}
      <Segmented
        label={t.unit}
        value={kept.unit}
        onChange={(unit) => keep({ unit })}
        options={[
          { value: 'copies', text: t.units.copies },
          { value: 'bytes', text: t.units.bytes },
          { value: 'time', text: t.units.time },
        ]}
      />
      <Segmented
        label={t.scale}
        value={kept.scale}
        onChange={(scale) => keep({ scale })}
        options={[
          { value: 'linear', text: t.linear },
          { value: 'log', text: t.log },
        ]}
      />
    </>
  );
}
