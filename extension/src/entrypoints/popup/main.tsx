import { render } from 'preact';
import '../../ui/theme.css';
import '../../ui/popup.css';
import { prepareDocument } from '../../ui/parts';
import { Popup } from '../../ui/popup';

prepareDocument('RealTube');
render(<Popup />, document.getElementById('app') ?? document.body);
