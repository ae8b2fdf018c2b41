// The race: contenders take turns of some milliseconds, in another order each round, so that all of them meet the same
// clock and the same neighbours. What counts is the median of the rounds.

import { diagnose, type Engine, init, type NamedBuild } from "lanewise";
import type { Contender, RaceDiscipline, RaceRound } from "../../engine/protocol.js";
import { nextTurn } from "../loop.js";
import { type Discipline, disciplines, type Runner } from "./disciplines.js";

/** Milliseconds of a turn, at least one run. */
const TURN = 6;
/** Engines run code slowly first and compile it while it runs. */
const WARM_UP = 6;
const ROUNDS = 24;

interface Lane {
  readonly contender: Contender;
  readonly runner: Runner;
  readonly rates: number[];
}

interface Event {
  readonly discipline: Discipline;
  readonly lanes: readonly Lane[];
  readonly check: string;
  readonly agrees: boolean;
}

interface Race {
  readonly events: readonly Event[];
  readonly missing: Readonly<Record<string, string>>;
  round: number;
}

let race: Race | null = null;

/** Makes a round of all disciplines; after the last one, the next call begins a new race. */
export async function nextRound(): Promise<RaceRound> {
  race ??= await prepare();
  const { events, missing } = race;
  for (const { discipline, lanes } of events) {
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[(i + race.round) % lanes.length] as Lane;
      const rate = turn(lane.runner) * discipline.amount;
      if (race.round >= WARM_UP) lane.rates.push(rate);
      await nextTurn();
    }
  }
  race.round++;
  const progress = race.round / (WARM_UP + ROUNDS);
  if (progress >= 1) race = null;
  return { progress, disciplines: events.map(standing), missing };
}

async function prepare(): Promise<Race> {
  const { supported, unsupported } = diagnose();
  const engines: (readonly [NamedBuild, Engine])[] = [];
  for (const build of supported) engines.push([build, await init({ build })]);
  const events: Event[] = [];
  for (const discipline of disciplines) {
    const plain = discipline.javascript();
    const lanes: Lane[] = [{ contender: "javascript", runner: plain, rates: [] }];
    for (const [build, engine] of engines)
      lanes.push({ contender: build, runner: discipline.kernels(engine), rates: [] });
    events.push({ discipline, lanes, ...compare(discipline, lanes) });
    await nextTurn();
  }
  return { events, missing: unsupported as Readonly<Record<string, string>>, round: 0 };
}

/** How the results of the lanes compare with those of plain JavaScript, and those of scalar and simd with each other. */
function compare(
  { tolerance }: Discipline,
  lanes: readonly Lane[],
): { readonly check: string; readonly agrees: boolean } {
  const results = new Map(lanes.map(({ contender, runner }) => [contender, runner.result().slice()]));
  const expected = results.get("javascript") as Float32Array;
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let worst = 0;
  for (const result of results.values()) {
    result.forEach((value, i) => {
      const difference = Math.abs(value - (expected[i] as number)) / largest;
      // A NaN is no agreement either.
      if (!(difference <= worst)) worst = difference;
    });
  }
  const [scalar, simd] = [results.get("scalar"), results.get("simd")];
  const same = !scalar || !simd || bitsEqual(scalar, simd);
  const bits = scalar && simd ? `; scalar and simd ${same ? "agree bit for bit" : "differ"}` : "";
  return {
    check: `Results within ${worst.toExponential(0)} of plain JavaScript${bits}.`,
    agrees: worst <= tolerance && same,
  };
}

function bitsEqual(a: Float32Array, b: Float32Array): boolean {
  const words = ({ buffer, byteOffset, length }: Float32Array) => new Uint32Array(buffer, byteOffset, length);
  const other = words(b);
  return a.length === b.length && words(a).every((word, i) => word === other[i]);
}

/** Runs a second. */
function turn({ run }: Runner): number {
  const start = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < TURN) {
    run();
    runs++;
    elapsed = performance.now() - start;
  }
  return (1000 * runs) / elapsed;
}

function standing({ discipline, lanes, check, agrees }: Event): RaceDiscipline {
  const { name, what, unit } = discipline;
  const entries = lanes.map(({ contender, rates }) => ({ contender, rate: rates.length > 0 ? median(rates) : 0 }));
  return { name, what, unit, entries, check, agrees };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] as number, sorted[sorted.length >> 1] as number];
  return (low + high) / 2;
}
