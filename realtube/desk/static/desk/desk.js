// The desk works without this file; it adds keys, and the thumbnail that is only asked for on click.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (field || event.ctrlKey || event.metaKey || event.altKey) return;
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
