// The designer by keyboard, whatever is on the page: F6 and Shift+F6 go from part to part, Escape comes back from the panel to
// what is selected, arrows go through a table of boxes, and a list that is gone through by keys is saved once it rests.

import { land } from './designfocus.js';

const PARTS = '.tabs, #design-work section[aria-labelledby], #design-side, #design-problems';
const QUIET = 600; // milliseconds after the last key in a list of choices
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const waiting = new Map(); // list → the timer that saves it
let pressed = null; // the list whose choice is being changed by keys

// Calls `save(list)` once a list of choices rests or is left; at once when the change did not come from its keys. Where the
// page was renewed meanwhile, the list that stands there now takes the choice over.
export function rested(list, save) {
  if (pressed !== list) return save(list);
  const done = () => {
    clearTimeout(waiting.get(list));
    if (!waiting.delete(list)) return;
    const now = list.isConnected ? list : document.getElementById(list.id);
    if (!now) return;
    now.value = list.value;
    save(now);
  };
  if (!waiting.has(list)) list.addEventListener('blur', () => setTimeout(done), { once: true });
  clearTimeout(waiting.get(list));
  waiting.set(list, setTimeout(done, QUIET));
}

// Where the focus lands in each part: on its heading, or what stands for it.
function landings() {
  const all = [...document.querySelectorAll(PARTS)].map((part) => part.querySelector('[data-land], [aria-current=page], h2, h3'));
  return [...new Set(all)].filter((each) => each && each.checkVisibility?.() !== false);
}

function toPart(back) {
  const all = landings(), here = document.activeElement;
  const before = all.filter((each) => each.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING || each.contains(here));
  const at = here === document.body ? -1 : before.length - 1;
  const to = back ? (all[at] === here ? at - 1 : at) : at + 1;
  const wanted = all.at(to < all.length ? to : 0);
  if (wanted) land(wanted);
}

// From box to box of a table; at its edge nothing happens.
function through(box, [down, right]) {
  const cell = box.closest('td, th'), row = cell.parentElement;
  const rows = [...row.parentElement.children], to = rows[rows.indexOf(row) + down]?.cells[cell.cellIndex + right];
  to?.querySelector('input[type=checkbox]')?.focus();
}

function keyed(event) {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches?.('select')) pressed = target;
  const box = ARROWS[key] && target.matches?.('table input[type=checkbox]');
  if (key === 'F6') toPart(event.shiftKey);
  else if (key === 'Escape' && target.closest?.('#design-side')) document.querySelector('#design-work [aria-current=true]')?.focus();
  else if (box) through(target, ARROWS[key]);
  if (key === 'F6' || box) event.preventDefault();
}

document.addEventListener('keydown', keyed);
document.addEventListener('pointerdown', () => { pressed = null; }, true);
document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-keys]')) document.getElementById('design-keys').showModal();
});
