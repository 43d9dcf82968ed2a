import { useRef } from 'preact/hooks';
import { Sides } from '../../components/sides';
import { ViewFrame } from '../../components/view-frame';
import { tableOfSides } from '../../model/sides';
import { deviceName, text } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { ChangesTable } from './changes-table';
import { LayerClock, longestDirection } from './layer-clock';
import { LinkBars } from './link-bars';
import { differenceOf, headingOf } from './model';
import { PartsTable } from './parts-table';
import { StepBar } from './step-bar';
import { partsTable } from './tables';

/** What one step is made of, one layer on the clock, and how busy the links are. */
export function Time(props: ViewProps) {
  const { sides } = props;
  const [{ table }, keep] = keptState(props, { table: false });
  const picture = useRef<HTMLDivElement>(null);
  const results = sides.map(({ side }) => side.result);
  const [first, second] = results as [(typeof results)[0], (typeof results)[0]?];
  // Both against one axis.
  const longest = Math.max(...results.map(({ step }) => step.seconds));
  const longestLayer = Math.max(...results.map(({ step }) => longestDirection(step.layer)));
  return (
    <ViewFrame
      view={props.view}
      heading={second ? differenceOf(first, second) : headingOf(first)}
      table={() => tableOfSides(sides, ({ result }) => partsTable(result))}
      picture={picture}
      fileName={`${deviceName(first.scenario.cluster.accelerator)}-EP${first.scenario.layout.ep}`}
      showTable={table}
      onShowTable={(shown) => keep({ table: shown })}
    >
      <div ref={picture}>
        {sides.map(({ name, side }) => (
          <div key={name} class="step-of">
            {second && <p class="side-name">{text.sides[name]}</p>}
            <StepBar result={side.result} longest={longest} />
          </div>
        ))}
        {second ? <ChangesTable before={first} after={second} /> : <PartsTable result={first} />}
        <Sides sides={sides}>
          {({ side: { result } }) => (
            <>
              <LayerClock
                layer={result.step.layer}
                longest={longestLayer}
                training={result.scenario.workload.mode === 'train'}
              />
              <LinkBars result={result} />
            </>
          )}
        </Sides>
      </div>
    </ViewFrame>
  );
}
