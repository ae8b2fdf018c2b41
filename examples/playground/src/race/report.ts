// The result of a race in words: for Markdown, and what bars and headline need.

import type { Contender, RaceDiscipline, RaceRound } from "../engine/protocol.js";

export const names: Readonly<Record<Contender, string>> = {
  javascript: "JavaScript",
  scalar: "scalar",
  simd: "SIMD",
  relaxed: "relaxed SIMD",
};

/** How many times as fast as plain JavaScript; null until there is a figure. */
export function speedup({ entries }: RaceDiscipline, contender: Contender): number | null {
  const rateOf = (name: Contender) => entries.find((entry) => entry.contender === name)?.rate ?? 0;
  const [plain, rate] = [rateOf("javascript"), rateOf(contender)];
  return plain > 0 && rate > 0 ? rate / plain : null;
}

/** Three digits that count. */
export function figure(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

export const times = (factor: number) => `${factor >= 10 ? factor.toFixed(1) : factor.toFixed(2)} ×`;

export function markdown({ disciplines, missing }: RaceRound, device: string): string {
  const contenders = disciplines[0]?.entries.map(({ contender }) => contender) ?? [];
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = disciplines.map((discipline) =>
    row([
      `${discipline.name} (${discipline.what})`,
      ...discipline.entries.map(({ contender, rate }) => {
        const factor = speedup(discipline, contender);
        return `${figure(rate)} ${discipline.unit}${contender === "javascript" || factor === null ? "" : ` (${times(factor)})`}`;
      }),
    ]),
  );
  const absent = Object.entries(missing)
    .filter(([build]) => Object.hasOwn(names, build))
    .map(([build, reason]) => `${build}: ${reason}`);
  return [
    "Lanewise on one core, medians of interleaved rounds; in brackets how many times as fast as plain JavaScript.",
    "",
    row(["", ...contenders.map((contender) => names[contender])]),
    row(["---", ...contenders.map(() => "---:")]),
    ...lines,
    "",
    ...disciplines.map(({ name, check }) => `- ${name}: ${check}`),
    ...(absent.length > 0 ? [`- Not run: ${absent.join("; ")}.`] : []),
    `- ${device}`,
  ].join("\n");
}
