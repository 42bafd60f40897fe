// The desk works without this file; it adds keys, the thumbnail that is only
// asked for on click, and what a worker has laid out as soon as it is there.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (field || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});

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

for (const waiting of document.querySelectorAll("[data-later]")) {
  const timer = setInterval(async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.getElementById(waiting.dataset.later);
    if (!section || section.querySelector("[data-later]")) return;
    clearInterval(timer);
    document.getElementById(waiting.dataset.later).replaceWith(section);
  }, 2000);
}
