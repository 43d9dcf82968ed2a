import { render } from 'preact';
import { App } from './app';
import { openInbox } from './inbox';

openInbox();
render(<App />, document.getElementById('root') ?? document.body);
