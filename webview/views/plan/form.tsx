import type { Objective } from '../../../src/plan/search/objective';
import type { GpuRange, PlanQuery } from '../../../src/worker/plan';
import { Select } from '../../components/select';
import { text as t } from './strings';

/** What the user typed; numbers stay text until they are asked for. */
export interface Asked {
  readonly gpus: string;
  readonly objective: Objective;
  readonly margin: string;
  readonly tpot: string;
  readonly ttft: string;
}

/** How many of the best are shown. */
const TOP = 10;

/** Numbers of GPUs as `64`, `64, 128` or `64-512`; `null` for anything else. */
function rangesOf(text: string): readonly GpuRange[] | null {
  const ranges = text.split(',').map((part) => {
    const [, from, to] = /^\s*(\d{1,7})(?:\s*-\s*(\d{1,7}))?\s*$/.exec(part) ?? [];
    return { from: Number(from), to: Number(to ?? from) };
  });
  return ranges.every(({ from, to }) => from >= 1 && from <= to) ? ranges : null;
}

const limitOf = (text: string): number | null => {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? null : value;
};

/** What the form asks for; `null` where its GPUs are no numbers. */
export function queryOf(asked: Asked): PlanQuery | null {
  const gpus = rangesOf(asked.gpus);
  return (
    gpus && {
      gpus,
      objective: asked.objective,
      limits: {
        memoryMarginGiB: limitOf(asked.margin) ?? 0,
        tpotMilliseconds: limitOf(asked.tpot),
        ttftMilliseconds: limitOf(asked.ttft),
      },
      top: TOP,
      pricePerGpuHour: null,
    }
  );
}

interface Props {
  readonly asked: Asked;
  readonly serves: boolean;
  readonly searching: boolean;
  readonly onAsk: (patch: Partial<Asked>) => void;
  readonly onSearch: () => void;
  readonly onStop: () => void;
}

/** GPUs, objective and limits. */
export function PlanForm({ asked, serves, searching, onAsk, onSearch, onStop }: Props) {
  const input = (name: Exclude<keyof Asked, 'objective'>, label: string, hint?: string) => (
    <div class="knob">
      <span class="knob-label">
        <label for={`plan-${name}`}>{label}</label>
      </span>
      <input
        id={`plan-${name}`}
        class="number"
        value={asked[name]}
        {...(hint === undefined ? {} : { title: hint })}
        aria-invalid={name === 'gpus' && rangesOf(asked.gpus) === null}
        onInput={(event) => onAsk({ [name]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <form
      class="plan-form"
      aria-label={t.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (searching) onStop();
        else onSearch();
      }}
    >
      <div class="knobs">
        {input('gpus', t.gpus, t.gpusHint)}
        <div class="knob">
          <span class="knob-label">
            <label for="plan-objective">{t.objective}</label>
          </span>
          <Select
            id="plan-objective"
            value={asked.objective}
            options={Object.entries(t.objectives).map(([value, label]) => ({ value, label }))}
            onChange={(value) => onAsk({ objective: value as Objective })}
          />
        </div>
        {input('margin', t.margin)}
        {serves && input('tpot', t.tpot)}
        {serves && input('ttft', t.ttft)}
      </div>
      <div class="actions">
        <button
          type="submit"
          class={searching ? 'btn' : 'btn primary'}
          disabled={!searching && rangesOf(asked.gpus) === null}
        >
          {searching ? t.stop : t.search}
        </button>
        {rangesOf(asked.gpus) === null && <span class="quiet">{t.gpusWrong}</span>}
      </div>
    </form>
  );
}
