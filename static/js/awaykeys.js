// What is written while nobody can sign in: anybody at the device may seal (away.js), the account's own pages alone unseal.
// unsealAway(box, name, kept) → text. An entry has a key of its own, agreed on by ECDH (P-256), and brings the private half
// along, which prepare.js has sealed for the account.

import { base64, bytes, way } from './sealing.js';

export const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const PRIVATE = 'siklus-away';

export async function unsealAway(box, name, kept) {
  const [, , pub, iv, sealed, ...priv] = kept.split(' ');
  const own = await crypto.subtle.importKey('pkcs8', bytes(await box.unseal(PRIVATE, priv.join(' '))), CURVE, false, ['deriveKey']);
  return new TextDecoder().decode(await crypto.subtle.decrypt(way(bytes(iv), name), await agreed(pub, own, 'decrypt'), bytes(sealed)));
}

export async function agreed(pub, own, use) {
  const other = await crypto.subtle.importKey('raw', bytes(pub), CURVE, false, []);
  return crypto.subtle.deriveKey({ name: 'ECDH', public: other }, own, { name: 'AES-GCM', length: 256 }, false, [use]);
}
