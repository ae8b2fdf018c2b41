// Stopping early: Ctrl-C, SIGTERM, and a reader that closes the pipe, all as one AbortSignal.

/** Why the run was stopped; the reason of the signal. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  readonly exitCode: number;
  /** Nobody is left to read a message, or it has been told. */
  readonly quiet: boolean;

  constructor(message: string, exitCode: number, quiet = false) {
    super(message);
    this.exitCode = exitCode;
    this.quiet = quiet;
  }
}

/**
 * A signal that is aborted with a Stopped when the process should end. A second Ctrl-C ends it at once.
 * Exit codes are 128 + the number of the signal, as shells count.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: Stopped) => {
    if (controller.signal.aborted) process.exit(reason.exitCode);
    controller.abort(reason);
  };
  process.on("SIGINT", () => stop(new Stopped("interrupted", 130)));
  process.on("SIGTERM", () => stop(new Stopped("terminated", 143)));
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    const closed = code === "EPIPE";
    const reason = new Stopped("the output cannot be written", closed ? 141 : 1, true);
    // Here, because the last write may fail after everything else is done.
    if (!closed) process.stderr.write(`lanewise: ${reason.message} (${code})\n`);
    process.exitCode = reason.exitCode;
    if (!controller.signal.aborted) controller.abort(reason);
  });
  // Progress that nobody can read is no reason to stop.
  process.stderr.on("error", () => {});
  return controller.signal;
}
