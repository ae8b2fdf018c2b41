// Where data come from and under which licence, as their makers ask.

import type { AnyStudio } from "../engine/studio.js";

export function Source({ studio }: { readonly studio: AnyStudio }) {
  const source = studio.overview.value?.data.source;
  return source ? <p class="source">Data: {source}.</p> : null;
}
