// Which digits are taken for which: a table that can be read, its ground the darker the more there are.

import type { AnyStudio } from "../engine/studio.js";

export function Confusion({ studio }: { readonly studio: AnyStudio }) {
  const names = studio.overview.value?.data.classNames ?? Array.from({ length: 10 }, (_, i) => String(i));
  const counts = studio.confusion.value;
  const classes = names.length;
  const at = (label: number, predicted: number) => counts?.[label * classes + predicted] ?? 0;
  const rowSum = (label: number) => names.reduce((sum, _, predicted) => sum + at(label, predicted), 0);
  return (
    <section class="confusion">
      <h2>
        Mistakes <small>rows are what it is, columns what it is taken for</small>
      </h2>
      <table>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, label) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {names.map((other, predicted) => {
                const count = at(label, predicted);
                return (
                  <td key={other} class={shade(count, rowSum(label), label === predicted)}>
                    {count > 0 ? count : ""}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Right ones by their share, mistakes by theirs, which are much smaller. */
function shade(count: number, all: number, right: boolean): string {
  if (count === 0 || all === 0) return right ? "right" : "";
  const share = count / all;
  // One in some hundred is no pattern.
  if (!right && share < 0.004) return "";
  const depth = right ? Math.ceil(4 * share) : Math.min(4, Math.ceil(16 * share));
  return `${right ? "right" : "wrong"} d${depth}`;
}
