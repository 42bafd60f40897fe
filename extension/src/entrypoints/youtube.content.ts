import '../assets/youtube.css';
import { defineContentScript } from 'wxt/utils/define-content-script';
import { runPage } from '../youtube/run';

export default defineContentScript({
  matches: ['*://*.youtube.com/*', '*://*.youtube-nocookie.com/*'],
  // Players are embedded in other sites, too.
  allFrames: true,
  runAt: 'document_start',
  main: (ctx) => runPage(ctx),
});
