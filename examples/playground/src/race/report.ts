// The result of a race in words: for Markdown, and what bars and headline need. Nothing is said more exactly than it was
// measured.

import type { Contender, RaceDiscipline, RaceEntry, RaceRound } from "../engine/protocol.js";

export const names: Readonly<Record<Contender, string>> = {
  javascript: "JavaScript",
  scalar: "scalar",
  simd: "SIMD",
  relaxed: "relaxed SIMD",
};

/** Factors closer than this are a tie, whatever the quartiles say: what the next race may turn round. */
const CLOSE = 0.05;

/** Contenders that are as fast as the fastest one, this first: their quartiles meet, or they are less than 5 % apart. */
export function leaders({ entries }: RaceDiscipline): readonly RaceEntry[] {
  const ranked = entries
    .filter((entry) => entry.factor !== null && entry.contender !== "javascript")
    .sort((a, b) => medianOf(b) - medianOf(a));
  const [best] = ranked;
  if (best === undefined) return [];
  return ranked.filter((entry) => {
    const [, , high] = entry.factor as NonNullable<RaceEntry["factor"]>;
    const [low, median] = best.factor as NonNullable<RaceEntry["factor"]>;
    return entry === best || high >= low || medianOf(entry) > (1 - CLOSE) * median;
  });
}

const medianOf = ({ factor }: RaceEntry): number => factor?.[1] ?? 0;

/** "SIMD", or "SIMD and relaxed SIMD, level" where nobody is ahead. */
export function winners(entries: readonly RaceEntry[]): string {
  const called = entries.map(({ contender }) => names[contender]).sort();
  if (called.length < 2) return called.join();
  return `${called.slice(0, -1).join(", ")} and ${called.at(-1)} level`;
}

/** Two digits that count, three from 1000 on. */
export function figure(value: number): string {
  return Number(value.toPrecision(value >= 1000 ? 3 : 2)).toLocaleString("en");
}

/** "13 ×", "4.3 ×": two digits, which is what one race can tell of the next. */
export const times = (factor: number): string => `${Number(factor.toPrecision(2)).toLocaleString("en")} ×`;

/** "12 to 14 ×", or one number where both are the same in two digits. */
export function range([low, , high]: NonNullable<RaceEntry["factor"]>): string {
  const [from, to] = [times(low), times(high)];
  return from === to ? to : `${from.slice(0, -2)} to ${to}`;
}

/** What the clock allows: "turns of 50 ms, timed by a clock with steps of 1 ms". */
export function clockNote({ clock: { step, turn } }: RaceRound): string {
  const short = (value: number) => `${Number(value.toPrecision(2))} ms`;
  return `turns of ${short(turn)}, timed by a clock with steps of ${short(step)}`;
}

export function markdown(round: RaceRound, device: string): string {
  const { disciplines, missing } = round;
  const contenders = disciplines[0]?.entries.map(({ contender }) => contender) ?? [];
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = disciplines.map((discipline) =>
    row([
      `${discipline.name} (${discipline.what})`,
      ...discipline.entries.map(({ contender, rate, factor }) => {
        const more = contender === "javascript" || factor === null ? "" : ` (${range(factor)})`;
        return `${figure(rate)} ${discipline.unit}${more}`;
      }),
    ]),
  );
  const absent = Object.entries(missing)
    .filter(([build]) => Object.hasOwn(names, build))
    .map(([build, reason]) => `${build}: ${reason}`);
  return [
    "Lanewise on one core, medians of interleaved rounds; in brackets how many times as fast as plain JavaScript in half of the rounds.",
    "",
    row(["", ...contenders.map((contender) => names[contender])]),
    row(["---", ...contenders.map(() => "---:")]),
    ...lines,
    "",
    ...disciplines.map(
      (discipline) => `- ${discipline.name}: fastest is ${winners(leaders(discipline))}. ${discipline.check}`,
    ),
    ...(absent.length > 0 ? [`- Not run: ${absent.join("; ")}.`] : []),
    `- In ${clockNote(round)}.`,
    `- ${device}`,
  ].join("\n");
}
