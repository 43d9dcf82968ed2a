import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';
import type { PanelState, ToWebview, ViewId } from '../src/panel/protocol';
import type { Change } from '../src/plan/whatif';
import type { PlanQuery } from '../src/worker/plan';
import { Findings } from './components/findings';
import { Header } from './components/header';
import { Progress } from './components/progress';
import { Refusals } from './components/refusals';
import { Comparison } from './components/sides';
import { Tabs } from './components/tabs';
import { useTheme } from './hooks';
import { hear } from './inbox';
import { sidesOf, type WantedSides } from './model/sides';
import { type AppState, keepInView, receive, restore } from './state';
import { text } from './strings';
import { viewOf, views } from './views/views';
import { vscode } from './vscode';

type Action =
  | { readonly type: 'message'; readonly message: ToWebview }
  | { readonly type: 'panel'; readonly patch: Partial<PanelState> }
  | { readonly type: 'keep'; readonly view: ViewId; readonly patch: object }
  | { readonly type: 'changes'; readonly changes: readonly Change[] }
  | { readonly type: 'search' };

function reduce(state: AppState, action: Action): AppState {
  switch (action.type) {
    case 'message':
      return receive(state, action.message);
    case 'panel':
      return { ...state, panel: { ...state.panel, ...action.patch } };
    case 'keep':
      return { ...state, panel: keepInView(state.panel, action.view, action.patch) };
    case 'search':
      return { ...state, plan: { state: 'searching', fraction: 0, report: null } };
    case 'changes':
      return { ...state, awaitingWhatIf: true, panel: { ...state.panel, changes: action.changes } };
  }
}

/** The panel: header, tabs and the chosen view, or the reason why there is nothing to show. */
export function App() {
  const [state, dispatch] = useReducer(reduce, undefined, () => restore(vscode.getState()));
  const theme = useTheme();
  const { panel, content, busy } = state;

  useLayoutEffect(() => hear((message) => dispatch({ type: 'message', message })), []);
  // Before the next frame: a panel may be hidden, and with it its page gone, at any time.
  useLayoutEffect(() => {
    if (content.kind !== 'loading') vscode.setState(panel);
  }, [panel, content.kind]);
  const update = (patch: Partial<PanelState>) => dispatch({ type: 'panel', patch });
  const changeWhatIf = (changes: readonly Change[]) => {
    dispatch({ type: 'changes', changes });
    vscode.postMessage({ type: 'whatIf', changes });
  };
  const search = (query: PlanQuery) => {
    dispatch({ type: 'search' });
    vscode.postMessage({ type: 'plan', query });
  };
  const show = content.kind === 'result' ? content.show : null;
  const onView = (view: ViewId) => update({ view });
  const onTry = (asked: string) => {
    dispatch({ type: 'keep', view: 'whatif', patch: { asked } });
    onView('whatif');
  };
  const view = viewOf(panel.view);
  const { side: wanted = 'both' } = (panel.views.whatif ?? {}) as { readonly side?: WantedSides };
  // The same as long as the same is drawn, so that views keep what they derived of it.
  const sides = useMemo(() => show && sidesOf(view.id, show, wanted), [show, view.id, wanted]);
  const ranks = Math.max(...(sides ?? []).map(({ side }) => side.result.placement.nodeOfRank.length));
  const selectedRank = panel.selectedRank !== null && panel.selectedRank < ranks ? panel.selectedRank : null;

  return (
    <main class="panel" aria-busy={busy !== null}>
      {busy && <Progress label={busy.message} fraction={busy.fraction} />}
      {content.kind === 'loading' && (
        <div class="pad notice">
          <h1 class="vh">{text.product}</h1>
          <p>{busy?.message ?? text.loading}</p>
        </div>
      )}
      {content.kind === 'empty' && (
        <div class="pad notice">
          <h1>{content.title}</h1>
          {content.message !== '' && <p>{content.message}</p>}
          {content.refusals.length > 0 && <Refusals refusals={content.refusals} />}
          {content.steps.length > 0 && (
            <div class="actions">
              {content.steps.map(({ id, title }) => (
                <button
                  key={id}
                  type="button"
                  class="btn"
                  onClick={() => vscode.postMessage({ type: 'takeStep', step: id })}
                >
                  {title}
                </button>
              ))}
            </div>
          )}
          {content.findings.length > 0 && <Findings findings={content.findings} />}
        </div>
      )}
      {show && sides && (
        <>
          <Header show={show} side={show.baseline} busy={busy} onView={onView} onTry={onTry} />
          <Tabs views={views} view={view.id} onView={onView} />
          <section class="pad view" id="view" role="tabpanel" aria-labelledby={`tab-${view.id}`}>
            <Comparison
              show={show}
              view={view}
              wanted={wanted}
              onWant={(side) => dispatch({ type: 'keep', view: 'whatif', patch: { side } })}
            />
            <view.component
              key={view.id}
              view={view}
              show={show}
              sides={sides}
              theme={theme}
              panel={{ ...panel, selectedRank }}
              update={update}
              kept={panel.views[view.id]}
              keep={(patch) => dispatch({ type: 'keep', view: view.id, patch })}
              layer={state.layer}
              growth={state.growth}
              variants={state.variants}
              plan={state.plan}
              search={search}
              placements={state.placements}
              waiting={state.awaitingWhatIf}
              exploration={state.exploration}
              exploring={state.exploring}
              changeWhatIf={changeWhatIf}
            />
          </section>
        </>
      )}
    </main>
  );
}
