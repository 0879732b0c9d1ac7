// A public form: the work for its ticket begins as the page opens, and sending waits for it. Nothing else is done here.
const form = document.querySelector('form[data-work]');

if (form && window.Worker) {
  const proof = form.elements.namedItem('_proof');
  const state = form.querySelector('[role=status]');
  let waiting = false;
  const send = () => { form.removeEventListener('submit', hold); form.querySelector('[type=submit]').click(); };
  const hold = (event) => {
    if (proof.value) return;
    event.preventDefault();
    waiting = true;
    state.textContent = form.dataset.wait;
  };
  form.addEventListener('submit', hold);
  if (!proof.value) {
    const worker = new Worker(form.dataset.work, { type: 'module' });
    worker.onmessage = ({ data }) => {
      proof.value = data;
      worker.terminate();
      if (waiting) send();
    };
    worker.onerror = () => form.removeEventListener('submit', hold); // then it goes the slow way
    worker.postMessage({ ticket: form.dataset.ticket, bits: Number(form.dataset.bits) });
  }
  document.querySelector('[data-autofocus]')?.focus();
}
