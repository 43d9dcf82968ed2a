import { useRef } from 'preact/hooks';
import { ViewFrame } from '../../components/view-frame';
import { deviceName } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { LayerClock } from './layer-clock';
import { LinkBars } from './link-bars';
import { headingOf } from './model';
import { PartsTable } from './parts-table';
import { StepBar } from './step-bar';
import { partsTable } from './tables';

/** What one step is made of, one layer on the clock, and how busy the links are. */
export function Time(props: ViewProps) {
  const { result } = props.show.baseline;
  const [{ table }, keep] = keptState(props, { table: false });
  const picture = useRef<HTMLDivElement>(null);
  return (
    <ViewFrame
      view={props.view}
      heading={headingOf(result)}
      table={() => partsTable(result)}
      picture={picture}
      fileName={`${deviceName(result.scenario.cluster.accelerator)}-EP${result.scenario.layout.ep}`}
      showTable={table}
      onShowTable={(shown) => keep({ table: shown })}
    >
      <div ref={picture}>
        <StepBar result={result} />
        <PartsTable result={result} />
        <LayerClock layer={result.step.layer} training={result.scenario.workload.mode === 'train'} />
        <LinkBars result={result} />
      </div>
    </ViewFrame>
  );
}
