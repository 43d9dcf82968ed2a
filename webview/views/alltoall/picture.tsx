import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { SimulationResult } from '../../../src/sim/result';
import { deepestPile, journeysOf } from '../../charts/journeys';
import { boxAt, homeX, layOutStage } from '../../charts/stage';
import { usePixelRatio, useReducedMotion, useWidth } from '../../hooks';
import type { Routes } from '../../model/alltoall';
import type { DrawnToken, Subset } from '../../model/subset';
import type { Theme } from '../../theme';
import { drawFrame, tokenAt } from './draw-frame';
import { drawStage } from './draw-stage';
import { LAST_STOP, usePlayer } from './player';
import { paletteOf, type Scene } from './scene';
import { Stepper } from './stepper';
import { type Means, text as t } from './strings';

interface Props {
  readonly result: SimulationResult;
  readonly routes: Routes;
  readonly subset: Subset;
  readonly tokens: readonly DrawnToken[];
  readonly means: Means;
  readonly theme: Theme;
  /** Where it was left. */
  readonly from: number;
  /** Index of the token whose ways are drawn. */
  readonly selected: number;
  readonly onSelect: (token: number) => void;
  readonly onRank: (rank: number | null) => void;
  readonly onStep: (step: number) => void;
  readonly onRest: (moment: number) => void;
}

/** Bytes of one element of a hidden state where nothing travels: BF16. */
const BYTES_AT_HOME = 2;

/** Squares become no smaller than this where experts stand close. */
const SMALLEST_SCALE = 0.6;

/** The picture and what moves it. Frames are painted past the component, which renders at stills only. */
export function Picture(props: Props) {
  const { result, subset, tokens, theme, selected } = props;
  const frame = useRef<HTMLDivElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const moving = useRef<HTMLCanvasElement>(null);
  const slider = useRef<HTMLInputElement | null>(null);
  const width = useWidth(frame);
  const ratio = usePixelRatio();
  const isStill = useReducedMotion();
  const scene = useMemo(
    () => (width === 0 ? null : sceneOf(props, width)),
    [width, subset, tokens, theme, result],
  );

  const paint = (moment: number) => {
    const context = moving.current?.getContext('2d');
    if (!context || !scene) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawFrame(context, scene, moment, selected);
    if (slider.current) slider.current.value = String(moment);
  };
  const player = usePlayer({ from: props.from, isStill, paint, onRest: props.onRest });

  useLayoutEffect(() => {
    if (!scene) return;
    for (const canvas of [still.current!, moving.current!]) {
      canvas.width = Math.ceil(scene.stage.width * ratio);
      canvas.height = Math.ceil(scene.stage.height * ratio);
    }
    const context = still.current!.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawStage(context, scene);
    paint(player.moment.current);
  }, [scene, ratio]);
  useLayoutEffect(() => paint(player.moment.current), [selected]);
  useEffect(() => props.onStep(player.step), [player.step]);

  const go = (key: string): boolean => {
    const toToken = (index: number) => props.onSelect((index + tokens.length) % tokens.length);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowRight: () => player.stepBy(1),
      ArrowLeft: () => player.stepBy(-1),
      ArrowDown: () => toToken(selected + 1),
      ArrowUp: () => toToken(selected - 1),
      Home: () => player.goTo(0),
      End: () => player.goTo(LAST_STOP),
      ' ': () => (player.isPlaying ? player.pause() : player.play()),
      Escape: () => props.onRank(null),
    };
    actions[key]?.();
    return actions[key] !== undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isButton = event.target instanceof HTMLButtonElement;
    if (isButton && event.key === ' ') return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (go(event.key)) event.preventDefault();
  };
  const at = (event: MouseEvent): readonly [number, number] => {
    const box = moving.current!.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const { step } = player;
  const size = scene && { width: `${scene.stage.width}px`, height: `${scene.stage.height}px` };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the picture and its controls together
    <div onKeyDown={onKeyDown}>
      <div ref={frame} class="exchange-frame">
        {scene && size && (
          <div class="exchange" style={size}>
            <canvas ref={still} style={size} />
            {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas has no meaning of its own */}
            <canvas
              ref={moving}
              class="moving"
              style={size}
              tabIndex={0}
              role="application"
              aria-label={t.picture(subset.ranks.length, tokens.length, t.atStop(step, t.steps[step]!))}
              onClick={(event) => {
                const [x, y] = at(event);
                const token = tokenAt(scene, player.moment.current, x, y);
                const box = boxAt(scene.stage, x, y);
                if (token !== null) props.onSelect(token);
                else if (box) props.onRank(box.rank);
              }}
            />
          </div>
        )}
      </div>
      <Stepper
        player={player}
        isStill={isStill}
        slider={(element) => {
          slider.current = element;
        }}
      />
    </div>
  );
}

function sceneOf({ result, routes, subset, tokens, means }: Props, width: number): Scene {
  const { placement, traffic, scenario } = result;
  const slotsOf = new Map(
    subset.ranks.map((rank) => [rank, { all: [] as number[], used: [] as number[] }] as const),
  );
  placement.physicalToRank.forEach((first, slot) => {
    for (let part = 0; part < routes.parts; part++) slotsOf.get(first + part)?.all.push(slot);
  });
  for (const { drawn } of tokens)
    for (const { to, slots } of drawn) for (const slot of slots) addOnce(slotsOf.get(to)!.used, slot);
  for (const { used } of slotsOf.values()) used.sort((a, b) => a - b);
  const ofRank = new Map<number, number[]>();
  tokens.forEach(({ rank }, index) => {
    ofRank.set(rank, [...(ofRank.get(rank) ?? []), index]);
  });
  const stage = layOutStage({
    nodes: subset.nodes,
    slotsOf,
    tokens: Math.max(1, ...[...ofRank.values()].map(({ length }) => length)),
    deepest: deepestPile(tokens),
    hasNic: tokens.some(({ drawn }) => drawn.some(({ link }) => link === 'scaleOut')),
    hasScaleUp: tokens.some(({ drawn }) => drawn.some(({ link, via }) => link === 'scaleUp' || via !== null)),
    width,
  });
  const homes = tokens.map(({ rank }, index) => {
    const box = stage.boxes.get(rank)!;
    const own = ofRank.get(rank)!;
    return { x: homeX(stage, box, own.indexOf(index), own.length), y: box.y + stage.levels.home };
  });
  const atHome = BYTES_AT_HOME * scenario.model.hiddenSize;
  const [out, back] = [traffic.dispatch.rowBytes, traffic.combine.rowBytes];
  const most = Math.max(atHome, out, back);
  const narrowest = Math.min(...[...stage.boxes.values()].map(({ pitch }) => pitch));
  const fitting = Math.max(SMALLEST_SCALE, (narrowest - 1) / (stage.side * Math.sqrt(out / most)));
  const sideOf = (rowBytes: number) => stage.side * Math.min(1, fitting) * Math.sqrt(rowBytes / most);
  return {
    stage,
    subset,
    tokens,
    journeys: journeysOf(stage, tokens),
    homes,
    palette: paletteOf(subset, tokens),
    sides: { home: sideOf(atHome), out: sideOf(out), back: sideOf(back) },
    expertName: (slot) => String(placement.physicalToLogical[slot]),
    scaleUpName: means.scaleUp,
  };
}

function addOnce(list: number[], value: number): void {
  if (!list.includes(value)) list.push(value);
}
