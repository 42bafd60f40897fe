"use strict";

const form = document.querySelector("form.row");
const output = document.querySelector("output");
const words = form.dataset;
const query = location.search.match(/[?&](lang=[a-z-]+)/i)?.[1];

// SHA-256 (FIPS 180-4) of a short text, where browsers have none of their own: plain HTTP.
function digestOf(bytes) {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => ((x % 1) * 2 ** 32) | 0;
  const k = primes.map((p) => fraction(Math.cbrt(p)));
  const hash = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, bytes.length * 8);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < padded.length; at += 64) {
    const w = Array.from({ length: 16 }, (_, i) => view.getInt32(at + 4 * i));
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15], w[i - 2]];
      w[i] =
        (w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) +
          w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { hash[i] = (hash[i] + value) | 0; });
  }
  return new Uint8Array(hash.flatMap((word) => [24, 16, 8, 0].map((n) => (word >>> n) & 255)));
}

async function prefixOf(videoId) {
  const bytes = new TextEncoder().encode(videoId);
  const digest = window.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    : digestOf(bytes);
  return [...digest.slice(0, 2)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(text, { href, label, small } = {}) {
  const said = document.createElement("span");
  said.className = "said";
  said.textContent = text;
  output.replaceChildren(said);
  if (href) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = label;
    output.append(" ", link);
  }
  if (small) {
    const note = document.createElement("small");
    note.textContent = small;
    output.append(document.createElement("br"), note);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // Read here, by the extension's parser (address.js): the server does not learn what is typed.
  const pasted = form.elements.video.value;
  let meant = addresses.readAddress(pasted);
  // An id that reads like a name, of which nothing else can be made.
  if (meant?.kind === "word") meant = addresses.readAddress(pasted, "video");
  if (meant?.kind === "channel") {
    location.assign(`/c/${encodeURIComponent(meant.key).replace("%40", "@")}${query ? `?${query}` : ""}`);
    return;
  }
  if (meant?.kind !== "video") {
    show(meant?.kind === "legacy" ? words.legacy : words.nothing);
    return;
  }
  show(words.busy);
  try {
    const prefix = await prefixOf(meant.key);
    const response = await fetch(`/look/${prefix}${query ? `?${query}` : ""}`);
    if (!response.ok) {
      show(words.away);
      return;
    }
    const found = (await response.json()).videos[meant.key];
    const small = `${words.asked} ${prefix}`;
    if (found) show(found.said, { href: found.href, label: words.more, small });
    else show(words.none, { small });
  } catch {
    show(words.away);
  }
});
