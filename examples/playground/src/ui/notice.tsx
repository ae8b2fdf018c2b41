// What went wrong, or well, said where the visitor looks. The place is kept free, so that nothing jumps.

import type { Signal } from "@preact/signals";
import type { Notice } from "../engine/view.js";

export function NoticeBar({ notice, busy }: { readonly notice: Signal<Notice | null>; readonly busy?: string | null }) {
  const shown = notice.value;
  return (
    <div class="notices">
      <div role="status" aria-live="polite">
        {busy && <p class="notice">{busy} …</p>}
        {!busy && shown?.kind === "news" && <Bar notice={notice} shown={shown} />}
      </div>
      <div role="alert">{!busy && shown?.kind === "problem" && <Bar notice={notice} shown={shown} />}</div>
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
