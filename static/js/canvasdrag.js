// The canvas by mouse, pen and finger: a box is moved, a line drawn from the handle of a box, the paper pushed along.
// A finger moves a box once it is selected, else it scrolls the page.

import { boxOf, cellAt, cellOf, ghost, hold, middleOf, pointOf, release, view } from './canvasview.js';

const FAR = 5; // pixels; less is a click
let dragged = false, going = null;

// `act(name, fields)` sends a stroke.
export function startDragging(act) {
  document.addEventListener('pointerdown', (event) => down(event, act));
  document.addEventListener('dragstart', (event) => { if (event.target.closest?.('#canvas-view')) event.preventDefault(); });
  document.addEventListener('click', (event) => {
    if (!dragged) return;
    dragged = false;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') going?.abort(); });
}

function down(event, act) {
  dragged = false;
  if (event.button || !event.target.closest?.('#canvas-view') || event.target.matches('input')) return;
  const stage = event.target.closest('.stage[data-state]');
  const finger = event.pointerType === 'touch';
  if (event.target.closest('[data-plus]')) track(event, connecting(stage, act));
  else if (stage && (!finger || stage.classList.contains('is-selected'))) track(event, moving(stage, event, act));
  else if (!finger && !event.target.closest('.canvas-item')) track(event, panning(event));
}

// Follows one pointer: `move` from a few pixels on, `drop` where it is let go, `stop` in any case; `click` if it stayed.
function track(event, { move, drop, stop, click }) {
  const { pointerId, clientX, clientY } = event;
  const end = new AbortController();
  let far = false;
  going = end;
  const on = (kind, listener) => document.addEventListener(kind, (each) => { if (each.pointerId === pointerId) listener(each); }, { signal: end.signal });
  on('pointermove', (each) => {
    far ||= Math.hypot(each.clientX - clientX, each.clientY - clientY) > FAR;
    if (far) move(each);
  });
  on('pointerup', (each) => {
    dragged = far;
    if (far) drop(each); else click?.(each);
    end.abort('done');
  });
  on('pointercancel', () => end.abort());
  end.signal.addEventListener('abort', () => { going = null; stop?.(end.signal.reason === 'done'); });
}

function moving(stage, event, act) {
  const [x, y, width, height] = boxOf(stage), from = pointOf(event);
  let cell = cellOf(stage), stays = true;
  return {
    move(each) {
      const to = pointOf(each), at = [x + to[0] - from[0], y + to[1] - from[1]];
      hold(stage, ...at);
      cell = cellAt(at[0] + width / 2, at[1] + height / 2);
      stays = `${cell}` === `${cellOf(stage)}`;
      const middle = middleOf(cell);
      ghost('rect', { x: middle[0] - width / 2, y: middle[1] - height / 2, width, height, rx: 8 });
    },
    drop() {
      if (stays) return release(stage);
      const [a, b] = middleOf(cell);
      hold(stage, a - width / 2, b - height / 2);
      act('move', { at: `states.${stage.dataset.state}`, cell: cell.join(',') });
    },
    stop(done) {
      ghost();
      if (!done) release(stage);
    },
  };
}

function connecting(stage, act) {
  const [x, y, width, height] = boxOf(stage), at = `states.${stage.dataset.state}`;
  let target = null;
  const aim = (next) => {
    target?.classList.remove('is-target');
    target = next;
    target?.classList.add('is-target');
  };
  return {
    move(each) {
      const [a, b] = pointOf(each);
      ghost('path', { d: `M${x + width} ${y + height}L${a} ${b}` });
      aim(document.elementFromPoint(each.clientX, each.clientY)?.closest('.stage[data-state]') ?? null);
    },
    drop(each) {
      if (target) act('connect', { at, to: target.dataset.state });
      else if (document.elementFromPoint(each.clientX, each.clientY)?.closest('#canvas-view')) act('append', { at, cell: cellAt(...pointOf(each)).join(',') });
    },
    stop() {
      aim(null);
      ghost();
    },
    click: () => act('append', { at }),
  };
}

function panning({ clientX, clientY }) {
  const paper = view(), { scrollLeft, scrollTop } = paper;
  return {
    move(each) {
      paper.classList.add('is-panning');
      paper.scrollTo(scrollLeft + clientX - each.clientX, scrollTop + clientY - each.clientY);
    },
    drop() {},
    stop: () => paper.classList.remove('is-panning'),
  };
}
