"use strict";

const form = document.querySelector("form");
const output = document.querySelector("output");

async function prefixOf(videoId) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(videoId));
  return [...new Uint8Array(digest).slice(0, 2)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function show(text, score) {
  output.textContent = text;
  if (score !== undefined) {
    const bar = document.createElement("span");
    const fill = document.createElement("i");
    bar.className = "bar";
    fill.style.width = `${score}%`;
    bar.append(fill);
    output.append(bar);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!window.crypto?.subtle) {
    show(
      "Your browser computes the hash that keeps your question private only on https:// pages, and on " +
        "this machine itself. Open this site by its https:// address; if you run it, docs/operations.md " +
        "says how to get a certificate.",
    );
    return;
  }
  // Read here, by the extension's parser (address.js): the server never learns what is typed.
  const meant = addresses.readAddress(form.elements.video.value, "video");
  if (meant?.kind !== "video") {
    const isChannel = meant?.kind === "channel" || meant?.kind === "legacy";
    show(
      isChannel
        ? "This is a channel. Paste the address of a video."
        : "This is not the address of a YouTube video.",
    );
    return;
  }
  const videoId = meant.key;
  show("Looking…");
  try {
    const prefix = await prefixOf(videoId);
    const response = await fetch(`/api/videos/${prefix}`);
    if (!response.ok && response.status !== 404) {
      show((await response.json()).error.message);
      return;
    }
    const videos = response.ok ? await response.json() : [];
    const video = videos.find((candidate) => candidate.videoId === videoId);
    if (video) {
      show(`Score ${video.score} of 100 from ${video.totalVotes} votes. Asked for: ${prefix}.`, video.score);
    } else {
      show(`Nobody has reported this video. Asked for: ${prefix}.`);
    }
  } catch {
    show("The service did not answer; try again.");
  }
});

fetch("/api/stats")
  .then((response) => (response.ok ? response.json() : {}))
  .then((stats) => {
    for (const cell of document.querySelectorAll("dd")) {
      const value = stats[cell.dataset.stat];
      cell.textContent = value === undefined ? "–" : value.toLocaleString("en");
    }
  })
  .catch(() => {});
