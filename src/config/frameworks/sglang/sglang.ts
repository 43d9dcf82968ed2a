import type { Framework } from '../framework';
import { readServerScript } from '../serving/server';
import { mightHoldOptions, readServingYaml } from '../serving/yaml';
import { sglangServer } from './server';

const holdsOptions = mightHoldOptions(sglangServer);
const NAMED =
  /\bsglang(\.launch_server|\/launch_server\.py|["'\s\\,-]+serve\b|_config["']?\s*:)|\bdynamo\.sglang\b/;

/** Values of charts that start SGLang: its image or a section of its name, and how a server is split. */
const CHARTED = /tp(Size)?["']?\s*:|tensorParallel(ism|Size)|^(extra)?args\s*:/im;

export const sglang: Framework = {
  id: 'sglang',
  mightBe: (text) =>
    NAMED.test(text) || holdsOptions(text) || (text.includes('sglang') && CHARTED.test(text)),
  read: (source) => readServerScript(sglangServer, source) ?? readServingYaml(sglangServer, source),
};
