// The page of a service worker, which does all the work.

globalThis.train = async () => {
  await navigator.serviceWorker.register("./serviceWorker.js");
  const { active } = await navigator.serviceWorker.ready;
  return await new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("message", ({ data }) => resolve(data));
    active.postMessage("train");
  });
};
