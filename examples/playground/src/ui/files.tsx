// What goes in and out: models, event files, a link to these settings.

import { useRef, useState } from "preact/hooks";
import type { AnyStudio } from "../engine/studio.js";

/** A button that asks for files. */
export function FileButton(props: {
  readonly label: string;
  readonly accept: string;
  readonly multiple?: boolean;
  readonly disabled?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const { label, accept, multiple = false, disabled = false, onFiles } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" disabled={disabled} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-label={label}
        accept={accept}
        multiple={multiple}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // The same file may be chosen again.
          currentTarget.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}

export function Files({ studio }: { readonly studio: AnyStudio }) {
  const disabled = studio.lost.value || studio.busy.value !== null || studio.overview.value === null;
  return (
    <section class="files" aria-label="Save, load and share">
      <div class="group">
        <button type="button" disabled={disabled} onClick={() => studio.save("lanewise")}>
          Save model
        </button>
        <FileButton
          label="Load model"
          accept=".safetensors,.zip,.json,.bin"
          multiple
          disabled={disabled}
          onFiles={(files) => studio.load(files)}
        />
        <CopyButton label="Copy link" text={() => location.href} />
      </div>
      <div class="group">
        <span>Export</span>
        <button type="button" disabled={disabled} aria-describedby="export-model" onClick={() => studio.save("tfjs")}>
          TensorFlow.js
        </button>
        <button
          type="button"
          disabled={disabled}
          aria-describedby="export-curves"
          onClick={() => studio.save("tensorboard")}
        >
          TensorBoard
        </button>
      </div>
      <p class="note">
        Models are saved with settings, steps and curves; a link holds the settings.{" "}
        <span id="export-model">The model goes to TensorFlow.js as a zip file, which loads here too;</span>{" "}
        <span id="export-curves">the curves go to TensorBoard.</span> Files can be dropped anywhere.
      </p>
    </section>
  );
}

/** Copies a text and says so, to the eye and to a screen reader. */
export function CopyButton({
  label,
  text,
  disabled = false,
}: {
  readonly label: string;
  readonly text: () => string;
  readonly disabled?: boolean;
}) {
  const [said, say] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      say("Copied");
    } catch {
      // Pages that are not served securely have no clipboard.
      say(copyBySelection(text()) ? "Copied" : "Not copied");
    }
    setTimeout(() => say(""), 1600);
  };
  return (
    <button type="button" class="copy" disabled={disabled} onClick={copy}>
      <span class={said ? "under" : ""}>{label}</span>
      <span class="said" role="status">
        {said}
      </span>
    </button>
  );
}

function copyBySelection(text: string): boolean {
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "hidden" });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
