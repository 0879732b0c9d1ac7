// Keeps what is typed on this device while it is not sent: open(form, adopt) → { write(), drop(), safe } or null.
// In localStorage, under siklus:<account>:<task>:<page>, sealed (sealing.js) with a key that only the account's own pages
// bring (data-keep); without it, or without https, nothing is kept. Dropped once saved, and after 14 days in any case.
// What pages that are gone have left is compared with what is saved, and offered to choose from (/tasks/…/kept).

import { opened } from './sealing.js';
import { BESIDE, snapshot } from './showing.js';

const OLD = 14 * 864e5;
const PATIENCE = 4000; // ms

export async function open(form, adopt) {
  const { keep, owner, live } = form.dataset;
  if (!keep || !crypto.subtle || !navigator.locks) return null;
  const task = `siklus:${owner}:${live.split('/')[2]}:`;
  const own = task + form.elements._page.value;
  const box = await opened(keep);
  navigator.locks.request(own, () => new Promise(() => {})); // as long as this page lives
  let turn = 0;
  const kept = {
    safe: false,
    async write() {
      const mine = ++turn;
      kept.safe = false;
      const text = JSON.stringify([...new FormData(form)].filter(([name, value]) => name !== 'csrf_token' && typeof value === 'string'));
      const sealed = await box.seal(own, text);
      if (mine !== turn) return;
      try {
        localStorage.setItem(own, sealed);
        kept.safe = true;
      } catch { /* the device is full, or forbids it */ }
    },
    drop() {
      turn++;
      localStorage.removeItem(own);
    },
  };
  offer().catch(() => {});
  return kept;

  async function offer() {
    for (const name of await left()) {
      const sealed = localStorage[name];
      if (!sealed) continue; // its page has sent it, and gone
      try {
        const text = await box.unseal(name, sealed);
        if (await ask(name, sealed.split(' ')[0], JSON.parse(text))) return;
      } catch (error) {
        if (error.name === 'OperationError') localStorage.removeItem(name); // of an earlier secret: nobody can read it
      }
    }
  }

  // The newest first, of pages that have gone; what was just restored, and what is too old, goes.
  async function left() {
    localStorage.removeItem(task + new URLSearchParams(location.search).get('restored'));
    const found = Object.keys(localStorage).filter((name) => /^siklus:[^:]*:(?!entry:)/.test(name)).map((name) => [name, +localStorage[name].split(' ')[0]]);
    for (const [name, at] of found) if (Date.now() - at > OLD) localStorage.removeItem(name);
    const here = found.filter(([name]) => name.startsWith(task) && name !== own && localStorage[name]).sort((a, b) => b[1] - a[1]);
    const gone = await Promise.all(here.map(([name]) => lockFree(name)));
    return here.map(([name]) => name).filter((_, i) => gone[i]);
  }

  async function ask(name, at, pairs) {
    const sent = snapshot(form);
    const more = { csrf_token: form.elements.csrf_token.value, _showing: form.elements.seen.value, _restored: name.slice(task.length), _kept_at: new Date(+at).toISOString() };
    const body = new URLSearchParams([...pairs, ...Object.entries(more)]);
    const answer = await fetch(live.replace(/draft$/, 'kept'), { ...BESIDE, method: 'POST', body });
    if (!answer.ok) return false;
    const html = await answer.text();
    adopt(html, sent);
    const button = document.querySelector('[data-discard]');
    if (!button) localStorage.removeItem(name);
    else button.onclick = () => {
      localStorage.removeItem(name);
      button.closest('section').remove();
      offer();
    };
    return !!button;
  }
}

// A page that was closed, or crashed, holds its lock a moment longer than its tab is seen: so it is waited for.
function lockFree(name) {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), PATIENCE);
  return navigator.locks.request(name, { signal: patience.signal }, () => true).catch(() => false);
}
