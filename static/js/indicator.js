// What an indicator gives to the questions beside it, where nobody has written anything else.

document.addEventListener('change', ({ target }) => {
  if (!target.matches('select[data-gives]')) return;
  const given = JSON.parse(target.selectedOptions[0].dataset.gives || '{}');
  for (const [key, words] of Object.entries(given)) {
    const beside = document.getElementsByName(target.name.replace(/[^-]+$/, key))[0];
    if (!beside || (beside.value && beside.value !== beside.dataset.given)) continue;
    beside.value = beside.dataset.given = words;
    beside.dispatchEvent(new Event('input', { bubbles: true }));
  }
});
