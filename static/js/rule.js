// The rule builder: what is changed is read back and tried a moment after the last change; only its button saves.

import { send } from './design.js';

const WAIT = 450;
let timer;

function later({ target }) {
  if (!target.closest?.('form[data-rule]') || target.matches('[data-quiet]')) return;
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
}

function look() {
  const form = document.querySelector('form[data-rule]');
  if (form) send(form.action, [...new FormData(form)]);
}

document.addEventListener('input', later);
document.addEventListener('change', later);
document.addEventListener('submit', () => clearTimeout(timer), true);
