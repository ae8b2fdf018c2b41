// The anchor of a heading, by one rule for the pages and for the links to them.

/** As GitHub and the guide's own list make them. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[`*]/g, "")
    .replaceAll(/[^\w -]/g, "")
    .trim()
    .replaceAll(" ", "-");
