// What a form shows follows its answers: the server says what, in fragments; what was typed since it was asked stays.

import { apply, swaps } from './fragments.js';

const TEXT = 'textarea, input:not([type=checkbox], [type=radio])';
export const BESIDE = { headers: { 'X-Fragment': '1' }, redirect: 'error' };
let held, typing;

// Tells where somebody writes just now; false where each letter of it was told already.
export function typed({ target, type }) {
  if (type === 'change' && target === typing) return false;
  typing = target;
  return true;
}

// Every field as it stands, by its id. Whoever asks anew waits for no answer before.
export function snapshot(form) {
  held = null;
  const fields = [...form.elements].filter(({ id }) => id);
  return new Map(fields.map((field) => [field.id, field.matches(TEXT) || !('checked' in field) ? field.value : field.checked]));
}

// Puts an answer into the page; what was typed since `sent` stays. Where somebody writes just now, it waits until he leaves
// the field; where rows came or went meanwhile, `anew` asks once more.
export function adopting(form, anew) {
  return function adopt(html, sent) {
    const now = snapshot(form);
    const whole = html.includes('data-whole');
    if (!whole && typing?.matches?.(TEXT) && typing === document.activeElement && swaps(html, typing)) { held = () => adopt(html, sent); return; }
    if (now.size !== sent.size || [...now.keys()].some((id) => !sent.has(id))) { anew(); return; }
    const late = [...now].filter(([id, value]) => value !== sent.get(id));
    apply(html);
    for (const [id, value] of late) {
      const field = document.getElementById(id);
      if (field) field[typeof value === 'boolean' ? 'checked' : 'value'] = value;
    }
    if (late.length) document.dispatchEvent(new Event('swapped'));
  };
}

export function left() {
  typing = null;
  if (held) setTimeout(() => held?.());
}
