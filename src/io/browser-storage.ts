// Files of a page: bytes by name in IndexedDB, which every browser has and which keeps them over visits, and downloads.
// Used by callers of `lanewise/io` with modelToBytes, checkpointToBytes and the like.

import { ArgumentError, checkArity, DataError, describe, StateError } from "../errors.js";

const DATABASE = "lanewise";
const STORE = "files";

/**
 * Keeps `bytes` under `name` in the page's origin, whole or not at all; what was there before is replaced.
 *
 * Fails with DataError where the browser has no room left or forbids it, with StateError where there is no IndexedDB.
 */
export async function saveInBrowser(name: string, bytes: Uint8Array): Promise<void> {
  checkArity("saveInBrowser", arguments.length, 2);
  checkName("saveInBrowser", name);
  checkBytes("saveInBrowser", bytes);
  // A copy of its own: a view would take all of its buffer along.
  const own = new Uint8Array(bytes);
  await transact("saveInBrowser", "readwrite", (store) => store.put(own, name));
}

/** The bytes kept under `name`; DataError where there are none. */
export async function loadFromBrowser(name: string): Promise<Uint8Array> {
  checkArity("loadFromBrowser", arguments.length, 1);
  checkName("loadFromBrowser", name);
  const found: unknown = await transact("loadFromBrowser", "readonly", (store) => store.get(name));
  if (found instanceof Uint8Array) return found;
  throw new DataError(`loadFromBrowser: something must be kept under ${describe(name)}; there is nothing.`);
}

/** The names of all that is kept, sorted. */
export async function listInBrowser(): Promise<string[]> {
  checkArity("listInBrowser", arguments.length, 0);
  const names = await transact("listInBrowser", "readonly", (store) => store.getAllKeys());
  return (names as string[]).sort();
}

/** Removes what is kept under `name`; nothing there is no failure. */
export async function removeFromBrowser(name: string): Promise<void> {
  checkArity("removeFromBrowser", arguments.length, 1);
  checkName("removeFromBrowser", name);
  await transact("removeFromBrowser", "readwrite", (store) => store.delete(name));
}

/** Offers `bytes` to the user of the page as a file to save. StateError outside a page. */
export function downloadFile(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  checkArity("downloadFile", arguments.length, 2);
  checkName("downloadFile", name);
  checkBytes("downloadFile", bytes);
  const { document, URL } = globalThis;
  if (document === undefined || typeof URL?.createObjectURL !== "function") {
    throw new StateError("downloadFile: needs a page; this host has none. Write a file instead.");
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  // The browser has taken hold of the content by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** What `work` asks of the store, when the transaction is complete. */
async function transact<T>(
  subject: string,
  mode: "readonly" | "readwrite",
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const { indexedDB } = globalThis;
  if (indexedDB === undefined) {
    throw new StateError(`${subject}: needs IndexedDB; this host has none. Keep the bytes in a file.`);
  }
  try {
    const database = await opened(indexedDB);
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const request = work(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error ?? request.error);
      });
    } finally {
      database.close();
    }
  } catch (error) {
    const { name = "", message = "" } = (error ?? {}) as Error;
    const rule = name === "QuotaExceededError" ? "the browser must have room for it" : "the browser must allow it";
    throw new DataError(`${subject}: ${rule}; ${name || "an error"}: ${message}`, { cause: error });
  }
}

function opened(indexedDB: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function checkName(subject: string, name: unknown): void {
  if (typeof name !== "string" || name === "") {
    throw new ArgumentError(`${subject}: name must be a non-empty string; received ${describe(name)}.`);
  }
}

function checkBytes(subject: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new ArgumentError(`${subject}: bytes must be a Uint8Array; received ${describe(bytes)}.`);
}
