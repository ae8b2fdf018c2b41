// The race: the same work in plain JavaScript and by every build of the kernels that this device can run.

import { signal } from "@preact/signals";
import { type Connection, connect, WorkerLost } from "../engine/connection.js";
import type { RaceDiscipline, RaceRound } from "../engine/protocol.js";
import { messageOf, whenSeen } from "../engine/studio.js";
import type { Notice } from "../engine/view.js";
import { CopyButton } from "../ui/files.js";
import { NoticeBar } from "../ui/notice.js";
import { clockNote, figure, leaders, markdown, names, range, times, winners } from "./report.js";

const round = signal<RaceRound | null>(null);
const running = signal(false);
const notice = signal<Notice | null>(null);
let connection: Connection | null = null;

async function start(): Promise<void> {
  notice.value = null;
  running.value = true;
  let lost: WorkerLost | null = null;
  const racing = connect((error) => {
    lost = error;
  });
  connection = racing;
  try {
    while (connection === racing) {
      // Browsers slow down what nobody sees; that would not be a race.
      await whenSeen();
      const next = await racing.call.race();
      round.value = next;
      if (next.progress >= 1) break;
    }
  } catch (error) {
    // Stopped by the visitor, it is no problem.
    if (connection === racing) {
      const text = `${messageOf(lost ?? error)} What was measured so far stands.`;
      notice.value = { kind: "problem", text, action: { label: "Race again", run: () => void start() } };
    }
  } finally {
    racing.close();
    if (connection === racing) stop();
  }
}

export function stop(): void {
  const racing = connection;
  connection = null;
  running.value = false;
  racing?.close(new WorkerLost("The race was stopped."));
}

/** Empty lanes, so that nothing jumps when the first figures come. */
const waiting: readonly RaceDiscipline[] = [
  ["Matrix product", "256 × 256 times 256 × 256", "GFLOP/s"],
  ["Sigmoid", "of 65,536 values", "million/s"],
  ["Tanh", "of 65,536 values", "million/s"],
  ["Training step", "784-300-100-10 net, ReLU, 50 pictures, SGD", "steps/s"],
].map(([name = "", what = "", unit = ""]) => ({
  name,
  what,
  unit,
  entries: (["javascript", "scalar", "simd", "relaxed"] as const).map((contender) => ({
    contender,
    rate: 0,
    factor: null,
  })),
  check: " ",
  agrees: true,
}));

export function Race() {
  const now = round.value;
  const step = now?.disciplines.at(-1);
  const ahead = step ? leaders(step) : [];
  const factor = ahead[0]?.factor ?? null;
  const done = now !== null && now.progress >= 1;
  return (
    <div class="part race">
      <section class="headline" aria-label="The race">
        <p class="speed">
          <strong>{factor ? times(factor[1]) : running.value ? "Warming up" : "How fast?"}</strong>
          <span>
            {factor
              ? `the speed of plain JavaScript at a training step on this device: ${winners(ahead)}. Half of the rounds gave ${range(factor)}.`
              : running.value
                ? "Engines compile while they run: the first rounds do not count."
                : "Start the race to see what vector instructions are worth on this device. It takes some seconds."}
          </span>
        </p>
        <p class="about">
          The same work four ways, on one core: plain JavaScript with typed arrays, and one source of kernels compiled
          without vector instructions, with 128-bit SIMD, and with relaxed SIMD. Longer bars are faster. All take
          {now ? ` ${clockNote(now)}` : " turns that last many steps of this browser's clock"}; medians count, and
          results are compared before time is taken.
        </p>
        <div class="transport">
          <button type="button" class="primary" onClick={() => (running.value ? stop() : void start())}>
            {running.value ? "Stop" : now ? "Race again" : "Start the race"}
          </button>
          <CopyButton
            label="Copy as Markdown"
            disabled={now === null}
            text={() => markdown(now as RaceRound, device())}
          />
          <progress
            max="1"
            value={now?.progress ?? 0}
            aria-label="Progress of the race"
            class={running.value ? "" : "still"}
          />
        </div>
        <p class="hidden" role="status">
          {done && factor ? `The race is over: ${times(factor[1])} the speed of plain JavaScript.` : ""}
        </p>
        <NoticeBar notice={notice} />
      </section>
      {(now?.disciplines ?? waiting).map((discipline) => (
        <Discipline key={discipline.name} discipline={discipline} />
      ))}
      <p class="missing">
        {now &&
          Object.entries(now.missing)
            .filter(([build]) => Object.hasOwn(names, build))
            .map(([build, reason]) => `${build}: ${reason}`)
            .join(" ")}
      </p>
    </div>
  );
}

function Discipline({ discipline }: { readonly discipline: RaceDiscipline }) {
  const { name, what, unit, entries, check, agrees } = discipline;
  const most = Math.max(...entries.map(({ rate }) => rate), 1e-9);
  const ahead = leaders(discipline);
  return (
    <section class="discipline" aria-label={name}>
      <h2>
        {name} <small>{what}</small>
      </h2>
      <ul class="lanes">
        {entries.map((entry) => {
          const { contender, rate, factor } = entry;
          const isLevel = ahead.length > 1 && ahead.includes(entry);
          return (
            <li key={contender} class={contender}>
              <span class="name">{names[contender]}</span>
              <span class="track">
                <span class="bar" style={{ transform: `scaleX(${rate / most})` }} />
              </span>
              <span class="rate">{rate > 0 ? `${figure(rate)} ${unit}` : unit}</span>
              <span class="factor">
                {factor && contender !== "javascript" ? times(factor[1]) : ""}
                {isLevel && <small>level</small>}
              </span>
            </li>
          );
        })}
      </ul>
      <p class={agrees ? "check" : "check bad"}>{check}</p>
    </section>
  );
}

/** What the browser says of itself, and the number of cores. */
function device(): string {
  return `${navigator.userAgent}, ${navigator.hardwareConcurrency} cores`;
}
