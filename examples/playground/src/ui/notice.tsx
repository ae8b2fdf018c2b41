// What went wrong, or well, and else what to do next, in a place of its own under the buttons: it covers nothing, and it is
// kept free, so that little moves. A problem that is told out of sight comes into it.

import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Notice } from "../engine/view.js";

export function NoticeBar({
  notice,
  busy,
  tip = "",
}: {
  readonly notice: Signal<Notice | null>;
  readonly busy?: string | null;
  readonly tip?: string;
}) {
  const shown = notice.value;
  const place = useRef<HTMLDivElement>(null);
  const isProblem = !busy && shown?.kind === "problem";
  useEffect(() => {
    if (isProblem) place.current?.scrollIntoView({ block: "nearest" });
  }, [isProblem, shown]);
  return (
    <div class="notices" ref={place}>
      <div role="status" aria-live="polite">
        {busy && <p class="notice">{busy} …</p>}
        {!busy && shown?.kind === "news" && <Bar notice={notice} shown={shown} />}
      </div>
      <div role="alert">{isProblem && <Bar notice={notice} shown={shown as Notice} />}</div>
      {!busy && shown === null && tip !== "" && <p class="tip">{tip}</p>}
    </div>
  );
}

function Bar({ notice, shown }: { readonly notice: Signal<Notice | null>; readonly shown: Notice }) {
  const { kind, text, action } = shown;
  return (
    <p class={`notice ${kind}`}>
      <span class="text">{text}</span>
      {action && (
        <button type="button" onClick={action.run}>
          {action.label}
        </button>
      )}
      <button
        type="button"
        class="quiet"
        aria-label="Close this message"
        onClick={() => {
          notice.value = null;
        }}
      >
        ✕
      </button>
    </p>
  );
}
