// The curves of a training: loss, accuracy, and the gradients of the layers.

import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { History } from "../engine/protocol.js";
import type { AnyStudio } from "../engine/studio.js";
import { Chart, type Line } from "./chart.js";
import { css, mix, type Rgb } from "./palette.js";
import { loss, percent, powerOf } from "./transport.js";

const pair: readonly Line[] = [
  { name: "train", color: ({ soft }) => css(soft), dash: [4, 3], width: 1.5 },
  { name: "test", color: ({ ink }) => css(ink), width: 2 },
];

function useColumns(history: ReadonlySignal<History | null>, pick: (history: History) => readonly Float64Array[]) {
  return useComputed(() => (history.value ? [history.value.step, ...pick(history.value)] : null));
}

export function LossChart({ studio }: { readonly studio: AnyStudio }) {
  const data = useColumns(studio.history, ({ loss, testLoss }) => [loss, testLoss]);
  return <Chart title="Loss" lines={pair} data={data} log format={loss} />;
}

export function AccuracyChart({ studio }: { readonly studio: AnyStudio }) {
  const data = useColumns(studio.history, ({ accuracy, testAccuracy }) => [accuracy, testAccuracy]);
  return <Chart title="Accuracy" lines={pair} data={data} format={(share) => percent(share).replace(".0", "")} />;
}

/** From the first layer, in the colour of a class, to the last, in that of another. */
export function GradientChart({ studio }: { readonly studio: AnyStudio }) {
  const data = useColumns(studio.history, ({ gradients }) => gradients);
  const count = studio.history.value?.gradients.length ?? 1;
  const lines = Array.from({ length: count }, (_, i): Line => {
    const share = count > 1 ? i / (count - 1) : 1;
    return {
      name: i === count - 1 ? "output" : `layer ${i + 1}`,
      color: ({ classes }) => css(mix(classes[0] as Rgb, classes[1] as Rgb, share)),
      width: 1.75,
    };
  });
  return (
    <Chart
      title="Gradient norms"
      lines={lines}
      data={data}
      log
      format={(value) => (value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(1))) : powerOf(value))}
    />
  );
}
