import { useEffect, useState } from 'preact/hooks';
import { type ParsedList, parseList, WRONG } from '../core/entries';
import { t } from '../core/words';
import { FollowedPart } from './options-follow';
import type { SectionProps } from './parts';
import { download, FileButton, Notice, number } from './parts';

const LISTS = ['allow', 'block'] as const;

export function Lists({ settings, change }: SectionProps) {
  return (
    <>
      <FollowedPart settings={settings} change={change} />
      <p class="quiet">{t('listsHint')}</p>
      {LISTS.map((name) => (
        <ListEditor
          key={name}
          name={name}
          entries={settings[name]}
          onSave={(entries) => change({ [name]: entries })}
        />
      ))}
    </>
  );
}

interface EditorProps {
  readonly name: 'allow' | 'block';
  readonly entries: readonly string[];
  readonly onSave: (entries: readonly string[]) => Promise<unknown>;
}

function ListEditor({ name, entries, onSave }: EditorProps) {
  const stored = entries.join('\n');
  const [text, setText] = useState(stored);
  const [wrong, setWrong] = useState<ParsedList['wrong']>();
  useEffect(() => setText(stored), [stored]);
  const save = async (from: string) => {
    const parsed = parseList(from, entries);
    setWrong(parsed.wrong);
    await onSave(parsed.entries);
  };
  return (
    <section class="panel stack">
      <h3 id={`list-${name}`}>{t(`list_${name}`)}</h3>
      <p class="quiet">{t(`list_${name}_hint`)}</p>
      <textarea
        rows={7}
        dir="ltr"
        spellcheck={false}
        aria-labelledby={`list-${name}`}
        placeholder={'@handle\nUC…'}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div class="row">
        <button
          type="button"
          class="main"
          disabled={text === stored}
          onClick={() => void save(text)}
        >
          {t('listSave')}
        </button>
        <FileButton
          label={t('listImport')}
          accept="text/plain,.txt,.csv"
          onText={(more) => void save(`${text}\n${more}`)}
        />
        <button
          type="button"
          disabled={entries.length === 0}
          onClick={() => download(`realtube-${name}.txt`, `${stored}\n`, 'text/plain')}
        >
          {t('listExport')}
        </button>
        <span class="quiet">{t('listCount', number(entries.length))}</span>
      </div>
      {WRONG.map((kind) => {
        const lines = wrong?.[kind] ?? [];
        if (lines.length === 0) return null;
        return (
          <Notice key={kind} kind="bad">
            {t(`listWrong_${kind}`, lines.slice(0, 5).join(', '))}
          </Notice>
        );
      })}
    </section>
  );
}
