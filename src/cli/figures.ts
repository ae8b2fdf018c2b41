// How numbers are written for people. Used by everything that prints.

/** 60000 as `60,000`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** 0.9805 as `98.05 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** A loss in about six characters. */
export function loss(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) < 1000 ? value.toFixed(4) : value.toExponential(2);
}

/** `0.84 s`, `42.1 s`, `3 min 20 s`, `2 h 05 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const [hours, minutes, rest] = split(seconds);
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes} min ${two(rest)} s`;
}

/** A time still to come, `0:12`, `3:20`, `2:05:00`; `?` where it is not known. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const [hours, minutes, rest] = split(Math.max(0, seconds));
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The time of one step: three digits that count, in the unit that suits. */
export function stepTime(milliseconds: number): string {
  if (milliseconds < 1) return `${(milliseconds * 1000).toPrecision(3)} µs`;
  return milliseconds < 1000 ? `${milliseconds.toPrecision(3)} ms` : `${(milliseconds / 1000).toPrecision(3)} s`;
}

function split(seconds: number): [hours: number, minutes: number, seconds: number] {
  const whole = Math.round(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
