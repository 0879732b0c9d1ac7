// The shortest way by keys from where the focus is to an element: [[key, how often], …]; empty when it is there already.
// What people with a keyboard have: Tab and Shift+Tab, the link that skips to the content, F6 from part to part of a designer.
(target) => {
  const PARTS = '.tabs, #design-work section[aria-labelledby], #design-side, #design-problems';
  const LAND = '[data-land], [aria-current=page], h2, h3';
  const here = document.activeElement;
  const room = document.querySelector('dialog:modal') ?? document;
  const shown = (node) => node.checkVisibility({ visibilityProperty: true });
  const circles = (node) => [...room.querySelectorAll('input[type=radio]')].filter((each) => each.name === node.name && each.form === node.form);
  const stands = (node) => node === (circles(node).find((each) => each.checked) ?? circles(node).find(shown));
  const stops = [...room.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((node) =>
    !node.matches(':disabled, [tabindex="-1"], [type=hidden]') && shown(node) && (node.type !== 'radio' || stands(node)));
  const before = (node, other) => Boolean(node.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING);
  const at = (node) => (stops.includes(node) ? stops.indexOf(node) : stops.filter((each) => before(node, each)).length - 0.5);
  const goal = target.type === 'radio' ? circles(target).find(stands) : target;
  if (goal === here) return [];

  const tabs = (from) => {
    const steps = at(goal) - at(from), times = steps > 0 ? Math.ceil(steps) : -Math.floor(steps);
    return times ? [[steps > 0 ? 'Tab' : 'Shift+Tab', times]] : [];
  };
  const ways = [tabs(here)];
  const main = document.getElementById('main');
  if (here === document.body && main?.contains(goal) && room === document) ways.push([['Tab', 1], ['Enter', 1], ...tabs(main)]);
  if (document.getElementById('design-keys') && room === document) {
    const all = [...document.querySelectorAll(PARTS)].map((part) => part.querySelector(LAND));
    const lands = [...new Set(all)].filter((each) => each?.checkVisibility());
    const upTo = (node) => lands.filter((each) => each === node || each.contains(node) || before(node, each)).length - 1;
    const from = here === document.body ? -1 : upTo(here);
    lands.forEach((land, index) => {
      if (index === from && land === here) return;
      const key = index > from ? ['F6', index - from] : ['Shift+F6', from - index + (lands[from] === here ? 0 : 1)];
      ways.push([key, ...(land === goal ? [] : tabs(land))]);
    });
  }
  const cost = (way) => way.reduce((sum, [, times]) => sum + times, 0);
  const best = ways.reduce((one, other) => (cost(other) < cost(one) ? other : one));
  return best.length ? best : [['Tab', 1]];
}
