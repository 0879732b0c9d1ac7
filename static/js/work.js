// Work for a ticket: the smallest number whose SHA-256 with the ticket begins with so many zero bits (FIPS 180-4).
// Runs in a worker. What stands before the number is hashed once, up to its last whole block.
const K = new Uint32Array(64);
const START = new Uint32Array(8);

function constants() {
  const fraction = (number) => ((number % 1) * 2 ** 32) | 0;
  for (let candidate = 2, found = 0; found < 64; candidate++) {
    let prime = true;
    for (let by = 2; by * by <= candidate; by++) if (candidate % by === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(candidate ** (1 / 2));
    K[found++] = fraction(candidate ** (1 / 3));
  }
}

const W = new Uint32Array(64);
const turned = (word, by) => (word >>> by) | (word << (32 - by));

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++) {
    const p = at + 4 * i;
    W[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
  }
  for (let i = 16; i < 64; i++) {
    const a = W[i - 15], b = W[i - 2];
    const s0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3), s1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  const was = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] = (state[i] + was[i]) | 0;
}

export function solve(ticket, bits) {
  const before = new TextEncoder().encode(`${ticket}:`);
  const whole = before.length - (before.length % 64);
  const begun = START.slice();
  for (let at = 0; at < whole; at += 64) block(begun, before, at);
  const rest = before.subarray(whole);
  const tail = new Uint8Array(128);
  for (let number = 0; ; number++) {
    const digits = String(number);
    const length = rest.length + digits.length;
    const size = length + 9 <= 64 ? 64 : 128;
    tail.fill(0);
    tail.set(rest);
    for (let i = 0; i < digits.length; i++) tail[rest.length + i] = digits.charCodeAt(i);
    tail[length] = 0x80;
    new DataView(tail.buffer).setUint32(size - 4, (whole + length) * 8);
    const state = begun.slice();
    for (let at = 0; at < size; at += 64) block(state, tail, at);
    if (state[0] >>> (32 - bits) === 0) return digits;
  }
}

constants();
self.onmessage = ({ data }) => self.postMessage(solve(data.ticket, data.bits));
