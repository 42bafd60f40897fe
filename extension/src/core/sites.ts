/**
 * YouTube Kids: the permission for it is asked for when the viewer wants it. In the manifest it
 * would switch the extension off for everybody who has it, until they agree.
 */
export const KIDS = 'https://www.youtubekids.com/*';
