/** Sites beside YouTube's own, where we work only with a permission of their own. */
import { browser } from 'wxt/browser';
import { KIDS } from '../core/sites';
import { t } from '../core/words';
import { Switch, useLoaded } from './parts';

export function KidsSwitch({ disabled }: { disabled: boolean }) {
  const origins = [KIDS];
  const { value: isOn = false, reload } = useLoaded(() =>
    browser.permissions.contains({ origins }),
  );
  const set = async (on: boolean) => {
    // Before anything else: browsers ask only in direct answer to a click.
    await (on ? browser.permissions.request({ origins }) : browser.permissions.remove({ origins }));
    await reload();
  };
  return (
    <Switch
      label={t('setting_kids')}
      hint={t('setting_kids_hint')}
      checked={isOn}
      disabled={disabled}
      onChange={(on) => void set(on)}
    />
  );
}
