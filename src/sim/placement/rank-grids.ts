import type { LayoutScenario, RankOrder } from '../../scenario/scenario';

export type GridAxisName = 'tp' | 'cp' | 'dp' | 'pp' | 'etp' | 'ep' | 'edp';

/** One dimension of a grid over world ranks; a name may have several, which together are that size. */
interface Axis<Name extends GridAxisName = GridAxisName> {
  readonly name: Name;
  readonly size: number;
}

type ExpertAxis = Axis<'etp' | 'ep' | 'edp' | 'pp'>;
type DenseAxis = Axis<'tp' | 'cp' | 'dp' | 'pp'>;

/** A dimension with the distance, in world ranks, between neighbours along it. */
export interface GridAxis extends Axis {
  readonly stride: number;
}

/** Both grids lie over the same world ranks: each rank has a place in the one and in the other (folding). */
export interface RankGrids {
  readonly worldSize: number;
  readonly dense: readonly GridAxis[];
  readonly expert: readonly GridAxis[];
}

/** The expert grid by rank order, leftmost axis fastest. */
const expertAxes: Readonly<Record<RankOrder, (layout: LayoutScenario) => readonly ExpertAxis[]>> = {
  'tp-cp-ep-dp-pp': (layout) => [etp(layout), ep(layout), edp(layout), pp(layout)],
  'tp-cp-ep-pp-dp': (layout) => [etp(layout), ep(layout), pp(layout), edp(layout)],
  'tp-cp-dp-ep-pp': (layout) => [etp(layout), edp(layout), ep(layout), pp(layout)],
  'ep-tp-cp-pp': (layout) => {
    // Of the copies, those of MoE clusters run faster than MoE-TP and those of CP slower (mapping.py, moe_tp_groups).
    const clusters = Math.max(1, layout.edp / layout.cp);
    const others = layout.edp / clusters;
    return [ep(layout), edp({ edp: clusters }), etp(layout), edp({ edp: others }), pp(layout)];
  },
  'tp-cp-pp-dp': (layout) => {
    const name = layout.ep > 1 ? 'ep' : 'etp';
    return [{ name, size: layout.tp * layout.cp }, pp(layout), { name, size: layout.dp }];
  },
};

/**
 * The dense grid by rank order, leftmost axis fastest: the order without EP (Megatron-Core's `RankGenerator`). Attention
 * DP of TensorRT-LLM runs where TP does (NVIDIA/TensorRT-LLM@05ebebb2: tensorrt_llm/mapping.py, tp_group and cp_group).
 */
const denseAxes: Readonly<Record<RankOrder, (layout: LayoutScenario) => readonly DenseAxis[]>> = {
  'tp-cp-ep-dp-pp': (layout) => [tp(layout), cp(layout), dp(layout), pp(layout)],
  'tp-cp-ep-pp-dp': (layout) => [tp(layout), cp(layout), pp(layout), dp(layout)],
  'tp-cp-dp-ep-pp': (layout) => [tp(layout), cp(layout), dp(layout), pp(layout)],
  'ep-tp-cp-pp': (layout) => [tp(layout), dp(layout), cp(layout), pp(layout)],
  'tp-cp-pp-dp': (layout) => [tp(layout), cp(layout), pp(layout), dp(layout)],
};

const tp = ({ tp: size }: LayoutScenario): Axis<'tp'> => ({ name: 'tp', size });
const cp = ({ cp: size }: LayoutScenario): Axis<'cp'> => ({ name: 'cp', size });
const dp = ({ dp: size }: LayoutScenario): Axis<'dp'> => ({ name: 'dp', size });
const pp = ({ pp: size }: LayoutScenario): Axis<'pp'> => ({ name: 'pp', size });
const etp = ({ etp: size }: LayoutScenario): Axis<'etp'> => ({ name: 'etp', size });
const ep = ({ ep: size }: LayoutScenario): Axis<'ep'> => ({ name: 'ep', size });
const edp = ({ edp: size }: Pick<LayoutScenario, 'edp'>): Axis<'edp'> => ({ name: 'edp', size });

/** The dimensions of the expert grid with their strides. */
export function expertGrid(layout: LayoutScenario): readonly GridAxis[] {
  return withStrides(expertAxes[layout.order](layout));
}

/**
 * Both grids of a job. Ranks that hold the same experts without being counted in EDP (context-parallel ones of
 * TensorRT-LLM) are copies all the same, so that the expert grid covers the world as the dense one does.
 */
export function rankGrids(layout: LayoutScenario): RankGrids {
  const { worldSize } = layout;
  const copies = worldSize / (layout.etp * layout.ep * layout.pp);
  return {
    worldSize,
    dense: withStrides(denseAxes[layout.order](layout)),
    expert: expertGrid({ ...layout, edp: copies }),
  };
}

function withStrides(axes: readonly Axis[]): readonly GridAxis[] {
  let stride = 1;
  return axes.map(({ name, size }) => {
    const axis = { name, size, stride };
    stride *= size;
    return axis;
  });
}

/** Every combination of places on some axes as a distance in world ranks, the first of the axes fastest. */
export function offsetsOf(axes: readonly GridAxis[]): number[] {
  return axes.reduce(
    (offsets, { size, stride }) =>
      Array.from({ length: size }, (_, i) => offsets.map((offset) => i * stride + offset)).flat(),
    [0],
  );
}
