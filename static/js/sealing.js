// What a device keeps is sealed (AES-GCM) with a key that only the account's own pages bring.
// opened(key) → { seal(name, text), unseal(name, kept) }; kept is `<ms> <iv> <sealed>`, and bound to the name that keeps it.

export async function opened(letters) {
  const key = await crypto.subtle.importKey('raw', bytes(letters), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return {
    async seal(name, text) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt(way(iv, name), key, new TextEncoder().encode(text));
      return `${Date.now()} ${base64(iv)} ${base64(sealed)}`;
    },
    async unseal(name, kept) {
      const [, iv, sealed] = kept.split(' ');
      return new TextDecoder().decode(await crypto.subtle.decrypt(way(bytes(iv), name), key, bytes(sealed)));
    },
  };
}

export const way = (iv, name) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(name) });
export const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt());
export const base64 = (found) => btoa(Array.from(new Uint8Array(found), (byte) => String.fromCharCode(byte)).join(''));
