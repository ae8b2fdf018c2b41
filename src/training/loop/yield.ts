// Giving the event loop a turn, so that a page or a service stays responsive while training runs.

/** How long to work before giving others a turn, in milliseconds, unless the caller says otherwise. */
const BUDGET = 12;

/** Tells when others are due. One clock serves a whole `fit`, whose epochs may each be shorter than the budget. */
export class TurnClock {
  readonly #budget: number;
  #last = performance.now();

  constructor(budget = BUDGET) {
    this.#budget = budget;
  }

  get due(): boolean {
    return performance.now() - this.#last > this.#budget;
  }

  /** Resolves after other tasks have had their turn. */
  async give(): Promise<void> {
    await nextTurn();
    this.#last = performance.now();
  }
}

/** Resolves after other tasks have had their turn. */
export function nextTurn(): Promise<void> {
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  if (typeof MessageChannel !== "function") return new Promise((resolve) => setTimeout(resolve)); // bare engines
  return new Promise((resolve) => {
    // Timers are held to 4 ms in pages; messages are not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
