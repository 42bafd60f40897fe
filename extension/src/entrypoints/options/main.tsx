import { render } from 'preact';
import '../../ui/theme.css';
import '../../ui/options.css';
import { Options } from '../../ui/options';
import { prepareDocument } from '../../ui/parts';
import { t } from '../../youtube/words';

prepareDocument(t('optionsTitle'));
render(<Options />, document.getElementById('app') ?? document.body);
