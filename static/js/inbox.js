// The task list is fetched anew when the bell says that something is new, unless somebody is in it.

import './kit.js';

document.addEventListener('swapped', async () => {
  const list = document.querySelector('[data-fresh]');
  if (!list || list.contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.href, { headers: { 'X-Quiet': 1 }, redirect: 'error' });
    const found = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-fresh]');
    if (found) list.replaceChildren(...document.importNode(found, true).childNodes);
  } catch { /* the network is away */ }
});
