import { ensureChromium } from './chromium.mjs';

/** Tells the panel's tests, through CHROME_PATH, which browser to start. */
export default async function setup() {
  process.env.CHROME_PATH = await ensureChromium();
}
