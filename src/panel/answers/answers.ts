import type { FromWebview } from '../protocol';
import type { Answer, Answering } from './answering';
import { figureAnswers } from './figures';
import { fileAnswers } from './files';
import { placeAnswers } from './places';

/** What the panel does for each message of its page. */
const answers: { readonly [T in FromWebview['type']]: Answer<T> } = {
  ready: (panel, { isTold }) => panel.pageListens(isTold),
  ...figureAnswers,
  ...placeAnswers,
  ...fileAnswers,
};

/** Does what the page asks for. @throws what it fails of, to be told */
export async function answer(panel: Answering, message: FromWebview): Promise<void> {
  // The table is keyed by the message's own type, which the compiler cannot relate to the message.
  await (answers[message.type] as (panel: Answering, message: FromWebview) => unknown)(panel, message);
}
