// The page: its head, and the part that the address names.

import { effect, type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Digits } from "./digits/digits.js";
import { isModel, isPictureSet, kindOf } from "./engine/kinds.js";
import { Studio, seen } from "./engine/studio.js";
import { Race, stop as stopRace } from "./race/race.js";
import { Regions } from "./regions/regions.js";
import { readAddress, writeAddress } from "./settings/address.js";
import { type Fields, initialSettings, type Settings } from "./settings/fields.js";
import {
  type DigitSettings,
  digitFields,
  type PartName,
  type RegionSettings,
  regionFields,
} from "./settings/tables.js";
import { Footer } from "./ui/footer.js";

const regions = new Studio<RegionSettings>("regions", initialSettings(regionFields));
const digits = new Studio<DigitSettings>("digits", initialSettings(digitFields));
const studios = { regions, digits } as const;
const part = signal<PartName>("regions");

const titles: Readonly<Record<PartName, string>> = { regions: "Regions", digits: "Digits", race: "Race" };

/** Those who want little motion start the training themselves. */
const calm = matchMedia("(prefers-reduced-motion: reduce)");

for (const studio of Object.values(studios)) {
  studio.onElsewhere = (named, files) => {
    goTo(named);
    void studios[named].load(files);
  };
}

/** Shows a part as if its link had been pressed. */
function goTo(named: PartName): void {
  if (part.value === named) return;
  history.pushState(null, "", `#${named}`);
  follow();
}

/** Shows what the address names, with its settings. Called once before the page is made, so that the worker starts meanwhile. */
export function follow(): void {
  const { part: named, settings, problems } = readAddress(location.hash);
  const before = part.value;
  part.value = named;
  if (before !== named) leave(before);
  if (named === "race") return;
  const studio = studios[named] as Studio<RegionSettings>;
  const changed =
    writeAddress(named, studio.settings.value as unknown as Settings<Fields>) !== writeAddress(named, settings);
  // A bare name is a way back to what was there.
  const plain = !location.hash.includes("?");
  if (!studio.opened) {
    studio.settings.value = settings as unknown as RegionSettings;
    void studio.open(!calm.matches);
  } else {
    studio.show(seen());
    if (changed && !plain) studio.change(settings as unknown as RegionSettings);
  }
  if (problems.length > 0) {
    const text = `The address was not read in full. ${problems.slice(0, 3).join(" ")} The initial values stand.`;
    studio.notice.value = { kind: "problem", text };
  }
}

/** What is not seen does not run: the part that is wants the core. */
function leave(left: PartName): void {
  if (left === "race") stopRace();
  else studios[left].show(false);
}

/** A tab in the background rests, whichever part it shows. */
function rest(): void {
  if (part.value !== "race") studios[part.value].show(seen());
}

/** Files that were dropped anywhere: each goes where it is of use. */
async function take(files: readonly File[]): Promise<void> {
  const first = await Promise.all(
    files.map(async (file) => kindOf(file.name, new Uint8Array(await endsOf(file).arrayBuffer()))),
  );
  if (first.some(isPictureSet) && !first.some(isModel)) {
    goTo("digits");
    await digits.useImages({ files });
  } else if (part.value === "digits" && first.every((kind) => kind === "picture")) {
    digits.lookAt(files[0] as File);
  } else {
    // The worker finds out which part a model belongs to, and says what anything else is.
    if (part.value === "race") goTo("regions");
    await (part.value === "digits" ? digits : regions).load(files);
  }
}

/** Its beginning and its end, which say what it is. */
const endsOf = (file: File): Blob =>
  file.size <= 2 ** 17 ? file : new Blob([file.slice(0, 2 ** 10), file.slice(-(2 ** 16))]);

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;

function useDrops(over: Signal<boolean>): void {
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      over.value = true;
    };
    const leaveWindow = (event: DragEvent) => {
      if (event.relatedTarget === null) over.value = false;
    };
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      // Else the browser would leave the page for the file.
      event.preventDefault();
      over.value = false;
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) void take(files);
    };
    addEventListener("dragover", drag);
    addEventListener("dragleave", leaveWindow);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", drag);
      removeEventListener("dragleave", leaveWindow);
      removeEventListener("drop", drop);
    };
  }, [over]);
}

const dragged = signal(false);

export function App() {
  useDrops(dragged);
  useEffect(() => {
    addEventListener("hashchange", follow);
    document.addEventListener("visibilitychange", rest);
    // Settings are written into the address as they change, without a step in the history.
    const stop = effect(() => {
      const shown = part.value;
      document.title = `${titles[shown]} · Lanewise playground`;
      if (shown === "race") return;
      const settings = studios[shown].settings.value as unknown as Settings<Fields>;
      history.replaceState(null, "", writeAddress(shown, settings));
    });
    return () => {
      removeEventListener("hashchange", follow);
      document.removeEventListener("visibilitychange", rest);
      stop();
    };
  }, []);
  return (
    <>
      <header>
        <a class="brand" href="#regions">
          <svg viewBox="0 0 24 20" width="24" height="20" aria-hidden="true">
            <path
              d="M1.5 2.5h12M1.5 7.5h21M1.5 12.5h8M1.5 17.5h16"
              stroke="currentColor"
              stroke-width="3"
              stroke-linecap="round"
            />
          </svg>
          <h1>Lanewise</h1>
        </a>
        <nav aria-label="Parts">
          {(Object.keys(titles) as PartName[]).map((name) => (
            <a
              key={name}
              data-name={titles[name]}
              href={`#${name}`}
              aria-current={part.value === name ? "page" : undefined}
            >
              {titles[name]}
            </a>
          ))}
        </nav>
        <p class="claim">Neural networks on the CPU, in this page. Nothing is sent anywhere.</p>
      </header>
      <main>
        {part.value === "regions" && <Regions studio={regions} />}
        {part.value === "digits" && <Digits studio={digits} />}
        {part.value === "race" && <Race />}
      </main>
      <Footer />
      {dragged.value && (
        <p class="dropping" aria-hidden="true">
          Drop a model, or pictures to train on
        </p>
      )}
    </>
  );
}
