// Which pictures to train on: the embedded ones, or those that the visitor gives.

import { useState } from "preact/hooks";
import { counted, type Studio } from "../engine/studio.js";
import type { DigitSettings } from "../settings/tables.js";
import { FileButton } from "../ui/files.js";

export function Images({ studio }: { readonly studio: Studio<DigitSettings> }) {
  const [over, setOver] = useState(false);
  const [address, setAddress] = useState("");
  const data = studio.overview.value?.data;
  const disabled = studio.lost.value || studio.busy.value !== null;
  const use = (files: readonly File[]) => files.length > 0 && void studio.useImages({ files });
  const own = data !== undefined && data.name !== "Digits";
  return (
    <>
      <h2>Data</h2>
      <p class="facts">
        <b>{data?.name ?? "Digits"}</b>
        {data ? ` ${counted(data.trainCount)} to train on, ${counted(data.testCount)} to test` : " "}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what can be dropped can be chosen by the button, too */}
      <div
        class={`drop ${over ? "over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          use([...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <p>
          Train on <b>MNIST</b>: drop its IDX files (.gz or not) or mnist.npz here, or
        </p>
        <FileButton
          label="Choose files"
          accept=".gz,.npz,.idx,.idx3-ubyte,.idx1-ubyte,*/*"
          multiple
          disabled={disabled}
          onFiles={use}
        />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (address.trim()) void studio.useImages({ url: address.trim() });
          }}
        >
          <input
            type="text"
            inputMode="url"
            placeholder="or a folder's address"
            aria-label="Address of a folder with the four files of MNIST"
            value={address}
            onInput={({ currentTarget }) => setAddress(currentTarget.value)}
          />
          <button type="submit" disabled={disabled || address.trim() === ""}>
            Fetch
          </button>
        </form>
        {own && (
          <button type="button" class="quiet" disabled={disabled} onClick={() => studio.useImages(null)}>
            Back to the embedded digits
          </button>
        )}
      </div>
    </>
  );
}
