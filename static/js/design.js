// The pages of the designer: edits without leaving the page, panels that save themselves, undo by keys, who else is here.
// A <form data-edit> posts and comes back to its page; a <a data-open> opens something on the same page. Of the answer,
// only the regions [data-part] (each with an id) are put into the page, so every page works the same without script.
// A form [data-unsaved="words"] holds what is saved only by its own button: nothing from elsewhere is put over it.
// On document: 'design:changed' {detail: {number}} after each change; others send edits by change([{do: 'put', …}]).

import './kit.js';
import { land, remember, restore } from './designfocus.js';
import { rested } from './designkeys.js';
import { page } from './parsing.js';

const root = document.querySelector('.design');
const line = root.querySelector('[data-design-status]');
const words = root.dataset;
const BEAT = 20000;
let queue = Promise.resolve(), pending = 0, present = '', swapping = false;

document.documentElement.classList.add('has-script');

// Sends edits (as edits.py reads them); answers whether they were taken.
export function change(edits) {
  return send(`${words.design}/edits`, [['edits', JSON.stringify(edits)]]);
}

// Sends fields to an address of the design, one request after the other, and shows what came of it.
export function send(path, fields) {
  pending++;
  document.querySelectorAll('.design-refused').forEach((old) => old.remove());
  say(words.saving);
  const task = queue.then(() => post(path, fields)).catch(() => { say(words.lost); return false; });
  queue = task;
  return task.finally(() => pending--);
}

// Shows an address of this page: another element selected, another search.
export async function open(path, focus = true) {
  await queue;
  const answer = await fetch(path);
  const found = new URL(answer.url);
  if (!answer.ok || !answer.headers.get('Content-Type')?.includes('html')) { location.assign(path); return; }
  const html = page(await answer.text());
  if (!html.querySelector('.design')) { location.assign(path); return; }
  history.pushState(null, '', found.pathname + found.search + new URL(path, location).hash);
  show(html);
  if (focus) toSelected(new URL(path, location).hash.slice(1));
}

async function post(path, fields) {
  const token = document.querySelector('[name=csrf_token]').value;
  const body = new URLSearchParams([...fields.filter(([name]) => name !== 'csrf_token' && name !== 'next'), ['csrf_token', token], ['next', here()]]);
  const answer = await fetch(path, { method: 'POST', body });
  if (answer.status === 401 || new URL(answer.url).pathname.startsWith('/sign-in')) { say(words.gone); return false; }
  const html = page(await answer.text());
  if (answer.status === 409) { conflict(html); return false; }
  const elsewhere = new URL(answer.url).pathname !== location.pathname, strange = !html.querySelector('.design');
  if (!answer.redirected && (elsewhere || strange)) { asked(html); return false; }
  if (elsewhere || strange) { location.assign(answer.url); return !strange; }
  const refused = html.querySelector('#notices .notice-bad')?.textContent.trim();
  if (refused || !answer.ok) for (const each of document.querySelectorAll('[data-closes], [data-posted]')) ['closes', 'posted'].forEach((mark) => delete each.dataset[mark]);
  if (here() !== new URL(answer.url).pathname + new URL(answer.url).search) history.replaceState(null, '', answer.url);
  show(html);
  if (refused) { refuse(refused); return false; }
  say(answer.ok ? html.querySelector('[data-unsaved]')?.dataset.unsaved ?? words.saved : html.querySelector('.error-summary')?.textContent ?? words.lost);
  return answer.ok;
}

// Why something was not done stands where it was asked for, and is told.
function refuse(why) {
  say(why);
  const form = document.activeElement.closest('.design form');
  form?.append(Object.assign(document.createElement('p'), { className: 'field-error design-refused', textContent: why }));
}

// What is answered in place of a change: a question, as before a removal, or why it was refused.
function asked(html) {
  if (!html.querySelector('.design')) { say(html.querySelector('main')?.textContent.trim() ?? words.lost); return; }
  show(html);
  say('');
  const box = document.querySelector('[data-autofocus]');
  box?.scrollIntoView({ block: 'nearest' });
  box?.focus();
}

async function conflict(html) {
  document.activeElement?.blur(); // what was refused is not written over theirs again
  const box = html.getElementById('design-conflict');
  const answer = await fetch(here());
  show(page(await answer.text()), false);
  if (box) swap(document.getElementById('design-conflict'), box);
  document.querySelector('.design-conflicts')?.focus();
  say('');
}

const here = () => location.pathname + location.search;

