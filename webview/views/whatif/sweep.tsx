import type { Exploration, Knob } from '../../../src/panel/protocol';
import type { Change } from '../../../src/plan/whatif';
import { Select } from '../../components/select';
import { count, fixed, timeText } from '../../format';
import { fitText } from '../../model/fit-text';
import { css } from '../../ramp';
import type { ViewProps } from '../view';
import { fits, freeGiB, isLegal, type Legal } from './explored';
import { ExploreButton } from './sensitivity';
import { text } from './strings';

const t = text.sweep;

interface Props extends Pick<ViewProps, 'exploration' | 'exploring' | 'theme'> {
  readonly knobs: readonly Knob[];
  readonly x: string;
  readonly y: string;
  readonly onChoose: (chosen: { readonly x?: string; readonly y?: string }) => void;
  readonly onTry: (changes: readonly Change[]) => void;
  readonly isHere: boolean;
  readonly onStart: () => void;
}

/** One field through all its values, or two against each other. */
export function SweepTable(props: Props) {
  const { knobs, x, y, onChoose, exploration, exploring, isHere, onStart } = props;
  const options = knobs.map(({ name, label, group }) => ({ value: name, label, group: text.groups[group] }));
  const sweep = exploration?.sweep ?? null;
  return (
    <section class="explore" aria-labelledby="sweep-title">
      <h3 id="sweep-title">{t.title}</h3>
      <p class="quiet">{t.about}</p>
      <div class="actions">
        <label for="sweep-x">{t.across}</label>
        <Select id="sweep-x" value={x} options={options} onChange={(name) => onChoose({ x: name })} />
        <label for="sweep-y">{t.down}</label>
        <Select
          id="sweep-y"
          value={y}
          options={[{ value: '', label: t.nothing }, ...options.filter(({ value }) => value !== x)]}
          onChange={(name) => onChoose({ y: name })}
        />
        <ExploreButton
          exploring={exploring}
          x={x}
          y={y === '' ? null : y}
          label={t.start}
          isHere={isHere}
          onStart={onStart}
        />
      </div>
      {sweep && <Result {...props} sweep={sweep} />}
    </section>
  );
}

type Sweep = NonNullable<Exploration['sweep']>;
interface ResultProps extends Props {
  readonly sweep: Sweep;
}

function Result(props: ResultProps) {
  return props.sweep.y === null ? <Curve {...props} /> : <Grid {...props} />;
}

const allLegal = ({ cells }: Sweep): Legal[] => cells.flat().filter(isLegal);

/** The fastest of those that hold all that is asked for; of those that fit, where none does. */
function fastest(sweep: Sweep): Legal | undefined {
  const fitting = allLegal(sweep).filter(({ figures }) => fits(figures));
  const whole = fitting.filter(({ figures }) => figures.shortage === 'none');
  return (whole.length > 0 ? whole : fitting).sort((a, b) => a.figures.seconds - b.figures.seconds)[0];
}

/** What a value is, beside its name: the best, or what has no room. */
function remarksOn(one: Legal, best: Legal | undefined): readonly string[] {
  const { figures } = one;
  const isWhole = figures.shortage === 'none';
  const praise = isWhole && figures.kvSequences ? t.fastestCaching : t.fastest;
  return [...(one === best ? [praise] : []), ...(isWhole ? [] : [fitText(figures)])];
}

