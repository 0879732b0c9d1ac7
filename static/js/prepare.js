// Prepares this device for the next time that somebody opens a register without a network: once for each register, language,
// account and version of our files (data-away). Puts the sheet of the register (the same for everybody) and its files aside,
// and lets the worker answer with it; 'siklus-away' is whose entries they become: the account whose pages are open here, until
// it signs out or forbids it, or another account's pages open (kit.js).

import { CURVE } from './awaykeys.js';
import { base64, opened } from './sealing.js';

const words = document.querySelector('[data-kept]').dataset;
const form = document.querySelector('form[data-entry]');
const PRIVATE = 'siklus-away';

prepare().catch(() => {}); // a browser that forbids it

async function prepare() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(`/registers/worker.js?v=${words.version}`);
  if (!await aside(`/registers/${form.dataset.entry}/offline`)) return;
  const slot = JSON.parse(localStorage['siklus-away'] ?? '{}');
  const { pub, priv } = slot.owner === words.owner ? slot : await pair();
  const ready = (slot.ready ?? []).filter((each) => each.startsWith(`${words.version} ${words.owner} `));
  localStorage['siklus-away'] = JSON.stringify({ owner: words.owner, who: initials(), pub, priv, ready: [...ready, words.away] });
}

// By which people at a shared device tell for whom its sheet keeps; a name would be too much.
function initials() {
  const name = document.querySelector('.account-who strong')?.textContent ?? '';
  return name.split(/[\s,.]+/).map((word) => [...word][0]).filter(Boolean).slice(0, 4).join('').toUpperCase();
}

async function aside(path) {
  const answer = await fetch(path, { redirect: 'error' });
  if (!answer.ok) return false; // who may not add an entry about himself has no sheet
  const files = [...(await answer.clone().text()).matchAll(/"(\/static\/[^"]+)"/g)].map(([, file]) => file);
  const cache = await caches.open(`siklus-registers-${words.version}`);
  await cache.addAll(files);
  await cache.put(path, answer);
  return true;
}

// The private half is sealed: with the public one alone entries can be written here, and not read.
async function pair() {
  const box = await opened(words.keep);
  const keys = await crypto.subtle.generateKey(CURVE, true, ['deriveKey']);
  const priv = base64(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { pub: base64(await crypto.subtle.exportKey('raw', keys.publicKey)), priv: await box.seal(PRIVATE, priv) };
}
