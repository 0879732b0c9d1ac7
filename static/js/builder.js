// The form builder: a click anywhere on a question selects it, Alt+arrows and dragging move it, the width of a phone at once.
// Everything here is a shortcut for a button of the page; what a move does is decided by the server.

import { open, send } from './design.js';

const box = () => document.getElementById('build-canvas');
const base = () => location.pathname.replace(/\/(look|library|choices)$/, '');
const item = (node) => node.closest?.('[data-build]');
const name = (block) => block.querySelector('[data-build-pick]')?.textContent ?? '';
const middle = (node) => { const { top, height } = node.getBoundingClientRect(); return top + height / 2; };
const mark = Object.assign(document.createElement('li'), { className: 'build-mark' });
let held;

function tell(words) {
  const line = document.querySelector('[data-design-status]');
  if (line) line.textContent = words;
}

// Does what a button would do, and keeps the focus on what was moved.
async function act(fields) {
  const done = await send(`${base()}/do`, Object.entries(fields));
  const at = new URLSearchParams(location.search).get('at');
  if (at) document.getElementById(`pick-${at}`)?.focus({ preventScroll: true });
  return done;
}

function clicked(event) {
  const width = event.target.closest?.('[data-build-width]');
  if (width && box()) {
    event.preventDefault();
    const phone = box().classList.toggle('build-phone');
    width.setAttribute('aria-pressed', String(phone));
    return;
  }
  if (!box()?.contains(event.target) || event.target.closest('a, button, input, select, textarea, summary')) return;
  const pick = item(event.target)?.querySelector('[data-build-pick]');
  if (pick && pick.getAttribute('aria-current') !== 'true') open(pick.href, false).then(() => document.getElementById(pick.id)?.focus({ preventScroll: true }));
}

function keyed(event) {
  const block = item(event.target);
  if (!block || !event.altKey || !['ArrowUp', 'ArrowDown'].includes(event.key)) return;
  event.preventDefault();
  const words = box().dataset.moved.replace('{name}', name(block));
  act({ do: event.key === 'ArrowUp' ? 'up' : 'down', at: block.dataset.build }).then((done) => done && tell(words));
}

// Dragging by the grip: a line shows where the question would come, in any section of the form.
function grabbed(event) {
  const grip = event.target.closest?.('[data-build-grip]');
  if (!grip || event.button) return;
  event.preventDefault();
  held = item(grip);
  held.classList.add('build-held');
  grip.setPointerCapture(event.pointerId);
}

function dragged({ clientX, clientY }) {
  if (!held) return;
  const under = document.elementsFromPoint(clientX, clientY).find((each) => each.matches('.build-section'));
  const list = under?.querySelector('[data-build-list]');
  if (list) list.insertBefore(mark, [...list.children].find((each) => each !== mark && clientY < middle(each)) ?? null);
  if (clientY < 70 || clientY > innerHeight - 90) scrollBy(0, clientY < 70 ? -14 : 14);
}

function dropped() {
  if (!held) return;
  const [block, list, next] = [held, mark.parentElement, mark.nextElementSibling];
  letGo();
  if (!list || next === block || (!next && block === list.lastElementChild) || next?.previousElementSibling === block) return;
  const words = box().dataset.moved.replace('{name}', name(block));
  const before = next?.dataset.build.split('.').pop() ?? '';
  act({ do: 'move', at: block.dataset.build, to: list.dataset.buildList, before }).then((done) => done && tell(words));
}

function letGo() {
  held?.classList.remove('build-held');
  held = null;
  mark.remove();
}

// After a question was added, the field is free for the next one.
function submitted({ target, submitter }) {
  if (!target.matches('form[data-edit]') || !['add', 'section', 'check'].includes(submitter?.value) && !submitter?.matches('.build-type')) return;
  const words = target.querySelector('[name=words]');
  if (words) setTimeout(() => { words.value = ''; });
}

document.addEventListener('click', clicked);
document.addEventListener('keydown', keyed);
document.addEventListener('pointerdown', grabbed);
document.addEventListener('pointermove', dragged);
document.addEventListener('pointerup', dropped);
document.addEventListener('pointercancel', letGo);
document.addEventListener('submit', submitted, true);
