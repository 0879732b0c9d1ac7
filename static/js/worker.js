// A service worker for /registers/ alone. It answers nothing but what the network does not: the page to add an entry becomes the
// sheet of its register, which is the same for everybody, and that sheet's own files. Pages of people are never kept.

const kept = `siklus-registers-${new URL(location.href).searchParams.get('v')}`;

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(tidy()));
addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== location.origin) return;
  const adding = event.request.mode === 'navigate' && /^\/registers\/[a-z][a-z0-9_]*\/add$/.test(pathname);
  if (adding || pathname.startsWith('/static/')) event.respondWith(answer(event.request, adding ? pathname.replace(/add$/, 'offline') : pathname));
});

async function answer(request, path) {
  const came = await fetch(request).catch(() => null);
  if (came && came.status < 502) return came;
  const found = await (await caches.open(kept)).match(path);
  return found ?? came ?? Response.error(); // a server that is down behind its proxy is no better than no network
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('siklus-registers-') && name !== kept).map((name) => caches.delete(name)));
  await clients.claim();
}
