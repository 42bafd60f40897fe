// The desk works without this file; it adds keys, what of YouTube's is only asked for on click, what
// a worker has laid out as soon as it is there, and tables that fit a phone.

// Keys are for those who do not write: in a field for words, Escape leaves it.
const isPhone = matchMedia("(max-width: 600px)");
const WORDS = "textarea, select, input:not([type=radio], [type=checkbox])";

function place() {
  const form = document.querySelector("form[data-focus]");
  const reason = form?.querySelector("input[name=template]:checked");
  (reason ?? form?.querySelector("input[type=radio]"))?.focus({ preventScroll: true });
}

function press(button) {
  const target = button.dataset.for ? document.getElementById(button.dataset.for) : button;
  if (target.matches(WORDS)) {
    target.focus();
    return;
  }
  target.focus({ preventScroll: true });
  target.click();
}

// Whoever speaks to their computer, or hits keys by mistake, can do without.
const KEYS = "desk-keys";
const isOff = () => localStorage.getItem(KEYS) === "off";

function tellKeys() {
  document.body.classList.toggle("no-keys", isOff());
  for (const toggle of document.querySelectorAll("[data-keys]")) {
    toggle.textContent = isOff() ? "Switch keys on" : "Switch keys off";
    toggle.hidden = false;
  }
}

for (const toggle of document.querySelectorAll("[data-keys]"))
  toggle.addEventListener("click", () => {
    localStorage.setItem(KEYS, isOff() ? "on" : "off");
    tellKeys();
  });
tellKeys();

document.addEventListener("keydown", (event) => {
  // In a choice Enter would send the form, with no decision in it.
  if (event.key === "Enter" && event.target.matches("form[data-focus] input")) event.preventDefault();
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(WORDS)) {
    if (event.key !== "Escape" || !event.target.closest("form[data-focus]")) return;
    event.target.blur();
    place();
    return;
  }
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button || event.repeat) return;
  event.preventDefault(); // the key is no letter of the field that it leads to
  press(button);
});

place();
for (const button of document.querySelectorAll("[data-thumbnail]")) {
  button.addEventListener("click", () => {
    const image = new Image();
    image.className = "thumbnail";
    image.alt = "Thumbnail of the video";
    image.referrerPolicy = "no-referrer";
    image.src = button.dataset.thumbnail;
    button.replaceWith(image);
  });
}

// YouTube plays for pages only that say where they are; it gets the origin and no more.
function player(videoId) {
  const frame = document.createElement("iframe");
  frame.className = "player";
  frame.title = "YouTube's player";
  frame.referrerPolicy = "strict-origin";
  frame.allow = "fullscreen; encrypted-media; picture-in-picture";
  frame.sandbox = "allow-scripts allow-same-origin allow-presentation";
  frame.src = `https://www.youtube-nocookie.com/embed/${encodeURIComponent(videoId)}`;
  return frame;
}

async function described(videoId) {
  const of = encodeURIComponent(`https://www.youtube.com/watch?v=${videoId}`);
  const options = { credentials: "omit", referrerPolicy: "no-referrer" };
  const address = `https://www.youtube.com/oembed?format=json&url=${of}`;
  const answer = await fetch(address, options).catch(() => null);
  if (answer && !answer.ok) return `YouTube shows it to nobody (${answer.status}).`;
  const { title, author_name: author } = (await answer?.json().catch(() => null)) ?? {};
  if (!title) return "YouTube did not say here what it is called; its player does.";
  return `YouTube calls it "${title}", by ${author}.`.slice(0, 500);
}

for (const button of document.querySelectorAll("[data-player]")) {
  button.addEventListener("click", async () => {
    const { player: videoId } = button.dataset;
    const says = document.createElement("p");
    says.setAttribute("role", "status");
    says.className = "words";
    button.closest("section").append(player(videoId), says);
    button.remove();
    const words = document.createElement("bdi");
    words.textContent = await described(videoId);
    says.append(words);
  });
}

// A frame of a clip: the player goes there.
for (const button of document.querySelectorAll("[data-seek]")) {
  button.addEventListener("click", () => {
    const clip = button.closest("[data-clip]");
    const video = clip.querySelector("video");
    const seek = () => {
      video.currentTime = Number(button.dataset.seek);
    };
    if (video.readyState > 0) seek();
    else {
      video.addEventListener("loadedmetadata", seek, { once: true });
      video.preload = "auto";
      video.load();
    }
    for (const other of clip.querySelectorAll("[data-seek]")) other.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    video.scrollIntoView({ block: "nearest" });
  });
}

for (const waiting of document.querySelectorAll("[data-later]")) {
  const timer = setInterval(async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.getElementById(waiting.dataset.later);
    if (!section || section.querySelector("[data-later]")) return;
    clearInterval(timer);
    document.getElementById(waiting.dataset.later).replaceWith(section);
    if (isPhone.matches) section.querySelectorAll(".scroll table").forEach(stack);
  }, 2000);
}

// What a phone shows below each other is still named by its column.
function stack(table) {
  const heads = [...table.querySelectorAll("thead th")].map((it) => it.textContent.trim());
  if (heads.length < 3) return;
  for (const row of table.querySelectorAll("tbody tr"))
    [...row.children].forEach((cell, n) => {
      if (cell.colSpan > 1) return;
      cell.dataset.label = heads[n] ?? "";
      const whole = document.createElement("div");
      whole.append(...cell.childNodes);
      cell.append(whole);
    });
  table.classList.add("stacked");
}

if (isPhone.matches)
  document.querySelectorAll(".scroll table, #result_list").forEach(stack);
