// A canvas that is drawn anew whenever a signal that its drawing reads has changed, in as many pixels as the screen has.

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

export function Canvas({
  draw,
  label,
  class: name = "",
}: {
  readonly draw: Draw;
  readonly label: string;
  readonly class?: string;
}) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current as HTMLCanvasElement;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const paint = () => {
      const scale = devicePixelRatio;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      draw(context, canvas.width / scale, canvas.height / scale);
    };
    let stop = () => {};
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = (entry as ResizeObserverEntry).contentRect;
      canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(height * devicePixelRatio));
      stop();
      stop = effect(paint);
    });
    observer.observe(canvas);
    return () => {
      observer.disconnect();
      stop();
    };
  }, [draw]);
  return <canvas ref={ref} class={name} role="img" aria-label={label} />;
}
