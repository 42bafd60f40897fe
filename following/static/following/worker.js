// Shows what this site pushes to a follower's browser; a click opens the page that it is about.
self.addEventListener('push', (event) => {
  let notice = {};
  try {
    notice = event.data.json();
  } catch {
    // Browsers want something to be shown for each push.
  }
  const { title = self.location.host, body = '', address = '/', tag = '', language = '' } = notice;
  event.waitUntil(
    self.registration.showNotification(title, { body, tag, lang: language, data: { address } }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const address = new URL(event.notification.data.address, self.location.origin);
  if (address.origin === self.location.origin) {
    event.waitUntil(self.clients.openWindow(address.href));
  }
});
