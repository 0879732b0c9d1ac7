// A form that saves itself, and loses nothing: <form data-live="/tasks/…/draft" data-owner="…" [data-keep="…"]>.
// While somebody writes, the whole form is posted to data-live (header X-Fragment: 1), one request at a time. Answers:
//   200 saved, with fragments (fragments.js); with [data-whole] they show what others wrote as well
//   422 not saved, with fragments that say why          409 two sides changed the same: a fragment to choose from
//   401, 400 the session ended, or its secret changed: /session says whose it is now, then it goes on
//   410 and other refusals: no further saving            else, and without a network: tried again, later each time
// What is not saved yet is kept on the device meanwhile (keep.js). A page that is left or locked sends it at once.
// A button[name=do] posts at once with its value, unless rows.js can do it here. Any other button sends the form itself.

import { apply } from './fragments.js';
import { open } from './keep.js';
import { BESIDE, adopting, left, snapshot, typed } from './showing.js';

const WAIT = 1200, RETRY = [2, 5, 10, 20, 40, 60];
const MOST = 60000; // characters: browsers send on no more than that for a page that is gone
const form = document.querySelector('form[data-live]');
const main = document.querySelector('main');
const line = form.querySelector('[data-live-status]');
const adopt = adopting(form, () => dirty || changed({}));
let dirty = false, busy = false, stopped = false, renewed = false;
let tries = 0, size = 0, state = '', again, then, timer, behind, kept;

start();

async function start() {
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  form.addEventListener('focusout', left);
  document.addEventListener('submit', submitted, true); // before kit.js notes that the form was sent
  document.addEventListener('visibilitychange', () => (document.hidden ? flush() : back()));
  addEventListener('pagehide', flush);
  addEventListener('focus', back);
  addEventListener('online', () => dirty && save());
  addEventListener('beforeunload', (event) => { if ((dirty || busy) && wouldBeLost()) event.preventDefault(); });
  if ([...form.elements].some(wasTyped)) changed({}); // before this script was there, or put back by the browser
  kept = await open(form, adopt).catch(() => null); // a browser that forbids it
  if (dirty) kept?.write();
}

function wasTyped({ type, value, defaultValue }) {
  return type !== 'hidden' && defaultValue !== undefined && value !== defaultValue;
}

function wouldBeLost() {
  return !kept?.safe && (stopped || tries || size > MOST || state === 'conflict' || state === 'signed-out');
}

function changed(event) {
  if (stopped || !typed(event)) return;
  dirty = true;
  tries = 0;
  say('unsaved');
  kept?.write();
  clearTimeout(timer);
  timer = setTimeout(save, WAIT);
}

function submitted(event) {
  const button = event.submitter;
  if (event.target !== form || (button?.dataset.confirm && !button.dataset.confirmed)) return;
  if (button?.name === 'do') {
    event.preventDefault();
    save(button);
  } else if (busy || tries || !navigator.onLine) {
    event.preventDefault(); // the saving brings the version that this form must name, and shows whether it can arrive
    then = button;
    if (!busy) save();
  } else {
    clearTimeout(timer);
    dirty = false; // the form itself is on its way
  }
}

async function save(button) {
  clearTimeout(timer);
  if (busy) { again = { button }; return; }
  busy = true;
  dirty = false;
  say('saving');
  const sent = snapshot(form);
  let status = 0;
  try {
    const answer = await post(button);
    const html = await answer.text();
    status = answer.status;
    settle(status, html, sent);
  } catch {
    later();
  }
  busy = false;
  const [next, sending] = [again, then];
  again = then = null;
  if (sending && status === 200) sending.click();
  else if (next && !stopped) save(next.button);
}

function post(button) {
  if (form.elements._turn) form.elements._turn.value++;
  const data = new FormData(form);
  // Browsers of 2022 leave out its second argument, the button.
  if (button) data.append('do', button.value);
  const body = new URLSearchParams([...data].filter(([, value]) => typeof value === 'string'));
  size = `${body}`.length;
  const path = button?.getAttribute('formaction') || form.dataset.live;
  return fetch(path, { ...BESIDE, method: 'POST', body, keepalive: size < MOST });
}

function settle(status, html, sent) {
  if (status === 200 || status === 422) {
    tries = 0;
    renewed = false;
    adopt(html, sent);
    if (!dirty && status === 200) kept?.drop();
    say(dirty ? 'unsaved' : status === 200 ? 'saved' : 'refused');
  } else if (status >= 500 || status === 429 || status === 408) {
    later();
  } else {
    dirty = true;
    if (status === 409 || status === 410) apply(html);
    stopped = ![400, 401, 409].includes(status) || (status === 400 && renewed);
    if (status === 400 && !renewed) renew();
    else say({ 401: 'signed-out', 409: 'conflict', 400: 'refused', 413: 'refused' }[status] ?? 'over');
  }
}

function later() {
  dirty = true;
  say(kept?.safe ? 'offline-kept' : 'offline');
  // A quarter sooner or later, so that not everybody tries at once.
  timer = setTimeout(save, RETRY[Math.min(tries++, RETRY.length - 1)] * (750 + Math.random() * 500));
}

// The browser may end the page any moment now: a locked phone, a closed tab.
function flush() {
  if (!dirty || stopped || behind) return;
  if (busy) post().catch(() => {});
  else save();
}

function back() {
  if (behind || state === 'signed-out') renew();
}

// Whose session is it now? The same account goes on; of another one nobody sees what is written here.
async function renew() {
  try {
    const answer = await fetch('/session', BESIDE);
    if (!answer.ok) { say('signed-out'); return; }
    const { owner, csrf } = await answer.json();
    if (owner !== form.dataset.owner) { hide(); return; }
    if (behind) main.replaceChildren(...behind);
    behind = null;
    for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = csrf;
    renewed = true;
    save();
  } catch {
    later();
  }
}

function hide() {
  if (behind) return;
  behind = [...main.childNodes];
  const words = line.cloneNode();
  words.textContent = line.dataset.other;
  main.replaceChildren(words);
}

function say(what) {
  state = what;
  if (!line) return;
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' }).format(new Date());
  const words = line.dataset[what.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] ?? '';
  line.dataset.state = what;
  line.textContent = words.replace('{time}', time);
  const way = form.querySelector('[data-live-in]');
  if (way) way.hidden = what !== 'signed-out';
}
