// Where somebody was and what he has written, while parts of the page are replaced: nobody starts again at the top, no word
// is lost. What a form that saves itself holds was sent once its control was left; of others, once the form was (data-posted).

const FIELD = ':is(input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea, select)[id]';
const WAITS = `.design form:not([data-autosave], [data-rule], [data-posted]) ${FIELD}, .design form[data-autosave]:not([data-posted]) ${FIELD}[data-quiet]`;
const TYPED = 'input:not([type=checkbox], [type=radio]), textarea, [data-rule] select';
const PRESSED = '.design :is(a, button, summary)';

const words = (node) => node?.textContent.trim();
const looks = (node) => [node.tagName, node.name, words(node)].join(' ');
const find = (selector, fits) => [...document.querySelectorAll(selector)].find(fits);
const given = (field) => (field.options ? ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value : field.defaultValue);

// What is known of the control that has the focus now, and of what waits for a button.
export function remember() {
  const waiting = [...document.querySelectorAll(WAITS)].filter((field) => field.value !== given(field));
  const unsent = waiting.map((field) => ({ field, id: field.id, value: field.value, was: given(field) }));
  const held = document.activeElement;
  if (!held?.closest('.design')) return { unsent };
  const folding = held.closest('details[data-closes]'), part = held.closest('section[aria-labelledby], aside, dialog');
  return {
    unsent, held, id: held.id, value: held.value, start: held.selectionStart, end: held.selectionEnd, like: looks(held),
    box: words(folding?.querySelector('summary')), part: part?.getAttribute('aria-labelledby') ?? (part && 'design-panel-title'),
  };
}

// Gives all of it back. The focus: to the same control, to one that looks like it, to the box that was folded over it, to the
// heading above it.
export function restore({ unsent, held, ...memory }) {
  for (const { field, id, value, was } of unsent) {
    const again = field.isConnected ? null : document.getElementById(id);
    if (again && given(again) === was) again.value = value;
  }
  if (!held || held.isConnected) return;
  const { id, value, like, box, part } = memory, similar = (each) => looks(each) === like;
  const again = box ? null : (id && document.getElementById(id)) || find(PRESSED, (each) => similar(each) && each.value === value) || find(PRESSED, similar);
  if (again && again.checkVisibility?.() !== false) return resume(again, memory);
  const beside = (box && find('.design summary', (each) => words(each) === box)) || document.getElementById(part) || document.getElementById('main');
  land(beside, { preventScroll: true });
}

// Goes on writing where it was broken off. The browser no longer knows that this was written: it is told when the field is left.
function resume(control, { value, start, end }) {
  if (control.matches(TYPED) && value !== undefined && control.value !== value) {
    control.value = value;
    const left = () => control.dispatchEvent(new Event('change', { bubbles: true }));
    control.addEventListener('blur', left, { once: true });
    control.addEventListener('change', () => control.removeEventListener('blur', left), { once: true });
  }
  control.focus({ preventScroll: true });
  if (start != null) try { control.setSelectionRange(start, end); } catch { /* not a text field */ }
}

// Focus on anything: a heading or a part takes it too.
export function land(wanted, how) {
  if (!wanted.matches('input, select, textarea, a, button, summary, [tabindex]')) wanted.tabIndex = -1;
  wanted.focus(how);
}
