// What stands on the canvas and how it is looked at: elements by their path, cells by their place, zoom, scrolling, and
// a box that follows the hand with its lines. What a stroke changes is the server's; its picture replaces all of this.

const LEAST = 12 / 20, NEAR = 12 / 13, MOST = 2.5, STEP = 1.2; // below NEAR only the words of 20 px are shown: none under 12
const PITCH = [290, 150]; // from cell to cell where no column or row is drawn yet
const SVG = 'http://www.w3.org/2000/svg';
let zoom = Number(sessionStorage.canvasZoom) || 0, left = 0, top = 0, shown = null, status;

export const canvas = () => document.getElementById('canvas');
export const view = () => document.getElementById('canvas-view');
export const drawing = () => view()?.querySelector('svg');
export const itemOf = (path) => document.getElementById(`canvas-${path}`);
export const boxOf = (stage) => JSON.parse(stage.dataset.box);
export const cellOf = (stage) => JSON.parse(stage.dataset.cell);

export function say(word, params = {}) {
  if (!status) {
    status = Object.assign(document.createElement('p'), { className: 'visually-hidden' });
    status.setAttribute('role', 'status');
    document.querySelector('main').append(status);
  }
  status.textContent = JSON.parse(canvas().dataset.words)[word].replace(/\{(\w+)\}/g, (_, name) => params[name]);
}

export function pointOf({ clientX, clientY }) {
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(drawing().getScreenCTM().inverse());
  return [x, y];
}

// The cell at a point, and the point in the middle of a cell; both go on beyond what is drawn.
export const cellAt = (x, y) => [nearest('columns', x, PITCH[0]), nearest('rows', y, PITCH[1])];
export const middleOf = ([column, row]) => [place('columns', column, PITCH[0]), place('rows', row, PITCH[1])];

function nearest(name, at, pitch) {
  const all = JSON.parse(drawing().dataset[name]);
  const [best, where] = all.reduce((one, other) => (Math.abs(other[1] - at) < Math.abs(one[1] - at) ? other : one));
  const ends = best === all[0][0] && at < where ? -1 : best === all[all.length - 1][0] && at > where ? 1 : 0;
  return ends ? best + Math.round((at - where) / pitch) : best;
}

function place(name, number, pitch) {
  const all = JSON.parse(drawing().dataset[name]);
  const [best, where] = all.reduce((one, other) => (Math.abs(other[0] - number) < Math.abs(one[0] - number) ? other : one));
  return where + (number - best) * pitch;
}

// Draws a box at another place, and its lines by the shortest way, until the server's picture comes.
export function hold(stage, x, y) {
  const box = boxOf(stage);
  stage.classList.add('is-moving');
  stage.setAttribute('transform', `translate(${x - box[0]} ${y - box[1]})`);
  const own = [x, y, box[2], box[3]], key = stage.dataset.state;
  for (const line of drawing().querySelectorAll(`[data-from="${key}"], [data-to="${key}"]`)) {
    const ends = [line.dataset.from, line.dataset.to].map((end) => (end === key ? own : boxOf(stageOf(end))));
    line.classList.add('is-loose');
    for (const path of line.querySelectorAll('.move-line, .move-hit')) {
      path.dataset.d ??= path.getAttribute('d');
      path.setAttribute('d', way(...ends));
    }
  }
}

export function release(stage) {
  stage.classList.remove('is-moving');
  stage.removeAttribute('transform');
  for (const line of drawing().querySelectorAll('.is-loose')) {
    line.classList.remove('is-loose');
    for (const path of line.querySelectorAll('[data-d]')) path.setAttribute('d', path.dataset.d);
  }
}

export const stageOf = (key) => drawing().querySelector(`[data-state="${key}"], [data-linked="${key}"]`);

function way([x1, y1, w1, h1], [x2, y2, w2, h2]) {
  if (x2 >= x1 + w1) return `M${x1 + w1} ${y1 + h1 / 2}H${(x1 + w1 + x2) / 2}V${y2 + h2 / 2}H${x2}`;
  const below = Math.max(y1 + h1, y2 + h2) + 24;
  return `M${x1 + w1 / 2} ${y1 + h1}V${below}H${x2 + w2 / 2}V${y2 + h2}`;
}

// A shape that only shows what would be: a place, a line, a new box.
export function ghost(name, attributes) {
  drawing()?.querySelectorAll('.canvas-ghost').forEach((old) => old.remove());
  if (!name || !drawing()) return;
  const shape = document.createElementNS(SVG, name);
  shape.setAttribute('class', 'canvas-ghost');
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
  drawing().append(shape);
}

// Zoom: 1 larger, -1 smaller, 0 as much as fits.
export function look(step) {
  const before = zoom, { clientWidth, clientHeight, scrollLeft, scrollTop } = view();
  zoom = step ? limited(zoom * STEP ** step) : fitting();
  sessionStorage.canvasZoom = zoom;
  const [x, y] = [(scrollLeft + clientWidth / 2) / before, (scrollTop + clientHeight / 2) / before];
  resize();
  view().scrollTo(x * zoom - clientWidth / 2, y * zoom - clientHeight / 2);
  say('zoom', { percent: Math.round(zoom * 100) });
}

const limited = (wanted) => Math.min(MOST, Math.max(LEAST, wanted));
const fitting = () => limited(Math.min(1.25, view().clientWidth / drawing().viewBox.baseVal.width));

function resize() {
  const { width, height } = drawing().viewBox.baseVal;
  drawing().style.width = `${width * zoom}px`;
  drawing().style.height = `${height * zoom}px`;
  drawing().classList.toggle('is-far', zoom < NEAR);
}

// A new picture is looked at as the one before.
export function settle() {
  if (!drawing()) return;
  zoom ||= Math.max(NEAR, Math.min(1, fitting()));
  resize();
  if (view().scrollLeft !== left || view().scrollTop !== top) view().scrollTo(left, top);
  const chosen = drawing().querySelector('.canvas-item.is-selected');
  if ((chosen?.dataset.at ?? '') === shown) return;
  shown = chosen?.dataset.at ?? '';
  bring(chosen ?? drawing().querySelector('.stage-first') ?? drawing().querySelector('.stage'));
}

// Scrolls the paper (not the page) until something is in sight.
export function bring(item) {
  const paper = view(), inner = paper.getBoundingClientRect(), box = item.getBoundingClientRect();
  if (box.left < inner.left || box.right > inner.right) paper.scrollLeft += (box.left + box.right - inner.left - inner.right) / 2;
  if (box.top < inner.top || box.bottom > inner.bottom) paper.scrollTop += (box.top + box.bottom - inner.top - inner.bottom) / 2;
}

document.addEventListener('scroll', ({ target }) => {
  if (target.id === 'canvas-view') [left, top] = [target.scrollLeft, target.scrollTop];
}, true);
