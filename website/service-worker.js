// Keeps the files that never change under their names (Python, its packages, JupyterLab's code) in the browser's cache,
// and leaves everything else to JupyterLite's own service worker, which is loaded below.
{
  const CACHE = 'course-files';
  const PYTHON = /\/static\/python-[0-9a-f]+\//;
  // The browser keeps compiled code only of what comes to it directly; what is packed is kept unpacked (kept.js).
  const DIRECT = /\.(wasm|bin)$/;
  // What a lesson's page loads of JupyterLab; the builder puts the names here. Of scripts that are kept while a service worker
  // is being installed, the browser also keeps the compiled code, all of it.
  const SCRIPTS = [];
  const LASTING = [PYTHON, /\/(build|extensions)\/.*\.[0-9a-f]{7,}\.(js|woff2?)$/];

  async function lasting(request) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request);
    if (kept) return kept;
    const answer = await fetch(request);
    if (answer.ok) {
      const copy = answer.clone();
      await forgetOthers(cache, request.url);
      void cache.put(request, copy).catch(() => {});
    }
    return answer;
  }

  /** Take the Python of earlier releases out of the cache. */
  async function forgetOthers(cache, url) {
    const [now] = url.match(PYTHON) ?? [];
    if (!now || self.python === now) return;
    self.python = now;
    for (const { url: other } of await cache.keys()) {
      if (PYTHON.test(other) && !other.includes(now)) await cache.delete(other);
    }
  }

  self.addEventListener('install', event => event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(SCRIPTS))));

  self.addEventListener('fetch', event => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== 'GET' || origin !== location.origin || DIRECT.test(pathname)) return;
    if (!LASTING.some(kind => kind.test(pathname))) return;
    event.stopImmediatePropagation();
    event.respondWith(lasting(request));
  });
}

importScripts('jupyterlite-service-worker.js');
