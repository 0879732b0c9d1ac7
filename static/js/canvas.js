// The canvas of the workflow designer (backoffice/designs/canvas.html), above the pages of design.js. The server draws; a
// stroke is sent to …/strokes and its answer is the new picture. Keys work while the focus is in the drawing. A selected
// element opens its panel; names change in place.

import { open, send } from './design.js';
import { boxOf, canvas, cellOf, drawing, ghost, hold, itemOf, look, middleOf, say, settle, stageOf, view } from './canvasview.js';
import { startDragging } from './canvasdrag.js';

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NAMED = { add: 'added', append: 'added', connect: 'added', copy: 'added', remove: 'removed', rename: 'renamed', move: 'moved', tidy: 'tidied' };
const QUIET = 300; // milliseconds after the last arrow key
const WIDE = matchMedia('(min-width: 1200px)');
let linking = '', nudged = null, selecting = Promise.resolve();

const nameOf = (item) => item.dataset.name;
const focused = () => document.activeElement?.closest?.('.canvas-item');
const selected = () => drawing()?.querySelector('.canvas-item.is-selected');
const editable = () => !!canvas()?.querySelector('form.canvas-bar');

// Sends a stroke. What it made or changed is selected then, and has the focus; what is new is named at once.
async function act(name, fields = {}) {
  const item = fields.at && itemOf(fields.at);
  const before = item ? nameOf(item) : '';
  if (name === 'append') show(stageOf(fields.at.slice(7)), fields.cell);
  const root = document.querySelector('.design').dataset.design;
  const done = await send(`${root}/${name === 'remove' ? name : 'strokes'}`, Object.entries({ do: name, path: fields.at ?? '', ...fields }));
  ghost();
  if (!done) return;
  const now = name === 'remove' || name === 'tidy' ? null : selected();
  (now ?? view())?.focus();
  say(NAMED[name], { name: name === 'remove' ? before : now ? nameOf(now) : '' });
  if (['add', 'append', 'connect'].includes(name) && now) rename(now);
}

// Where a new box will stand, at once.
function show(stage, cell) {
  const [x, y, width, height] = boxOf(stage), at = cell && middleOf(cell.split(',').map(Number));
  ghost('rect', { x: at ? at[0] - width / 2 : x + width + 100, y: at ? at[1] - height / 2 : y, width, height, rx: 8 });
}

async function select(item, intoPanel) {
  await open(`?at=${encodeURIComponent(item.dataset.at)}`, intoPanel);
  if (!intoPanel) say('selected', { name: nameOf(item) });
}

// A field over the element: Enter or leaving it saves, Escape does not.
function rename(item) {
  if (!editable()) return;
  const old = nameOf(item), { dataset: { at } } = item;
  const field = Object.assign(document.createElement('input'), { className: 'canvas-rename', value: old, maxLength: 200 });
  field.setAttribute('aria-label', JSON.parse(canvas().dataset.words).rename.replace('{name}', old));
  const box = item.querySelector('.stage-box, .canvas-hit, .move-paper').getBoundingClientRect(), paper = view().getBoundingClientRect();
  field.style.left = `${box.left - paper.left + view().scrollLeft}px`;
  field.style.top = `${box.top - paper.top + view().scrollTop}px`;
  field.style.width = `${Math.max(box.width, 190)}px`;
  view().append(field);
  field.focus();
  field.select();
  let over = false;
  const close = (saves, stays) => {
    if (over) return;
    over = true;
    const value = field.value.trim();
    if (stays) itemOf(at)?.focus();
    field.remove();
    if (saves && value && value !== old) act('rename', { at, label: value });
  };
  field.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (event.key === 'Enter' || event.key === 'Escape') {
      event.preventDefault();
      close(event.key === 'Enter', true);
    }
  });
  field.addEventListener('blur', () => close(true, false));
}

// A box goes cell by cell; the server hears of it when the keys rest.
function nudge(stage, [dx, dy], far) {
  const steps = far ? 4 : 1, state = stage.dataset.state;
  if (nudged?.state !== state) settleNudge();
  const [column, row] = nudged?.cell ?? cellOf(stage);
  clearTimeout(nudged?.timer);
  nudged = { state, cell: [column + dx * steps, row + dy * steps], timer: setTimeout(settleNudge, QUIET) };
  const [x, y] = middleOf(nudged.cell), [, , width, height] = boxOf(stage);
  hold(stage, x - width / 2, y - height / 2);
}