/** One field: step time as bars from zero, with throughput and memory beside them. */
function Curve({ sweep, onTry }: ResultProps) {
  const longest = Math.max(...allLegal(sweep).map(({ figures }) => figures.seconds));
  const best = fastest(sweep);
  return (
    <table class="sweep">
      <caption class="vh">{t.caption(sweep.x.label, null)}</caption>
      <thead>
        <tr>
          <th scope="col">{sweep.x.label}</th>
          <th scope="col" class="r">
            {text.explore.step}
          </th>
          <th scope="col" class="wide" aria-label={text.explore.step} />
          <th scope="col" class="r">
            {text.explore.tokens}
          </th>
          <th scope="col" class="r">
            {t.free}
          </th>
        </tr>
      </thead>
      <tbody>
        {sweep.cells[0]!.map((one) => (
          <tr key={one.value}>
            <th scope="row">
              <button type="button" class="link" onClick={() => onTry(one.changes)}>
                {one.label}
              </button>
              {one.value === sweep.x.value && <span class="quiet">, {t.now}</span>}
              {isLegal(one) &&
                remarksOn(one, best).map((remark) => (
                  <span key={remark} class="quiet">
                    , {remark}
                  </span>
                ))}
            </th>
            {isLegal(one) ? (
              <>
                <td class="r">{timeText(one.figures.seconds)}</td>
                <td class="wide bar-cell">
                  <svg
                    width="100%"
                    height="12"
                    viewBox="0 0 100 12"
                    preserveAspectRatio="none"
                    aria-hidden="true"
                  >
                    <rect
                      class={fits(one.figures) ? 'swept' : 'swept full'}
                      x="0"
                      y="2"
                      width={Math.max(0.5, (one.figures.seconds / longest) * 100)}
                      height="8"
                    />
                  </svg>
                </td>
                <td class="r">{count(one.figures.tokensPerSecondPerGpu)}</td>
                <td class="r">{fixed(freeGiB(one.figures), 1)}</td>
              </>
            ) : (
              <td colSpan={4} class="quiet">
                {t.illegal}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Two fields: a map of step times; what does not fit says so. */
function Grid({ sweep, theme, onTry }: ResultProps) {
  const legal = allLegal(sweep);
  const [least, most] = [
    Math.min(...legal.map(({ figures }) => figures.seconds)),
    Math.max(...legal.map(({ figures }) => figures.seconds)),
  ];
  const shade = (seconds: number) => {
    const share =
      most > least ? (Math.log(seconds) - Math.log(least)) / (Math.log(most) - Math.log(least)) : 0;
    return css(theme.ramp[Math.round(share * 255)]!);
  };
  const best = fastest(sweep);
  const [x, y] = [sweep.x, sweep.y!];
  const rowLabel = (label: string) => label.slice(label.lastIndexOf(' \u00d7 ') + 3);
  const columnLabel = (label: string) => label.slice(0, label.lastIndexOf(' \u00d7 '));
  return (
    <>
      <div class="scroll">
        <table class="sweep map">
          <caption class="vh">{t.caption(x.label, y.label)}</caption>
          <thead>
            <tr>
              <th scope="col">
                {y.label} \ {x.label}
              </th>
              {sweep.cells[0]!.map((one) => (
                <th scope="col" class="r" key={one.value}>
                  {columnLabel(one.label)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sweep.cells.map((row) => (
              <tr key={row[0]!.label}>
                <th scope="row">{rowLabel(row[0]!.label)}</th>
                {row.map((one) => (
                  <td class="r" key={one.value}>
                    {isLegal(one) ? (
                      <button
                        type="button"
                        class={one === best ? 'cell best' : 'cell'}
                        aria-label={`${one.label}: ${[timeText(one.figures.seconds), ...remarksOn(one, best)].join(', ')}`}
                        onClick={() => onTry(one.changes)}
                      >
                        <svg width="10" height="10" aria-hidden="true">
                          <rect
                            class="swatch"
                            x="0.5"
                            y="0.5"
                            width="9"
                            height="9"
                            fill={fits(one.figures) ? shade(one.figures.seconds) : 'none'}
                          />
                        </svg>
                        {timeText(one.figures.seconds)}
                      </button>
                    ) : (
                      <span class="quiet" role="img" aria-label={t.illegal}>
                        {'\u2013'}
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">
        {t.legend}{' '}
        {best && `${best.label}: ${[timeText(best.figures.seconds), ...remarksOn(best, best)].join(', ')}.`}
      </p>
    </>
  );
}
