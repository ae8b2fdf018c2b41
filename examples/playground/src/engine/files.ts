// Files in and out of the page.

import type { GivenFile } from "./protocol.js";

/** Where pictures come from that are not embedded; kept to be read again by another worker. */
export type ImageSource = { readonly files: readonly File[] } | { readonly url: string } | null;

/** What the worker is sent of it. */
export async function given(source: NonNullable<ImageSource>) {
  return "url" in source ? source : await readFiles(source.files);
}

export async function readFiles(files: readonly File[]): Promise<GivenFile[]> {
  return await Promise.all(files.map(async (file) => ({ name: file.name, bytes: await file.arrayBuffer() })));
}

/** Hands a file to the visitor. */
export function download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
