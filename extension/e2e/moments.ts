/** Pictures of the player that go with a report: what is played, what was sent, what was stored. */
import type { Tap } from './realtube';

export interface SentShots {
  readonly userId: string;
  readonly shots: readonly { readonly at: number; readonly picture: string }[];
}

/** Run in a page: have the player show something that moves, as YouTube's does, of its own making. */
export async function play(): Promise<void> {
  const player = document.querySelector<HTMLVideoElement>('#movie_player video');
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (!player || !pen) throw new Error('no player');
  [canvas.width, canvas.height] = [1920, 1080];
  let turn = 0;
  setInterval(() => {
    for (let n = 0; n < 16; n++) {
      turn += 47;
      pen.fillStyle = `hsl(${turn % 360} 80% 50%)`;
      pen.fillRect((n % 4) * 480, Math.floor(n / 4) * 270, 480, 270);
    }
  }, 100);
  player.srcObject = canvas.captureStream();
  await player.play();
}

/** The requests with pictures of a video. */
export function sentShots(tap: Tap, videoId: string): SentShots[] {
  return tap.requests
    .filter(({ path }) => path === `/api/evidence/votes/${videoId}/shots`)
    .map(({ body }) => JSON.parse(body) as SentShots);
}

/** What a server has of a voter's pictures. */
export async function storedClips(port: number, userId: string) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/users/me/data`, {
    headers: { 'X-User-ID': userId },
  });
  const { clips } = (await answer.json()) as { clips: Record<string, unknown>[] };
  return clips;
}
