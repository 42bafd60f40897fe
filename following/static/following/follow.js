// Follows in this browser. Without a script, or where browsers cannot, the button stays hidden.
(() => {
  const place = document.getElementById('follow-browser');
  if (!place || !('serviceWorker' in navigator) || !('PushManager' in window)) return;
  const { key, kind, push, post, worker, done, page, refused, failed } = place.dataset;
  const button = place.querySelector('button');
  const status = place.querySelector('[role=status]');
  const name = `follow ${kind} ${key}`;

  const say = (text, address) => {
    status.textContent = `${text} `;
    if (!address) return;
    const link = document.createElement('a');
    link.href = address;
    link.textContent = page;
    status.append(link);
  };
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (it) => it.charCodeAt(0));

  // Browsers let none be pushed to whose worker is not at work yet.
  const atWork = (registration) =>
    new Promise((resolve) => {
      const coming = registration.installing ?? registration.waiting;
      if (!coming) return resolve();
      coming.addEventListener('statechange', () => coming.state === 'activated' && resolve());
    });

  const follow = async () => {
    const registration = await navigator.serviceWorker.register(worker);
    await atWork(registration);
    if ((await Notification.requestPermission()) !== 'granted') return say(refused);
    const subscription =
      (await registration.pushManager.getSubscription()) ??
      (await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(push),
      }));
    const answer = await fetch(post, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ subscription, kind, key }),
    });
    const said = await answer.json();
    if (!answer.ok) return say(said.error?.message ?? failed);
    localStorage.setItem(name, said.address);
    say(done, said.address);
  };

  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await follow();
    } catch {
      say(failed);
    }
    button.disabled = false;
  });
  const known = localStorage.getItem(name);
  if (known) say(done, known);
  place.hidden = false;
})();
