import { LAST_STOP, type Player } from './player';
import { text as t } from './strings';

interface Props {
  readonly player: Player;
  readonly isStill: boolean;
  readonly slider: (element: HTMLInputElement | null) => void;
}

/** The five steps, a slider over them, and play, pause, back and forth. */
export function Stepper({ player, isStill, slider }: Props) {
  const { step, isAtEnd, isPlaying, moment } = player;
  return (
    <div class="stepper controls">
      <div class="scrub">
        <input
          type="range"
          ref={slider}
          min="0"
          max={LAST_STOP}
          step={isStill ? 1 : 0.01}
          defaultValue={String(moment.current)}
          aria-label={t.slider}
          aria-valuetext={t.atStop(step, t.steps[step]!)}
          onInput={(event) => player.jumpTo(Number(event.currentTarget.value))}
        />
      </div>
      <ol class="steps">
        {t.steps.map((name, index) => (
          <li key={name} style={{ left: `${(100 * index) / LAST_STOP}%` }}>
            <button
              type="button"
              aria-current={index === step ? 'step' : undefined}
              onClick={() => player.goTo(index)}
            >
              {t.stepButton(index, name)}
            </button>
          </li>
        ))}
      </ol>
      <div class="stepper-buttons">
        <button type="button" class="btn" disabled={step === 0} onClick={() => player.stepBy(-1)}>
          {t.previous}
        </button>
        {!isStill && (
          <button type="button" class="btn" onClick={isPlaying ? player.pause : player.play}>
            {isPlaying ? t.pause : t.play}
          </button>
        )}
        <button type="button" class="btn" disabled={isAtEnd} onClick={() => player.stepBy(1)}>
          {t.next}
        </button>
        <span class="quiet keys">{t.keys}</span>
      </div>
    </div>
  );
}
