import { PROTOCOL_VERSION, type ToWebview } from '../src/panel/protocol';
import { unpack } from '../src/panel/wire';
import { isMessage } from './state';
import { vscode } from './vscode';

// The host simulates while the page loads, and VS Code hands over what it has said by then as soon as the page is loaded.

const waiting: ToWebview[] = [];
let deliver = (message: ToWebview): void => {
  waiting.push(message);
};
/** The host has said what to show. */
let isTold = false;

/** Listens from now on, and tells the host so once the page is loaded and has heard what was said before. */
export function openInbox(): void {
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isMessage(data)) return;
    isTold ||= data.type === 'show' || data.type === 'empty';
    deliver(unpack(data));
  });
  const sayReady = () => vscode.postMessage({ type: 'ready', version: PROTOCOL_VERSION, isTold });
  window.addEventListener('load', () => setTimeout(sayReady));
}

/** Gives each message to the listener, those first that have come already. */
export function hear(listener: (message: ToWebview) => void): void {
  deliver = listener;
  for (const message of waiting.splice(0)) listener(message);
}
