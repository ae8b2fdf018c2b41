// A net in training as the page sees it: signals that components read, and what can be done to it. Survives its worker:
// settings, curves and the last state kept go into the next one.

import { batch, type Signal, signal } from "@preact/signals";
import type { DigitSettings, RegionSettings } from "../settings/tables.js";
import { type Connection, connect, WorkerLost } from "./connection.js";
import { download, given, type ImageSource, readFiles } from "./files.js";
import type { Frame, SaveFormat, Setup } from "./protocol.js";
import { type Notice, View } from "./view.js";

/** Milliseconds between two updates of curves and figures, which nobody reads sixty times a second. */
const CURVES_EVERY = 150;
/** Milliseconds between two states kept, and the most parameters of nets for which that is cheap. */
const KEEP_EVERY = 2500;
const MOST_KEPT = 2_000_000;
/** Milliseconds that good news stands; bad news stands until it is closed. */
const NEWS_FOR = 10_000;
/** Milliseconds that a slider must rest before a net is made anew. */
const REST = 90;

/** Steps a second at which single ones can be followed. */
export const REPLAY_PACE = 30;

type AnySettings = Setup["settings"];

export class Studio<S extends AnySettings> extends View {
  readonly part: Setup["part"];
  readonly settings: Signal<S>;
  #connection: Connection | null = null;
  #images: ImageSource = null;
  #kept: Uint8Array<ArrayBuffer> | null = null;
  #keptAt = 0;
  #drawing: Float32Array | null = null;
  /** One thing after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #resting: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  #curvesAt = 0;
  #stale = false;
  #shown = false;
  /** What was said of the training's rest. */
  #settled: string | null = null;
  /** Whether the training goes on when the part is seen again. */
  #resumes = false;
  /** Takes a model that belongs to the other part. */
  onElsewhere: (part: Setup["part"], files: readonly File[]) => void = () => {};

  constructor(part: Setup["part"], settings: S) {
    super();
    this.part = part;
    this.settings = signal(settings);
  }

