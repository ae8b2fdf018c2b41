// Keeps the built page, so that it opens and works without a network. BUILD is put in by the build: the files, and a name
// that changes with them. A new version waits until the pages of the old one are closed, whose files it then drops.

const PREFIX = "lanewise-playground ";
const store = PREFIX + BUILD.name;
const kept = new Set(BUILD.files.map((file) => new URL(file, self.registration.scope).href));

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(store).then((cache) => cache.addAll([...kept])));
});

self.addEventListener("activate", (event) => {
  const dropOthers = async () => {
    const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== store);
    await Promise.all(others.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(dropOthers());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const file = origin + pathname;
  if (request.method !== "GET") return;
  // The page itself comes from the server where there is one: it names the files of its version.
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(new URL("index.html", self.registration.scope).href)));
  } else if (kept.has(file)) {
    event.respondWith(caches.match(file).then((found) => found ?? fetch(request)));
  }
});
