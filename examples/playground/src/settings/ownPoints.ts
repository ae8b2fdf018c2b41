// Points that the visitor has set, as a text that can stand in an address: a letter for the class and two base-36 digits
// for each coordinate, "a00zz" being a point of the first class in the upper left corner of the square.

import { REACH } from "./square.js";

export interface OwnPoint {
  readonly x: number;
  readonly y: number;
  /** 0, 1 or 2. */
  readonly label: number;
}

const CLASSES = "abc";
const LENGTH = 5;
/** Places along a side, 0 to this. */
const LAST = 36 ** 2 - 1;

export const isPoints = (text: string): boolean => /^(?:[abc][0-9a-z]{4})*$/.test(text);

export const countPoints = (text: string): number => text.length / LENGTH;

export function readPoints(text: string): OwnPoint[] {
  return Array.from({ length: countPoints(text) }, (_, i) => {
    const at = i * LENGTH;
    const coordinate = (from: number) => ((2 * Number.parseInt(text.slice(from, from + 2), 36)) / LAST - 1) * REACH;
    return { label: CLASSES.indexOf(text[at] as string), x: coordinate(at + 1), y: coordinate(at + 3) };
  });
}

export function addPoint(text: string, { x, y, label }: OwnPoint): string {
  const digits = (value: number) => {
    const place = Math.round(((Math.max(-REACH, Math.min(REACH, value)) / REACH + 1) / 2) * LAST);
    return place.toString(36).padStart(2, "0");
  };
  return text + CLASSES[label] + digits(x) + digits(y);
}

export const removeLastPoint = (text: string): string => text.slice(0, -LENGTH);
