import { useMemo, useState } from 'preact/hooks';
import type { PanelSide, ViewId } from '../../src/panel/protocol';
import type { SimulationResult } from '../../src/sim/result';
import { count, fixed, gibCapacity, gibShort, percent, time, timeIn, timeText } from '../format';
import { meanMemory, PART_COLOURS, partsOf } from '../model/memory';
import { PART_FILLS, partsOfSteps } from '../model/step';
import type { Busy, Show } from '../state';
import { text } from '../strings';
import { viewOf } from '../views/views';
import { Chips } from './chips';
import { Findings } from './findings';

interface Segment {
  readonly size: number;
  readonly colour: string;
}

/** The composition of a figure's view, four pixels high. `mark` is a capacity, as a fraction of the whole width. */
function Composition({
  segments,
  whole,
  mark,
}: {
  segments: readonly Segment[];
  whole: number;
  mark?: number;
}) {
  let sum = 0;
  const placed = segments
    .filter((segment) => segment.size > 0)
    .map((segment) => {
      const start = sum;
      sum += segment.size;
      return { ...segment, start };
    });
  const scale = whole > 0 ? 100 / whole : 0;
  return (
    <svg class="composition" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      {placed.map(({ start, size, colour }) => (
        <rect
          key={start}
          x={start * scale}
          width={Math.max(0.3, size * scale - 0.4)}
          height="4"
          fill={colour}
        />
      ))}
      {mark !== undefined && (
        <rect x={Math.min(99, mark * 100 - 0.5)} width="1" height="4" fill="var(--red)" />
      )}
    </svg>
  );
}

interface FigureProps {
  readonly name: string;
  readonly basis: string;
  readonly basisNote: string;
  readonly value: string;
  readonly unit: string;
  readonly context: string;
  readonly view: ViewId;
  readonly onView: (view: ViewId) => void;
  readonly composition: Parameters<typeof Composition>[0];
}

function Figure(props: FigureProps) {
  return (
    <button type="button" class="figure" data-view={props.view} onClick={() => props.onView(props.view)}>
      <span class="name">
        <span>{props.name}</span>
        <span class="basis" title={props.basisNote}>
          {props.basis}
        </span>
      </span>
      <span class="number">
        {props.value} <small>{props.unit}</small>
      </span>
      <span class="context">{props.context}</span>
      <Composition {...props.composition} />
      <span class="vh">, {text.figure.opens(viewOf(props.view).title)}</span>
    </button>
  );
}

function memoryFigure({ memory }: SimulationResult): Omit<FigureProps, 'view' | 'onView'> {
  const fullest = memory.perRank[memory.fullestRank]!;
  const whole = Math.max(fullest.total, fullest.capacity);
  return {
    name: text.figure.memory,
    basis: text.model,
    basisNote: text.modelNote,
    value: gibShort(fullest.total),
    unit: text.figure.ofCapacity(gibCapacity(fullest.capacity)),
    context: text.figure.fullest(memory.fullestRank, gibShort(meanMemory(memory).total)),
    composition: {
      segments: partsOf(memory).map((part) => ({ size: fullest[part], colour: PART_COLOURS[part] })),
      whole,
      mark: fullest.capacity / whole,
    },
  };
}

function alltoallFigure({
  time: communication,
  placement,
}: SimulationResult): Omit<FigureProps, 'view' | 'onView'> {
  const out = communication.dispatch.microseconds / 1e6;
  const back = communication.combine.microseconds / 1e6;
  const total = time(out + back);
  const share = (seconds: number) => timeIn(seconds, total.unit);
  return {
    name: text.figure.alltoall,
    basis: text.basis(communication.basis),
    basisNote: communication.basis.note,
    ...total,
    context:
      placement.nodeOfRank.length > 1
        ? text.figure.outAndBack(share(out), share(back))
        : text.figure.nothingSent,
    composition: {
      segments: [out, back].map((size) => ({ size, colour: 'var(--purple)' })),
      whole: out + back,
    },
  };
}

/** A figure that stays in one line with its unit. */
const unbroken = (figure: string): string => figure.replaceAll(' ', '\u00a0');

function stepFigure({ step, scenario }: SimulationResult): Omit<FigureProps, 'view' | 'onView'> {
  const figures = [
    step.mfu === undefined ? null : text.figure.mfu(percent(step.mfu, 1)),
    step.tpotMilliseconds === undefined ? null : text.figure.tpot(timeText(step.tpotMilliseconds / 1e3)),
    step.ttftMilliseconds === undefined ? null : text.figure.ttft(timeText(step.ttftMilliseconds / 1e3)),
    text.figure.throughput(
      step.tokensPerSecondPerGpu >= 100
        ? count(step.tokensPerSecondPerGpu)
        : fixed(step.tokensPerSecondPerGpu, 1),
    ),
  ];
  return {
    name: text.figure.step[scenario.workload.mode],
    basis: text.basis(step.basis),
    basisNote:
      step.ttftBasis && step.ttftBasis !== step.basis
        ? `${step.basis.note}\n${text.figure.ttftBasis(step.ttftBasis.note)}`
        : step.basis.note,
    ...time(step.seconds),
    context: figures.flatMap((figure) => (figure === null ? [] : unbroken(figure))).join(', '),
    composition: {
      segments: partsOfSteps([step]).map(({ name, seconds }) => ({
        size: seconds[0]!,
        // A hatch is unreadable four pixels high.
        colour: name === 'waiting' ? 'var(--n3)' : PART_FILLS[name],
      })),
      whole: step.parts.reduce((sum, part) => sum + part.seconds, 0),
    },
  };
}

interface Props {
  readonly show: Show;
  readonly side: PanelSide;
  readonly busy: Busy | null;
  readonly onView: (view: ViewId) => void;
  /** Opens the what-if of a field. */
  readonly onTry: (name: string) => void;
}

/** The verdict in one line, three figures, and what they rest on. */
export function Header({ show, side, busy, onView, onTry }: Props) {
  const turnable = useMemo(() => new Set(show.knobs.map(({ name }) => name)), [show]);
  const [listed, list] = useState(false);
  const { result } = side;
  const { findings } = show;
  return (
    <header class="pad top">
      <div class="run">
        <b>{side.title}</b>
        <span>{side.subtitle}</span>
        <span class="space" />
        {findings.length > 0 && (
          <button
            type="button"
            class="link"
            aria-expanded={listed}
            aria-controls="findings"
            onClick={() => list(!listed)}
          >
            {text.findings(findings.length, show.fileName)}
          </button>
        )}
        <span>{busy?.message ?? text.simulatedIn(result.milliseconds)}</span>
        {/* Once, not with each percent. */}
        <span class="vh" role="status">
          {busy ? text.simulating : ''}
        </span>
      </div>
      {listed && <Findings findings={findings} id="findings" />}
      <h1>{side.sentence}</h1>
      <div class="three">
        <Figure {...memoryFigure(result)} view="memory" onView={onView} />
        <Figure {...alltoallFigure(result)} view="traffic" onView={onView} />
        <Figure {...stepFigure(result)} view="time" onView={onView} />
      </div>
      <Chips chips={side.chips} fileName={show.fileName} turnable={turnable} onTry={onTry} />
    </header>
  );
}
