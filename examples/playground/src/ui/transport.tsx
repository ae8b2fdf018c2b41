// How fast it goes, and what makes it go: play, step, start anew, and the pace to keep to.

import { type AnyStudio, counted } from "../engine/studio.js";
import { Segments } from "./controls.js";

const PACES = [
  [30, "30/s"],
  [300, "300/s"],
  [3000, "3,000/s"],
  [0, "full speed"],
] as const;

/** The headline: what stands before the first step, and from then on how fast steps are made. */
export function Speed({ studio, goal }: { readonly studio: AnyStudio; readonly goal: string }) {
  const pace = studio.pace.value;
  const kernels = studio.kernels.value;
  if (studio.step.value === 0 && !(pace > 0 && studio.playing.value)) {
    const title = studio.overview.value === null ? "Starting" : studio.playing.value ? "Go" : "Ready";
    return (
      <p class="speed">
        <strong>{title}</strong>
        <span>{goal}</span>
      </p>
    );
  }
  return (
    <p class="speed">
      <strong>{counted(rounded(pace))}</strong>
      <span>
        training steps a second{studio.limit.value === 0 ? " " : ", "}
        {studio.limit.value === 0
          ? `on one core of this CPU${kernels && `, with ${kernels} kernels`}`
          : "so that you can watch them; full speed shows what this CPU can do"}
      </span>
    </p>
  );
}

export function Transport({ studio }: { readonly studio: AnyStudio }) {
  const playing = studio.playing.value;
  const disabled = studio.lost.value || studio.overview.value === null;
  return (
    <div class="transport">
      <button
        type="button"
        class="primary"
        disabled={disabled}
        onClick={() => (playing ? studio.pause() : studio.play())}
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <path d={playing ? "M3 2h3.5v12H3zM9.5 2H13v12H9.5z" : "M3 1.5 14 8 3 14.5z"} fill="currentColor" />
        </svg>
        {playing ? "Pause" : "Train"}
      </button>
      <button type="button" disabled={disabled} onClick={() => studio.stepOnce()}>
        Step
      </button>
      <button type="button" disabled={disabled} onClick={() => studio.reset()}>
        Reset
      </button>
      <button type="button" disabled={disabled} onClick={() => studio.replay()}>
        Replay slowly
      </button>
      <div class="pace">
        <span aria-hidden="true">Pace</span>
        <Segments
          label="Pace"
          options={PACES}
          value={studio.limit.value}
          onChange={(limit) => studio.limitPace(limit)}
        />
      </div>
    </div>
  );
}

/** What to do next, for those who are here for the first time. */
export function tipFor(studio: AnyStudio, tips: Readonly<Record<"before" | "playing" | "paused", string>>): string {
  if (studio.playing.value) return tips.playing;
  return studio.step.value === 0 ? tips.before : tips.paused;
}

/** Where the training stands, in figures. */
export function Standing({ studio }: { readonly studio: AnyStudio }) {
  const history = studio.history.value;
  const figures = [
    ["Step", counted(studio.step.value)],
    ["Epoch", studio.epoch.value < 10 ? studio.epoch.value.toFixed(1) : counted(Math.floor(studio.epoch.value))],
    ["Test loss", history ? loss(history.testLoss.at(-1) ?? 0) : "…"],
    ["Accuracy", history ? percent(history.testAccuracy.at(-1) ?? 0) : "…"],
  ];
  return (
    <dl class="standing">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Two or three digits that stand still are read; six that flicker are not. */
function rounded(pace: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, pace))) - 2);
  return Math.round(pace / unit) * unit;
}

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
export function loss(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 0.001 ? String(Number(value.toPrecision(3))) : powerOf(value);
}

/** 3e-7 as it is written by hand. */
export function powerOf(value: number): string {
  return value === 0 ? "0" : value.toExponential(0).replace("e-", "e−").replace("e+", "e");
}
