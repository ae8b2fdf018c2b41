// Where to read on: the guide, the map of the code and the source of this page lie beside it, so that they open without a
// network and belong to the version that runs.

/** What the build writes beside the page, see vite.config.ts. */
const DOCUMENTS = [
  ["about/guide.txt", "Guide to Lanewise"],
  ["about/ops.txt", "All ops"],
  ["about/architecture.txt", "How it works inside"],
  ["about/source.txt", "Source of this page"],
] as const;

export function Footer() {
  return (
    <footer>
      <p class="made">
        Made with <b>Lanewise {__VERSION__}</b>, neural networks in JavaScript and WebAssembly, under the MIT licence.
      </p>
      <ul>
        {DOCUMENTS.map(([address, title]) => (
          <li key={address}>
            <a href={`./${address}`}>{title}</a>
          </li>
        ))}
        {__REPOSITORY__ !== "" && (
          <li>
            <a href={__REPOSITORY__}>Repository</a>
          </li>
        )}
      </ul>
    </footer>
  );
}
