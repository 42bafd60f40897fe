/** The options page: sections, one at a time, named in the address. */
import { useEffect, useState } from 'preact/hooks';
import type { Settings } from '../core/types';
import { t } from '../core/words';
import { JuryPart } from '../jury/options';
import { send } from '../messages';
import { About } from './options-about';
import { Backup } from './options-backup';
import { Behaviour } from './options-behaviour';
import { Identity } from './options-identity';
import { Lists } from './options-lists';
import { Privacy } from './options-privacy';
import { Reports } from './options-reports';
import { ServerPart } from './options-server';
import { Brand, Notice, Troubles, useAttempt, useLoaded } from './parts';

const SECTIONS = {
  behaviour: { title: 'behaviourTitle', View: Behaviour },
  lists: { title: 'listsTitle', View: Lists },
  reports: { title: 'reportsTitle', View: Reports },
  jury: { title: 'juryTitle', View: JuryPart },
  privacy: { title: 'privacyTitle', View: Privacy },
  identity: { title: 'identityTitle', View: Identity },
  backup: { title: 'backupTitle', View: Backup },
  server: { title: 'serverTitle', View: ServerPart },
  about: { title: 'aboutTitle', View: About },
} as const;
type Section = keyof typeof SECTIONS;

export function Options() {
  const section = useSection();
  const { value, error, reload } = useLoaded(() => send('overview', {}));
  const { problem, attempt } = useAttempt();
  const { title, View } = SECTIONS[section];
  const store = async (work: () => Promise<Settings>) => {
    const isStored = await attempt(work);
    await reload();
    return isStored;
  };
  const change = (change: Partial<Settings>) => store(() => send('changeSettings', { change }));
  const reset = () => store(() => send('resetSettings', {}));
  return (
    <div class="options">
      <nav aria-label={t('optionsTitle')}>
        <Brand title="RealTube" />
        <ul>
          {entriesOf(SECTIONS).map(([name, { title: label }]) => (
            <li key={name}>
              <a href={`#${name}`} {...(name === section && { 'aria-current': 'page' as const })}>
                {t(label)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main class="stack">
        <h2>{t(title)}</h2>
        {error && <Notice kind="bad">{error}</Notice>}
        {value && <Troubles {...value} />}
        {problem && <Notice kind="bad">{problem}</Notice>}
        {value && <View settings={value.settings} change={change} reset={reset} />}
      </main>
    </div>
  );
}

function useSection(): Section {
  const [section, setSection] = useState(sectionInAddress);
  useEffect(() => {
    const follow = () => setSection(sectionInAddress());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return section;
}

function sectionInAddress(): Section {
  const name = location.hash.slice(1);
  return Object.hasOwn(SECTIONS, name) ? (name as Section) : 'behaviour';
}

function entriesOf<T extends object>(from: T) {
  return Object.entries(from) as [keyof T & string, T[keyof T]][];
}
