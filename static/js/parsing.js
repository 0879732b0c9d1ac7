// Our own pages as documents: the one place where text becomes markup, named for the pages that demand it (trusted types).

const policy = globalThis.trustedTypes?.createPolicy('siklus', { createHTML: (html) => html }) ?? { createHTML: (html) => html };

export const page = (html) => new DOMParser().parseFromString(policy.createHTML(html), 'text/html');
