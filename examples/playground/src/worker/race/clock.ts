// The clock of a page: browsers round it, to 0.005 ms here and to a millisecond or more there, against pages that spy by
// measuring. What is timed must last many of its steps.

/** Steps of the clock that a turn lasts at least: the last one, which is cut, is then 2 % of it at most. */
export const STEPS_OF_A_TURN = 50;
/** Milliseconds of a turn on a fine clock. */
const SHORTEST_TURN = 6;
const SAMPLES = 25;

/** Milliseconds between two readings of `now` that differ: the median of some, since other programs take the core at times. */
export function clockStep(now: () => number = () => performance.now()): number {
  let before = nextTick(now);
  const steps = Array.from({ length: SAMPLES }, () => {
    const after = nextTick(now);
    const step = after - before;
    before = after;
    return step;
  });
  return steps.sort((a, b) => a - b)[SAMPLES >> 1] as number;
}

export const turnOf = (step: number): number => Math.max(SHORTEST_TURN, STEPS_OF_A_TURN * step);

/** Runs a second of `run`, over a turn that begins with a tick of the clock. */
export function timeTurn(run: () => void, turn: number, now: () => number = () => performance.now()): number {
  const start = nextTick(now);
  let runs = 0;
  let elapsed = 0;
  while (elapsed < turn) {
    run();
    runs++;
    elapsed = now() - start;
  }
  return (1000 * runs) / elapsed;
}

function nextTick(now: () => number): number {
  const before = now();
  let after = now();
  while (after <= before) after = now();
  return after;
}
