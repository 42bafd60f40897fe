// What the pages' own scripts do: navigation without loading, re-used elements, scrolling.
// Trusted Types are in force, so markup goes through a policy, as it does on the real site.
const markup = trustedTypes.createPolicy('site', { createHTML: (html) => html });

function nodes(html) {
  const template = document.createElement('template');
  template.innerHTML = markup.createHTML(html);
  return template.content;
}

function fire(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

const manager = () => document.querySelector('ytd-page-manager, ytm-app');

/** The page's data as it travels with the real event. */
function pageDetail(data) {
  const page = document.querySelector('ytd-watch-flexy:not([hidden])');
  if (!page) return { response: { response: data } };
  const videoDetails = { videoId: page.getAttribute('video-id'), channelId: page.dataset.channel };
  return { pageType: 'watch', response: { response: data, playerResponse: { videoDetails } } };
}

/** What the server sent beside the page. */
function dataIn(part) {
  const script = part.querySelector('script')?.textContent ?? '';
  return script && JSON.parse(script.slice(script.indexOf('{'), script.lastIndexOf('}') + 1));
}

async function show(url) {
  const html = await (await fetch(url, { headers: { 'x-part': '1' } })).text();
  const sent = nodes(html);
  const part = sent.firstElementChild;
  // The page components stay in the document, one of each kind, and only one is shown.
  for (const page of manager().children) page.hidden = true;
  const old = [...manager().children].find(
    (page) =>
      page.localName === part.localName &&
      page.getAttribute('page-subtype') === part.getAttribute('page-subtype'),
  );
  if (old && part.localName === 'ytd-watch-flexy') reuse(old, part);
  else if (old) old.replaceChildren(...part.childNodes);
  if (old) old.hidden = false;
  else manager().append(part);
  window.scrollTo(0, 0);
  return dataIn(sent) || undefined;
}

/** One watch page serves all videos: links change in the elements that are there. */
function reuse(page, next) {
  page.setAttribute('video-id', next.getAttribute('video-id'));
  page.dataset.channel = next.dataset.channel;
  for (const selector of ['ytd-watch-metadata', '#related', '.ytp-ce-element']) {
    page.querySelector(selector)?.replaceWith(next.querySelector(selector) ?? '');
  }
}

async function go(url) {
  fire('yt-navigate-start', { url });
  history.pushState({}, '', url);
  const data = await show(url);
  fire('yt-navigate-finish', pageDetail(data));
  window.dispatchEvent(new Event('state-navigateend'));
}

const PREVIEW = `<ytd-video-preview><div id="video-preview"><a id="media-container-link"><div id="media-container"><div id="player-container"><div id="inline-preview-player" class="html5-video-player"><video class="html5-main-video" muted></video></div></div><div id="mouseover-overlay"></div></div></a></div></ytd-video-preview>`;

window.site = {
  go,
  keys: 0,
  /** Listen for shortcuts as the player does. */
  countKeys() {
    document.addEventListener('keydown', () => (this.keys += 1), { capture: true });
  },
  /** Back to a page that is still in the document. */
  reveal(selector, url) {
    history.pushState({}, '', url);
    for (const page of manager().children) page.hidden = !page.matches(selector);
    fire('yt-navigate-finish', { url });
  },
  append(selector, html) {
    const parent = document.querySelector(selector);
    parent.insertBefore(
      nodes(html),
      parent.querySelector(':scope > ytd-continuation-item-renderer'),
    );
  },
  prepend(selector, html) {
    document.querySelector(selector).prepend(nodes(html));
  },
  /** Change one pixel in each frame, so that each frame is painted. */
  tick() {
    const pixel = document.createElement('i');
    pixel.style.cssText = 'position:fixed;right:0;top:0;width:2px;height:2px';
    document.body.append(pixel);
    let even = false;
    requestAnimationFrame(function next() {
      even = !even;
      pixel.style.background = even ? '#888' : '#999';
      requestAnimationFrame(next);
    });
  },
  /** Play a preview over the picture of a card, outside of the card; its wrappers have no height. */
  preview(card) {
    const picture = card.querySelector('img');
    const box = picture.getBoundingClientRect();
    let preview = document.querySelector('ytd-app > ytd-video-preview');
    if (!preview) {
      preview = nodes(PREVIEW).firstElementChild;
      document.querySelector('ytd-app').append(preview);
    }
    preview.style.cssText = `left:${box.left + scrollX - 8}px;top:${box.top + scrollY - 8}px`;
    const media = preview.querySelector('#media-container');
    media.querySelector('video').poster = picture.src;
    media.style.cssText = `width:${box.width + 16}px;height:${box.height + 16}px`;
    preview.toggleAttribute('active', true);
  },
  endPreview() {
    document.querySelector('ytd-video-preview').removeAttribute('active');
  },
  /** Bind the element of a card to another video, in place. */
  recycle(card, id, title) {
    for (const link of card.querySelectorAll('a[href*="/watch"]')) {
      link.setAttribute('href', `/watch?v=${id}`);
      if (!link.querySelector('img')) link.textContent = title;
    }
    for (const image of card.querySelectorAll('img')) image.src = `/vi/${id}/hqdefault.svg`;
    const content = card.querySelector('[class*="content-id-"]');
    if (content)
      content.className = content.className.replace(/content-id-\S+/, `content-id-${id}`);
  },
};

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || link.origin !== location.origin) return;
  event.preventDefault();
  void go(link.getAttribute('href'));
});

function moveShort(step) {
  const slots = [...document.querySelectorAll('.reel-video-in-sequence-new')];
  const now = slots.findIndex((slot) => slot.querySelector('[is-active]'));
  const next = slots[now + step];
  if (!next) return;
  slots[now].firstElementChild.removeAttribute('is-active');
  next.firstElementChild.setAttribute('is-active', '');
  next.firstElementChild.firstElementChild.after(document.querySelector('#shorts-player'));
  next.scrollIntoView();
  history.replaceState({}, '', `/shorts/${next.dataset.id}`);
  fire('yt-navigate-finish', {});
}

document.addEventListener('click', (event) => {
  if (event.target.closest?.('#navigation-button-down')) moveShort(1);
  if (event.target.closest?.('#navigation-button-up')) moveShort(-1);
});

fire('yt-navigate-finish', pageDetail());
document.querySelector('[is-active]')?.scrollIntoView();
