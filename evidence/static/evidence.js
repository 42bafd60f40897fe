// Sends clips by tus 1.0, a part at a time, and goes on where a broken line left off; keeps the list
// of clips as the server has it. Without it, the form of the page sends a clip in one go.
'use strict';
(() => {
  const PART_BYTES = 4 * 1024 * 1024;
  const POLL_MS = 3000;
  const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15000];
  const SILENT_MS = 30000;
  const FINAL = [400, 403, 404, 405, 410, 413, 415];
  const TUS = { 'Tus-Resumable': '1.0.0' };
  const at = (id) => document.getElementById(id);
  const list = at('clips');
  const form = at('send');
  const field = at('file');
  const source = list.dataset.source;
  /** What this page is sending, by the number of the clip. */
  const sending = new Map();
  const queue = [];
  let busy = false;

  document.documentElement.classList.add('scripts');

  class Refused extends Error {
    constructor(status, message, wait) {
      super(message);
      this.status = status;
      this.wait = wait;
    }
  }

  function refuse(text) {
    at('refusal').textContent = text;
    at('refusal').hidden = text === '';
  }

  function ask(method, url, headers, body, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let timer;
      const watch = () => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), SILENT_MS);
      };
      request.open(method, url);
      for (const [name, value] of Object.entries({ ...TUS, ...headers })) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => { watch(); onProgress?.(event.loaded); };
      request.onloadend = () => {
        clearTimeout(timer);
        if (request.status >= 200 && request.status < 300) return resolve(request);
        if (request.status === 0) return reject(new Refused(0, 'The line is broken.', 0));
        let said = '';
        try { said = JSON.parse(request.responseText).error.message; } catch { /* HEAD, or not ours */ }
        const wait = Number(request.getResponseHeader('Retry-After') ?? 0) * 1000;
        reject(new Refused(request.status, said || `The server answered ${request.status}.`, wait));
      };
      watch();
      request.send(body);
    });
  }

  const pause = (ms) => new Promise((resolve) => {
    const end = () => { clearTimeout(timer); removeEventListener('online', end); resolve(); };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
  });

  function nameOf(file) {
    const bytes = new TextEncoder().encode(file.name);
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }

  /** The clip that this file is a part of already, or a new one. */
  async function announce(file, clips) {
    const begun = clips.find((clip) => clip.upload && clip.size === file.size && clip.name === file.name && !sending.has(clip.id));
    if (begun) return begun.upload;
    const answer = await ask('POST', source, { 'Upload-Length': file.size, 'Upload-Metadata': `filename ${nameOf(file)}` });
    return answer.getResponseHeader('Location');
  }

  async function send(file) {
    if (file.size === 0) return refuse('This file is empty.');
    if (file.size > Number(list.dataset.largest)) {
      return refuse('This file is larger than a clip may be. Please send the part that matters, or a smaller version.');
    }
    let upload;
    for (let tried = 0; upload === undefined; tried++) {
      try {
        upload = await announce(file, await refresh());
      } catch (error) {
        if (!(error instanceof Refused) || (error.status > 0 && error.status < 500) || error.status === 507) {
          return refuse(error.message);
        }
        await pause(error.wait || PAUSES_MS[Math.min(tried, PAUSES_MS.length - 1)]);
      }
    }
    const id = upload.split('/').pop();
    const state = { sent: 0, trouble: '', stopped: false };
    sending.set(id, state);
    await refresh().catch(() => undefined);
    try {
      await sendParts(file, upload, id, state);
    } catch (error) {
      if (!state.stopped) refuse(`${file.name}: ${error.message}`);
    }
    sending.delete(id);
    await refresh().catch(() => undefined);
  }

  async function sendParts(file, upload, id, state) {
    let tried = 0;
    let offset;
    while (!state.stopped) {
      try {
        offset ??= Number((await ask('HEAD', upload, {})).getResponseHeader('Upload-Offset'));
        show(id, file, offset);
        if (offset === file.size) return;
        const from = offset;
        const answer = await ask(
          'PATCH', upload,
          { 'Upload-Offset': from, 'Content-Type': 'application/offset+octet-stream' },
          file.slice(from, from + PART_BYTES),
          (loaded) => show(id, file, from + loaded),
        );
        offset = Number(answer.getResponseHeader('Upload-Offset'));
        tried = 0;
        state.trouble = '';
      } catch (error) {
        if (!(error instanceof Refused) || FINAL.includes(error.status)) throw error;
        offset = undefined;
        state.trouble = error.status === 507 ? error.message : 'The line is broken. Sending goes on by itself.';
        if (error.status === 423 || error.status === 409) state.trouble = '';
        show(id, file, state.sent);
        await pause(error.wait || PAUSES_MS[Math.min(tried++, PAUSES_MS.length - 1)]);
      }
    }
  }

  function show(id, file, sent) {
    const state = sending.get(id);
    const item = document.querySelector(`[data-id="${id}"]`);
    if (!state) return;
    state.sent = sent;
    if (!item) return;
    const percent = Math.floor((100 * sent) / file.size);
    item.querySelector('progress').hidden = false;
    item.querySelector('progress').value = percent;
    item.querySelector('.words').textContent = state.trouble || `Sending: ${percent} %`;
    item.querySelector('.words').classList.toggle('trouble', state.trouble !== '');
  }

  async function refresh() {
    const answer = await fetch(source, { cache: 'no-store' });
    if (!answer.ok) throw new Refused(answer.status, 'The list of your clips cannot be had right now.', POLL_MS);
    const { clips, room } = await answer.json();
    const known = new Set(clips.map((clip) => clip.id));
    for (const item of list.querySelectorAll(':scope > li')) if (!known.has(item.dataset.id)) item.remove();
    clips.forEach(draw);
    const isOpen = at('closed').hidden;
    form.hidden = room === 0;
    at('full').hidden = room > 0 || !isOpen;
    at('none').hidden = clips.length > 0;
    return clips;
  }

  function draw(clip) {
    let item = list.querySelector(`[data-id="${clip.id}"]`);
    const before = item?.dataset.state;
    if (!item) {
      item = at('clip').content.firstElementChild.cloneNode(true);
      item.dataset.id = clip.id;
      item.querySelector('form').action = `${list.dataset.remove}/${clip.id}/remove`;
      list.append(item);
    }
    item.dataset.state = clip.state;
    item.querySelector('.name').textContent = clip.name;
    item.querySelector('.size').textContent = clip.sizeWords;
    if (before !== undefined && before !== clip.state) at('said').textContent = `${clip.name}: ${clip.words}`;
    if (sending.has(clip.id)) return;
    const arrived = Math.floor((100 * clip.offset) / clip.size);
    const works = clip.state === 'checking' || clip.state === 'processing';
    const words = item.querySelector('.words');
    words.classList.remove('trouble');
    words.textContent = clip.upload ? `Stopped at ${arrived} %. Choose the same file again to go on.` : clip.words;
    const progress = item.querySelector('progress');
    progress.hidden = !works && !clip.upload;
    progress.value = works ? clip.progress : arrived;
    const lines = clip.found.map((line) => Object.assign(document.createElement('li'), { textContent: line }));
    item.querySelector('.found').replaceChildren(...lines);
    link(item.querySelector('.archive'), clip.archive);
    const sheet = item.querySelector('.sheet');
    // Links change each time; a picture that is shown needs no other.
    if (sheet.hidden && clip.sheet) sheet.firstElementChild.src = clip.sheet;
    link(sheet, clip.sheet);
  }

  function link(element, address) {
    element.hidden = !address;
    if (address) element.href = address;
  }

  async function work() {
    if (busy) return;
    busy = true;
    while (queue.length > 0) await send(queue.shift());
    busy = false;
  }

  function take(files) {
    refuse('');
    queue.push(...files);
    void work();
  }

  field.addEventListener('change', () => {
    take(Array.from(field.files));
    field.value = '';
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  for (const kind of ['dragover', 'drop']) {
    addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle('over', kind === 'dragover');
      if (kind === 'drop' && !form.hidden) take(Array.from(event.dataTransfer.files));
    });
  }
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) form.classList.remove('over');
  });
  addEventListener('beforeunload', (event) => {
    if (sending.size > 0) event.preventDefault();
  });
  list.addEventListener('submit', async (event) => {
    event.preventDefault();
    const id = event.target.closest('[data-id]').dataset.id;
    const name = event.target.closest('[data-id]').querySelector('.name').textContent;
    if (!confirm(`Remove “${name}”?`)) return;
    const state = sending.get(id);
    if (state) state.stopped = true;
    try {
      await ask('DELETE', `${source}/${id}`, {});
    } catch (error) {
      if (error.status !== 410) refuse(error.message);
    }
    await refresh().catch(() => undefined);
  });

  (async () => {
    for (;;) {
      if (!document.hidden) await refresh().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  })();
})();
