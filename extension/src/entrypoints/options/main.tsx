import { render } from 'preact';
import '../../ui/theme.css';
import '../../ui/options.css';
import { t } from '../../core/words';
import { Options } from '../../ui/options';
import { prepareDocument } from '../../ui/parts';

prepareDocument(t('optionsTitle'));
render(<Options />, document.getElementById('app') ?? document.body);
