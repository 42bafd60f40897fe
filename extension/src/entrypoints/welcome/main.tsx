import { render } from 'preact';
import '../../ui/theme.css';
import '../../ui/options.css';
import { prepareDocument } from '../../ui/parts';
import { Welcome } from '../../ui/welcome';
import { t } from '../../youtube/words';

prepareDocument(t('welcomeTitle'));
render(<Welcome />, document.getElementById('app') ?? document.body);