function settleNudge() {
  if (!nudged) return;
  const { state, cell, timer } = nudged;
  clearTimeout(timer);
  nudged = null;
  act('move', { at: `states.${state}`, cell: cell.join(',') });
}

function link(stage) {
  const source = linking;
  linking = '';
  if (source) act('connect', { at: `states.${source}`, to: stage.dataset.state });
}

function keyed(event) {
  const { key, target } = event;
  if (!target.closest?.('#canvas-view') || target.matches('input') || event.ctrlKey || event.metaKey || event.altKey) return;
  const item = focused(), stage = item?.matches('.stage-link') ? item.closest('.stage[data-state]') : null;
  const does = strokes(event, item, stage)[key.length === 1 ? key.toLowerCase() : key];
  if (!does) return;
  event.preventDefault();
  does();
}

function strokes({ key, shiftKey }, item, stage) {
  const at = item?.dataset.at, looks = {
    '/': () => document.getElementById('canvas-search')?.focus(),
    '?': () => document.getElementById('design-keys').showModal(),
    '[': () => look(-1), ']': () => look(1), 0: () => look(0),
    Escape: () => { if (linking) { linking = ''; say('cancelled'); } },
  };
  const reads = item && {
    Enter: () => (linking && stage ? link(stage) : item.matches('.is-selected') ? rename(item) : select(item)),
    ' ': () => select(item, true),
  };
  if (!editable()) return { ...looks, ...reads };
  return {
    ...looks, ...reads,
    n: () => act('add'), t: () => act('tidy'),
    ...(item && { F2: () => rename(item), d: () => act('copy', { at }), Delete: () => act('remove', { at }), Backspace: () => act('remove', { at }) }),
    ...(stage && {
      '+': () => act('append', { at }), a: () => act('append', { at }),
      c: () => { linking = stage.dataset.state; say('connecting', { name: nameOf(item) }); },
      ...(ARROWS[key] && { [key]: () => nudge(stage, ARROWS[key], shiftKey) }),
    }),
  };
}

function clicked(event) {
  const item = event.target.closest?.('#canvas-view .canvas-item');
  if (item && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const stage = item.closest('.stage[data-state]');
    if (linking && stage) link(stage);
    else if (!item.matches('.is-selected') || !WIDE.matches) selecting = select(item, !WIDE.matches);
  }
  const tool = event.target.closest?.('.canvas-bar button[name=do]');
  if (tool) {
    event.preventDefault();
    const { at, to } = tool.form.elements;
    act(tool.value, { ...(at.value && { at: at.value }), ...(tool.value === 'connect' && { to: to.value }) });
  }
  const zoom = event.target.closest?.('[data-zoom]');
  if (zoom) look(Number(zoom.dataset.zoom));
}

// What is sought is marked; Enter goes to what is called most nearly so.
function sought({ target, key, type }) {
  if (target.id !== 'canvas-search') return;
  const wanted = target.value.trim().toLowerCase();
  const all = [...(drawing()?.querySelectorAll('.canvas-item') ?? [])];
  const near = (item) => [(name) => name === wanted, (name) => name.startsWith(wanted), (name) => name.includes(wanted)].findIndex((fits) => fits(nameOf(item).toLowerCase()));
  const found = all.filter((item) => wanted && near(item) >= 0).sort((one, other) => near(one) - near(other));
  all.forEach((item) => item.classList.toggle('is-found', found.includes(item)));
  if (type === 'input') say(found.length ? 'found' : 'none', { count: found.length });
  if (key === 'Enter') found[0]?.focus();
}

document.addEventListener('keydown', (event) => {
  if (event.target.id === 'canvas-search' && event.key === 'Enter') event.preventDefault();
  sought(event);
  keyed(event);
});
document.addEventListener('input', sought);
document.addEventListener('click', clicked);
document.addEventListener('dblclick', ({ target }) => {
  const item = target.closest?.('#canvas-view .canvas-item');
  if (item) selecting.finally(() => rename(itemOf(item.dataset.at))); // its first click may still be fetching the panel
});
document.addEventListener('design:changed', settle);
startDragging(act);
settle();
