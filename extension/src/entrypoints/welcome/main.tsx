import { render } from 'preact';
import '../../ui/theme.css';
import '../../ui/options.css';
import { t } from '../../core/words';
import { prepareDocument } from '../../ui/parts';
import { Welcome } from '../../ui/welcome';

prepareDocument(t('welcomeTitle'));
render(<Welcome />, document.getElementById('app') ?? document.body);
