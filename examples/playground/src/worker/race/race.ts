// The race: contenders take turns, in another order each round, so that all of them meet the same clock and the same
// neighbours. Speeds are medians of the rounds. How many times as fast as plain JavaScript one is, is taken within each
// round, where both met the same machine.

import { diagnose, type Engine, init, type NamedBuild } from "lanewise";
import type { Contender, RaceDiscipline, RaceEntry, RaceRound } from "../../engine/protocol.js";
import { nextTurn } from "../loop.js";
import { clockStep, timeTurn, turnOf } from "./clock.js";
import { type Discipline, disciplines, type Runner } from "./disciplines.js";

/** Milliseconds that each contender runs before it counts: engines run code slowly first and compile it while it runs. */
const WARM_UP = 120;
/** Milliseconds that each contender runs for the result, over all rounds. */
const MEASURED = 200;
const FEWEST_ROUNDS = 9;
const MOST_ROUNDS = 31;

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
  readonly clock: RaceRound["clock"];
  readonly warmUp: number;
  readonly rounds: number;
  readonly missing: Readonly<Record<string, string>>;
  round: number;
}

let race: Race | null = null;

/** Makes a round of all disciplines; after the last one, the next call begins a new race. */
export async function nextRound(): Promise<RaceRound> {
  race ??= await prepare();
  const { events, missing, clock, warmUp, rounds } = race;
  for (const { discipline, lanes } of events) {
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[(i + race.round) % lanes.length] as Lane;
      const rate = timeTurn(lane.runner.run, clock.turn) * discipline.amount;
      if (race.round >= warmUp) lane.rates.push(rate);
      await nextTurn();
    }
  }
  race.round++;
  const progress = race.round / (warmUp + rounds);
  if (progress >= 1) race = null;
  return { progress, clock, disciplines: events.map(standing), missing };
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
  const step = clockStep();
  const turn = turnOf(step);
  return {
    events,
    missing: unsupported as Readonly<Record<string, string>>,
    clock: { step, turn },
    warmUp: Math.max(2, Math.ceil(WARM_UP / turn)),
    rounds: Math.max(FEWEST_ROUNDS, Math.min(MOST_ROUNDS, Math.ceil(MEASURED / turn))),
    round: 0,
  };
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

function standing({ discipline, lanes, check, agrees }: Event): RaceDiscipline {
  const { name, what, unit } = discipline;
  const plain = lanes[0]?.rates ?? [];
  const entries = lanes.map(({ contender, rates }) => ({
    contender,
    rate: rates.length > 0 ? quantile(rates, 0.5) : 0,
    factor: factorOf(rates, plain),
  }));
  return { name, what, unit, entries, check, agrees };
}

function factorOf(rates: readonly number[], plain: readonly number[]): RaceEntry["factor"] {
  // The round in progress may lack one of the two.
  const factors = rates.slice(0, plain.length).map((rate, i) => rate / (plain[i] as number));
  if (factors.length === 0) return null;
  return [quantile(factors, 0.25), quantile(factors, 0.5), quantile(factors, 0.75)];
}

/** Between the two nearest values, by distance. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}
