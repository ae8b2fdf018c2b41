// Bytes kept by a page, over an IndexedDB in memory that follows the specification.

import "fake-indexeddb/auto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ArgumentError, DataError, StateError } from "../../src/errors.js";
import { downloadFile, listInBrowser, loadFromBrowser, removeFromBrowser, saveInBrowser } from "../../src/io/index.js";

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const name of await listInBrowser()) await removeFromBrowser(name);
});

describe("IndexedDB", () => {
  test("keeps bytes by name, the last ones", async () => {
    expect(await listInBrowser()).toEqual([]);
    const bytes = Uint8Array.of(9, 1, 2, 3).subarray(1);
    await saveInBrowser("net", Uint8Array.of(0));
    await saveInBrowser("net", bytes);
    bytes[0] = 77;
    await saveInBrowser("a", new Uint8Array(0));
    expect(await loadFromBrowser("net")).toEqual(Uint8Array.of(1, 2, 3));
    expect(await listInBrowser()).toEqual(["a", "net"]);
    await removeFromBrowser("a");
    await removeFromBrowser("a");
    expect(await listInBrowser()).toEqual(["net"]);
  });

  test("says what is missing", async () => {
    await expect(loadFromBrowser("none")).rejects.toThrow(
      new DataError('loadFromBrowser: something must be kept under "none"; there is nothing.'),
    );
  });

  test("tells of a browser that has no room, and keeps what was there", async () => {
    await saveInBrowser("net", Uint8Array.of(1));
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("too much", "QuotaExceededError");
    };
    try {
      await expect(saveInBrowser("net", Uint8Array.of(2))).rejects.toThrow(
        /must have room for it; QuotaExceededError: too much/,
      );
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    expect(await loadFromBrowser("net")).toEqual(Uint8Array.of(1));
  });

  test("is not everywhere", async () => {
    vi.stubGlobal("indexedDB", undefined);
    await expect(listInBrowser()).rejects.toThrow(StateError);
    vi.unstubAllGlobals();
  });

  test.each([
    () => saveInBrowser("", new Uint8Array(1)),
    () => saveInBrowser("a", [1] as never),
    () => loadFromBrowser(3 as never),
  ])("refuses what is no name, no bytes", async (call) => {
    await expect(call()).rejects.toThrow(ArgumentError);
  });
});

describe("downloads", () => {
  test("click on a link to the bytes", async () => {
    const link = { href: "", download: "", click: vi.fn() };
    vi.stubGlobal("document", { createElement: () => link });
    vi.useFakeTimers();
    const revoked = vi.spyOn(URL, "revokeObjectURL");
    downloadFile("net.safetensors", Uint8Array.of(1, 2));
    expect(link.click).toHaveBeenCalledOnce();
    expect(link.download).toBe("net.safetensors");
    const bytes = await (await fetch(link.href)).arrayBuffer();
    expect(new Uint8Array(bytes)).toEqual(Uint8Array.of(1, 2));
    vi.runAllTimers();
    expect(revoked).toHaveBeenCalledWith(link.href);
    vi.useRealTimers();
  });

  test("need a page", () => {
    expect(() => downloadFile("a", Uint8Array.of(1))).toThrow(StateError);
  });
});
