// Improves pages that already work without it. Nothing here knows a workflow. Attributes, documented where they are read:
//   data-live (live.js), data-asks (asking.js), data-rows (rows.js), data-autofocus and answers with fragments (fragments.js),
//   data-confirm, data-forget, data-sends, data-sending, data-download, data-menu, data-max (below).

import { focusMarked } from './fragments.js';
import './told.js';

// <button data-confirm="Question?" data-confirm-yes="Yes" data-confirm-no="No"> asks in a <dialog> before its form is sent.
function confirmFirst(event) {
  const button = event.submitter;
  if (!button?.dataset.confirm || button.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const ask = dialog(button.dataset);
  document.body.append(ask);
  ask.addEventListener('close', () => {
    ask.remove();
    if (ask.returnValue !== 'yes') return button.focus();
    button.dataset.confirmed = '1';
    button.click();
    delete button.dataset.confirmed;
  });
  ask.showModal();
}

function dialog({ confirm, confirmYes, confirmNo }) {
  const ask = element('dialog', { className: 'ask' });
  const form = element('form', { method: 'dialog' });
  const words = element('p', { id: 'ask', textContent: confirm });
  const choices = element('div', { className: 'buttons' });
  choices.append(
    element('button', { className: 'btn btn-primary', value: 'yes', textContent: confirmYes }),
    element('button', { className: 'btn btn-outline-primary', value: 'no', textContent: confirmNo }),
  );
  ask.setAttribute('aria-labelledby', 'ask');
  form.append(words, choices);
  ask.append(form);
  return ask;
}

// <form data-forget="account"> takes what keep.js kept for the account along; its button[data-ask] asks, where there is any.
function forget({ target, submitter }) {
  const account = target.dataset.forget;
  if (account) delete localStorage['siklus-away']; // prepare.js
  if (!account || !keptUnder(`siklus:${account}:`).length) return;
  submitter.dataset.confirm = submitter.dataset.ask;
  if (submitter.dataset.confirmed) drop(`siklus:${account}:`);
}

// <form data-sends="prefix"> is the last page of a form: once it has arrived (.confirmed), nothing kept of it is of use.
function noteSent({ target }) {
  if (target.dataset.sends) sessionStorage.sent = target.dataset.sends;
}

const keptUnder = (prefix) => Object.keys(localStorage).filter((name) => name.startsWith(prefix));
const drop = (prefix) => keptUnder(prefix).forEach((name) => localStorage.removeItem(name));

// A form is sent once, however often somebody clicks; a <form data-download> may soon be sent again. The button keeps its value, so it is not disabled.
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = '1';
  const button = event.submitter;
  if (button?.dataset.sending) {
    button.dataset.words = button.textContent;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = button.dataset.sending;
  }
  setTimeout(() => free(form), 'download' in form.dataset ? 2000 : 20000); // a download leaves us on this page
}

function free(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-disabled=true][data-words]')) {
    button.removeAttribute('aria-disabled');
    button.textContent = button.dataset.words;
  }
}

// <details data-menu> closes by Escape, by a click beside it, and when the focus leaves it.
function closeMenus(event) {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    const inside = menu.contains(event.type === 'focusin' || event.type === 'click' ? event.target : null);
    if (event.type === 'keydown' && event.key === 'Escape') {
      menu.open = false;
      menu.querySelector('summary').focus();
    } else if (event.type !== 'keydown' && !inside) {
      menu.open = false;
    }
  }
}

// <textarea data-max="2000" data-max-words="{count} left"> says how much room is left, once it gets tight.
function countDown({ target }) {
  const max = Number(target.dataset?.max);
  if (!max) return;
  let line = target.nextElementSibling;
  if (!line?.matches('.counter')) {
    line = element('p', { className: 'counter' });
    line.setAttribute('role', 'status');
    target.after(line);
  }
  const rest = max - target.value.length;
  line.textContent = rest < max / 5 ? target.dataset.maxWords.replace('{count}', rest) : '';
}

// The link that skips to the content leaves no trace in the address: the errors of a form that comes back get the focus, not the page.
function skip(event) {
  if (!event.target.matches?.('a.skip')) return;
  event.preventDefault();
  document.getElementById('main').focus();
}

const element = (name, properties) => Object.assign(document.createElement(name), properties);

document.addEventListener('submit', forget);
document.addEventListener('submit', confirmFirst);
document.addEventListener('click', skip);
document.addEventListener('submit', noteSent);
document.addEventListener('submit', sendOnce);
for (const kind of ['click', 'focusin', 'keydown']) document.addEventListener(kind, closeMenus);
document.addEventListener('input', countDown);
addEventListener('pageshow', ({ persisted }) => { if (persisted) document.querySelectorAll('[data-sent]').forEach(free); });
focusMarked();
if (document.querySelector('.confirmed') && sessionStorage.sent) drop(sessionStorage.sent);

// Whoever's pages are open here now does not write for the account before him: its place on this device ends (away.js).
// Where nobody is signed in, or nothing is kept here, it throws: there is nothing to end.
try {
  if (!localStorage['siklus-away'].includes(document.querySelector('[data-forget]').dataset.forget)) delete localStorage['siklus-away'];
} catch {}
