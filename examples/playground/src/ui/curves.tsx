// The curves of a training: loss, accuracy, and the gradients of the layers, read at the same step.

import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { History } from "../engine/protocol.js";
import type { AnyStudio } from "../engine/studio.js";
import { Chart, type Line } from "./chart.js";
import { Segments } from "./controls.js";
import { css, type Rgb } from "./palette.js";
import { loss, percent, powerOf } from "./transport.js";

const pair: readonly Line[] = [
  { name: "train", color: ({ soft }) => css(soft), dash: [4, 3], width: 1.5 },
  { name: "test", color: ({ ink }) => css(ink), width: 2 },
];

const AXES = [
  ["even", "even"],
  ["first", "first steps wider"],
] as const;

/** Steps a second from which the learning would be a corner of an even axis. */
const FAST = 3000;

export function Curves({ studio }: { readonly studio: AnyStudio }) {
  const { limit, axis } = studio;
  const chosen = axis.value ?? (limit.value === 0 || limit.value >= FAST ? "first" : "even");
  const common = { studio, wideFirst: chosen === "first" };
  return (
    <>
      <div class="curves-head">
        <h2>
          Curves <small>over steps; point at them to read them</small>
        </h2>
        <Segments
          label="Axis of the steps"
          options={AXES}
          value={chosen}
          onChange={(next) => {
            axis.value = next;
          }}
        />
      </div>
      <LossChart {...common} />
      <AccuracyChart {...common} />
      <GradientChart {...common} />
    </>
  );
}

interface CurveProps {
  readonly studio: AnyStudio;
  readonly wideFirst: boolean;
}

function useColumns(history: ReadonlySignal<History | null>, pick: (history: History) => readonly Float64Array[]) {
  return useComputed(() => (history.value ? [history.value.step, ...pick(history.value)] : null));
}

function LossChart({ studio, wideFirst }: CurveProps) {
  const data = useColumns(studio.history, ({ loss, testLoss }) => [loss, testLoss]);
  return (
    <Chart title="Loss" lines={pair} data={data} at={studio.read} wideFirst={wideFirst} scale="log" format={loss} />
  );
}

function AccuracyChart({ studio, wideFirst }: CurveProps) {
  const data = useColumns(studio.history, ({ accuracy, testAccuracy }) => [accuracy, testAccuracy]);
  const format = (share: number) => percent(share).replace(".0", "");
  return (
    <Chart
      title="Accuracy"
      lines={pair}
      data={data}
      at={studio.read}
      wideFirst={wideFirst}
      scale="share"
      format={format}
    />
  );
}

/** A colour for each hidden layer, every other one dashed; the output in ink. */
function GradientChart({ studio, wideFirst }: CurveProps) {
  const data = useColumns(studio.history, ({ gradients }) => gradients);
  const count = studio.history.value?.gradients.length ?? 1;
  const lines = Array.from({ length: count }, (_, i): Line => {
    if (i === count - 1) return { name: "output", color: ({ ink }) => css(ink), width: 1.75 };
    return {
      name: `layer ${i + 1}`,
      color: ({ layers }) => css(layers[i % layers.length] as Rgb),
      width: 1.75,
      ...(i % 2 === 1 && { dash: [6, 3] }),
    };
  });
  return (
    <Chart
      title="Gradient norms"
      lines={lines}
      data={data}
      at={studio.read}
      wideFirst={wideFirst}
      scale="log"
      format={(value) => (value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(1))) : powerOf(value))}
    />
  );
}
