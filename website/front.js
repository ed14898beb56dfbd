// The front page loads Python into the browser's cache while it is being read, so that the first lesson opens sooner.
const state = document.getElementById('state');
const root = new URL('.', location.href);
const WORKER = 'service-worker.js?enableCache=false';

async function preload() {
  const { preload, keeper } = await (await fetch('course.json', { cache: 'no-cache' })).json();
  const kept = new Promise(resolve => {
    const worker = new Worker(new URL(keeper, root));
    worker.onmessage = worker.onerror = () => {
      worker.terminate();
      resolve();
    };
  });
  let done = 0;
  const queue = [...preload];
  const fetchNext = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      await (await fetch(new URL(file, root))).arrayBuffer();
      done += 1;
      state.dataset.share = `${Math.round((100 * done) / preload.length)}`;
    }
  };
  await Promise.all([kept, fetchNext(), fetchNext(), fetchNext()]);
  state.dataset.preloaded = 'true';
  state.append(' Python is now in the cache.');
}

async function serve() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  await serviceWorker.register(WORKER);
  const registered = await serviceWorker.ready;
  if (registered && !serviceWorker.controller) {
    await new Promise(claimed => serviceWorker.addEventListener('controllerchange', claimed, { once: true }));
  }
}

const careful = navigator.connection?.saveData || matchMedia('(pointer: coarse) and (max-width: 700px)').matches;
if (!careful) {
  await serve();
  await preload();
}