// Puts the regions of an answer into the page; what somebody is typing, and what is folded open, stays.
function show(html, all = true) {
  const memory = remember();
  const opened = [...document.querySelectorAll('.design details[open]:not([data-closes]) > summary')].map((each) => each.textContent.trim());
  for (const old of document.querySelectorAll('.design [data-part]')) {
    const fresh = html.getElementById(old.id);
    if (fresh && (all || old.id !== 'design-conflict')) swap(old, fresh);
  }
  for (const summary of document.querySelectorAll('.design details:not([open]) > summary')) {
    if (opened.includes(summary.textContent.trim())) summary.parentElement.open = true;
  }
  const columns = (page_) => page_.querySelector('.design-columns');
  if (columns(html)) columns(document).className = columns(html).className; // with nothing beside it, the work is wide
  root.dataset.number = html.querySelector('.design').dataset.number;
  restore(memory);
  document.dispatchEvent(new Event('swapped'));
  document.dispatchEvent(new CustomEvent('design:changed', { detail: { number: Number(root.dataset.number) } }));
}

function swap(old, fresh) {
  if (old.innerHTML === fresh.innerHTML) return;
  swapping = true; // a field that is taken away while somebody writes in it says that it has changed: restore() goes on with it
  old.replaceChildren(...document.importNode(fresh, true).childNodes);
  swapping = false;
}

function toSelected(hash) {
  const wanted = (hash && document.getElementById(hash)) || document.querySelector('[data-panel] h2');
  if (!wanted) return;
  const field = wanted.matches('h2, p') ? wanted : wanted.querySelector('input:not([type=hidden]), select, textarea, button, a') ?? wanted;
  land(field);
  field.scrollIntoView({ block: 'nearest' });
}

function say(what) {
  line.textContent = what ?? '';
}

// A panel saves when one of its controls has changed; whoever tabs on is not held up.
function changed({ target }) {
  const form = target.closest?.('form[data-autosave]');
  if (!form || swapping || target.matches('[data-quiet]')) return;
  const way = target.dataset.picks && document.getElementById(target.dataset.picks);
  if (way) way.checked = true;
  rested(target, (control) => send(form.action, [...new FormData(control.form)]));
}

function submitted(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.matches('form[data-edit]')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  const closing = form.closest('details.design-add');
  if (closing) closing.dataset.closes = '1';
  form.dataset.posted = '1';
  const pairs = [...new FormData(form)];
  // Browsers of 2022 leave out the second argument of FormData.
  if (button?.name) pairs.push([button.name, button.value]);
  send(button?.getAttribute('formaction') || form.action, pairs).then((done) => {
    delete form.dataset.posted;
    if (done) document.querySelector('[data-autofocus]')?.focus();
  });
}

function clicked(event) {
  const link = event.target.closest?.('a[data-open], a[data-dismiss]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const url = new URL(link.href);
  if (link.matches('[data-dismiss]')) {
    event.preventDefault();
    document.getElementById('design-conflict').replaceChildren();
  } else if (url.pathname === location.pathname) {
    event.preventDefault();
    open(link.href);
  }
}

// Ctrl+Z and Ctrl+Y (or Ctrl+Shift+Z) undo and redo, unless somebody is typing: then they are the field's own.
function keyed(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches?.('input:not([type=checkbox], [type=radio]), textarea')) return;
  const key = event.key.toLowerCase();
  const wanted = key === 'y' || (key === 'z' && event.shiftKey) ? 'y' : key === 'z' ? 'z' : '';
  const button = wanted && document.querySelector(`form[data-key=${wanted}] button:not([disabled])`);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
}

// Tells that somebody is here; what others changed meanwhile is shown when nobody types.
async function beat() {
  if (document.hidden || pending || document.querySelector('[data-unsaved]')) return;
  const token = document.querySelector('[name=csrf_token]').value;
  const body = new URLSearchParams([['csrf_token', token], ['part', words.tab]]);
  const answer = await fetch(`${words.design}/presence`, { method: 'POST', body }).catch(() => null);
  if (!answer?.ok) return;
  const { number, others } = await answer.json();
  const isNew = number !== Number(root.dataset.number);
  if (!isNew && `${others}` === present) return;
  present = `${others}`;
  const fresh = await fetch(here());
  if (!fresh.ok || pending) return;
  show(page(await fresh.text()), false);
  if (isNew) say(words.merged);
}

document.addEventListener('change', changed);
document.addEventListener('submit', submitted, true); // before kit.js notes that the form was sent
document.addEventListener('click', clicked);
document.addEventListener('keydown', keyed);
addEventListener('popstate', async () => { const answer = await fetch(here()); if (answer.ok) show(page(await answer.text())); });
addEventListener('focus', beat);
setInterval(beat, BEAT);
beat();
// Only then: when a page is loaded whole, the browser goes to its fragment and takes the focus from everything else.
if (location.hash) addEventListener('load', () => setTimeout(() => toSelected(location.hash.slice(1))));