  /** Makes the worker and the net; `play` lets it run as soon as it is seen. */
  async open(play: boolean): Promise<void> {
    this.#connection = connect((error) => this.#lose(error));
    this.lost.value = false;
    this.#shown = seen();
    await this.#do(async ({ call }) => {
      this.kernels.value = (await call.host()).build;
      if (this.#images) await call.useImages(await given(this.#images));
      await this.#stage();
      const kept = this.#kept;
      if (kept) {
        await call.restore(kept.slice());
        this.#stale = true;
      }
    });
    // Not as if the visitor had asked for it, who then has read the notice.
    if (play && this.#shown) this.#start();
    else this.#resumes = play;
    requestAnimationFrame(this.#tick);
  }

  get opened(): boolean {
    return this.#connection !== null;
  }

  /** Frames are drawn, and steps are made, only while the part is seen. */
  show(shown: boolean): void {
    if (this.#shown === shown) return;
    this.#shown = shown;
    if (shown) {
      requestAnimationFrame(this.#tick);
      if (this.#resumes) this.#start();
      this.#resumes = false;
    } else if (this.playing.value) {
      this.pause();
      this.#resumes = true;
    }
  }

  play(): void {
    this.notice.value = null;
    this.#start();
  }

  #start(): void {
    this.playing.value = true;
    void this.#do(({ call }) => call.play());
  }

  pause(): void {
    this.#resumes = false;
    this.playing.value = false;
    void this.#do(async ({ call }) => {
      await call.pause();
      this.#stale = true;
    });
  }

  stepOnce(): void {
    this.playing.value = false;
    void this.#do(async ({ call }) => {
      await call.step();
      this.#stale = true;
    });
  }

  /** Starts anew, and lets the first steps be seen: one seed gives the same ones again. */
  replay(): void {
    this.limit.value = REPLAY_PACE;
    this.playing.value = true;
    this.reset();
  }

  /** Starts anew from the initial weights. */
  reset(): void {
    this.notice.value = null;
    this.#kept = null;
    void this.#do(() => this.#stage());
  }

  limitPace(limit: number): void {
    this.limit.value = limit;
    void this.#do(({ call }) => call.limitPace(limit));
  }

  /** Changes settings. The rate goes into the running training; anything else makes a new net. */
  change(changes: Partial<S>): void {
    this.settings.value = { ...this.settings.value, ...changes };
    const names = Object.keys(changes);
    if (names.length === 1 && names[0] === "rate") {
      void this.#do(({ call }) => call.adjustRate(this.settings.value.rate));
      return;
    }
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.reset(), REST);
  }

  draw(pixels: Float32Array | null): void {
    this.#drawing = pixels;
    void this.#do(async ({ call }) => {
      await call.draw(pixels?.slice() ?? null);
      this.#stale = true;
    });
  }

  /** Reads a picture with a digit on it. */
  lookAt(picture: File): void {
    this.picture.value = picture;
  }

  example(): Promise<{ readonly pixels: Float32Array; readonly label: number } | undefined> {
    return this.#do(({ call }) => call.example());
  }

  async useImages(source: ImageSource): Promise<void> {
    await this.#while("Reading images", async ({ call }) => {
      const overview = source === null ? await call.useEmbedded() : await call.useImages(await given(source));
      this.#images = source;
      this.#drawing = null;
      this.#kept = null;
      await this.#stage();
      if (overview)
        this.#tell(
          `${overview.name}: ${counted(overview.trainCount)} to train on, ${counted(overview.testCount)} to test.`,
        );
    });
  }

  async save(format: SaveFormat): Promise<void> {
    await this.#while("Writing the file", async ({ call }) => {
      const { name, bytes } = await call.save(format);
      download(name, bytes);
      this.#tell(`Saved ${name}.`);
    });
  }

  async load(files: readonly File[]): Promise<void> {
    await this.#while("Reading the model", async ({ call }) => {
      const loaded = await call.load(await readFiles(files));
      if ("elsewhere" in loaded) {
        this.onElsewhere(loaded.elsewhere, files);
        return;
      }
      const { overview, settings, steps, remark } = loaded;
      clearTimeout(this.#resting);
      this.#kept = null;
      batch(() => {
        this.playing.value = false;
        this.settings.value = settings as S;
        this.overview.value = overview;
      });
      await call.limitPace(this.limit.value);
      this.#stale = true;
      const names = files.map(({ name }) => name).join(", ");
      const stands = steps > 0 ? `It stands at step ${counted(steps)}` : "Its file says nothing of its training";
      this.#tell(`Loaded ${names}: ${counted(overview.net.parameters)} parameters. ${stands}. ${remark}`.trim());
    });
  }

  /** Sets the visitor's own points; the training goes on, with them. */
  setPoints(points: string): void {
    const settings = { ...this.settings.value, points } as RegionSettings;
    this.settings.value = settings as unknown as S;
    void this.#do(async ({ call }) => {
      const overview = this.overview.value;
      if (overview === null) return;
      this.overview.value = { ...overview, data: await call.replacePoints(settings) };
      this.#stale = true;
    });
  }

  async #stage(): Promise<void> {
    const { call } = this.#connection as Connection;
    const overview = await call.setup({ part: this.part, settings: this.settings.value } as Setup);
    await call.limitPace(this.limit.value);
    if (this.#drawing) await call.draw(this.#drawing.slice());
    this.overview.value = overview;
    this.#stale = true;
    if (this.playing.value) await call.play();
  }

  /** Does something with the worker, after what is being done; a failure is told where the visitor looks. */
  #do<T>(work: (connection: Connection) => Promise<T>): Promise<T | undefined> {
    const done = this.#queue.then(async () => {
      if (this.#connection === null || this.lost.value) return undefined;
      try {
        return await work(this.#connection);
      } catch (error) {
        // That it is lost has been told.
        if (!(error instanceof WorkerLost)) this.fail(error);
        return undefined;
      }
    });
    this.#queue = done;
    return done;
  }

  async #while(what: string, work: (connection: Connection) => Promise<void>): Promise<void> {
    this.busy.value = what;
    await this.#do(work);
    this.busy.value = null;
  }

  readonly #tick = (time: number): void => {
    if (!this.#shown || this.#connection === null || this.lost.value) return;
    requestAnimationFrame(this.#tick);
    if (this.#asking || this.overview.value === null || !(this.playing.value || this.#stale)) return;
    const stale = this.#stale;
    const curves = stale || time - this.#curvesAt > CURVES_EVERY;
    this.#asking = true;
    this.#stale = false;
    this.#connection.call
      .frame({ curves, all: stale })
      .then((frame) => this.#take(frame, curves, time))
      .catch((error) => {
        if (!(error instanceof WorkerLost)) this.fail(error);
      })
      .finally(() => {
        this.#asking = false;
      });
  };

  #take(frame: Frame, curves: boolean, time: number): void {
    batch(() => {
      if (curves) this.#curvesAt = time;
      this.display(frame, curves);
      // The frame may have been made before the drawing was cleared.
      if (this.#drawing === null) this.probabilities.value = null;
      if (frame.stopped !== null && this.playing.value) {
        this.playing.value = false;
        this.notice.value = {
          kind: "problem",
          text: frame.stopped,
          action: { label: "Start anew", run: () => this.reset() },
        };
        this.#stale = true;
      }
      if (frame.settled === null) this.#settled = null;
      else if (frame.settled !== this.#settled && this.playing.value && !frame.playing) {
        this.#settled = frame.settled;
        this.playing.value = false;
        // What went wrong is still to be read.
        if (this.notice.value?.kind !== "problem") this.notice.value = { kind: "news", text: frame.settled };
        this.#stale = true;
      }
    });
    this.#keep(time);
  }

  #keep(time: number): void {
    const parameters = this.overview.value?.net.parameters ?? Number.POSITIVE_INFINITY;
    if (!this.playing.value || time - this.#keptAt < KEEP_EVERY || parameters > MOST_KEPT) return;
    this.#keptAt = time;
    const settings = this.settings.value;
    void this.#connection?.call.keep().then(
      (kept) => {
        // Of a net that has been changed meanwhile, it would not fit.
        if (settings === this.settings.value) this.#kept = kept;
      },
      // If the worker is lost, that is told elsewhere.
      () => {},
    );
  }

  #lose(error: WorkerLost): void {
    const wasPlaying = this.playing.value;
    batch(() => {
      this.lost.value = true;
      this.playing.value = false;
      this.busy.value = null;
      this.notice.value = {
        kind: "problem",
        text: `${error.message} Settings and curves are kept${this.#kept ? ", and so are the weights of a moment ago" : ""}.`,
        action: { label: "Go on in a new worker", run: () => void this.#revive(wasPlaying) },
      };
    });
  }

  async #revive(play: boolean): Promise<void> {
    this.notice.value = null;
    this.#asking = false;
    this.#queue = Promise.resolve();
    await this.open(play);
  }

  /** Says what went wrong. */
  fail(error: unknown): void {
    this.notice.value = { kind: "problem", text: messageOf(error) };
  }

  #tell(text: string): void {
    const news: Notice = { kind: "news", text };
    this.notice.value = news;
    setTimeout(() => {
      if (this.notice.value === news) this.notice.value = null;
    }, NEWS_FOR);
  }
}

/** Whether anyone can see the page. */
export const seen = (): boolean => document.visibilityState !== "hidden";

/** Resolves when someone can. */
export function whenSeen(): Promise<void> {
  if (seen()) return Promise.resolve();
  return new Promise((resolve) => {
    const listen = () => {
      if (!seen()) return;
      document.removeEventListener("visibilitychange", listen);
      resolve();
    };
    document.addEventListener("visibilitychange", listen);
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export const counted = (count: number) => count.toLocaleString("en");

export type AnyStudio = Studio<RegionSettings> | Studio<DigitSettings>;
