// The results of a search: the best trial, and all of them as a table.

import { checkArity, StateError } from "../../errors.js";
import type { TrialResult } from "./trial.js";

/** A row of the table: parameters and details under their names. */
export type ResultRow = Readonly<Record<string, unknown>>;

export class SearchResults {
  /** In the order of their numbers. */
  readonly trials: readonly TrialResult[];

  constructor(trials: readonly TrialResult[]) {
    this.trials = trials;
  }

  /**
   * The highest score; where trials are rationed, among those with the largest budget, since scores of different
   * budgets do not compare. Of equal ones the first. StateError where every trial failed.
   */
  get best(): TrialResult {
    let best: TrialResult | undefined;
    for (const trial of this.trials) {
      if (trial.error === null && (best === undefined || isBetter(trial, best))) best = trial;
    }
    if (best) return best;
    const [first] = this.trials;
    throw new StateError(
      first === undefined ? "search: no trial has ended yet." : `search: every trial failed; the first: ${first.error}`,
    );
  }

  /** One row per trial: number, parameters, budget, score, rank (1 is best), details, seconds, error. */
  rows(): readonly ResultRow[] {
    checkArity("SearchResults.rows", arguments.length, 0);
    const ranked = [...this.trials].sort(
      (a, b) => (b.budget ?? 0) - (a.budget ?? 0) || order(b.score) - order(a.score),
    );
    const ranks = new Map(ranked.map((trial, i) => [trial, i + 1]));
    const rationed = this.trials.some(({ budget }) => budget !== undefined);
    return this.trials.map((trial) => ({
      number: trial.number,
      ...trial.parameters,
      ...(rationed ? { budget: trial.budget ?? null } : {}),
      score: Number.isNaN(trial.score) ? null : trial.score,
      rank: ranks.get(trial) as number,
      ...trial.details,
      seconds: trial.seconds,
      error: trial.error,
    }));
  }

  /** The table as JSON: a list of rows. */
  toJSON(): readonly ResultRow[] {
    return this.rows();
  }

  /** The table as CSV (RFC 4180), with a header; lists and objects as JSON. */
  toCSV(): string {
    checkArity("SearchResults.toCSV", arguments.length, 0);
    const rows = this.rows();
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const cell = (value: unknown): string => {
      const text =
        value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const lines = [columns.map(cell), ...rows.map((row) => columns.map((column) => cell(row[column])))];
    return `${lines.map((cells) => cells.join(",")).join("\r\n")}\r\n`;
  }
}

/** Which of two trials that succeeded counts as better: the larger budget, the higher score, the lower number. */
export function isBetter(a: TrialResult, b: TrialResult): boolean {
  const [more, less] = [a.budget ?? 0, b.budget ?? 0];
  if (more !== less) return more > less;
  return a.score > b.score || (a.score === b.score && a.number < b.number);
}

function order(score: number): number {
  return Number.isNaN(score) ? -Infinity : score;
}
