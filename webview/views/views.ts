import type { ViewId } from '../../src/panel/protocol';
import { AllToAll } from './alltoall/alltoall';
import { text as alltoall } from './alltoall/strings';
import { Communication } from './communication/communication';
import { text as communication } from './communication/strings';
import { Memory } from './memory/memory';
import { text as memory } from './memory/strings';
import { Placement } from './placement/placement';
import { text as placement } from './placement/strings';
import { Plan } from './plan/plan';
import { text as plan } from './plan/strings';
import { text as time } from './time/strings';
import { Time } from './time/time';
import { text as traffic } from './traffic/strings';
import { Traffic } from './traffic/traffic';
import type { View } from './view';
import { text as whatif } from './whatif/strings';
import { WhatIf } from './whatif/whatif';

/** The views in the order of their tabs. A further one is an entry here, its folder, and its id in the protocol. */
const entries: Readonly<Record<ViewId, Omit<View, 'id' | 'shortcut'>>> = {
  placement: { title: placement.title, shortTitle: placement.title, component: Placement },
  alltoall: { title: alltoall.title, shortTitle: alltoall.shortTitle, component: AllToAll },
  traffic: { title: traffic.title, shortTitle: traffic.title, component: Traffic },
  memory: { title: memory.title, shortTitle: memory.title, component: Memory },
  communication: {
    title: communication.title,
    shortTitle: communication.shortTitle,
    component: Communication,
  },
  time: { title: time.title, shortTitle: time.title, component: Time },
  whatif: { title: whatif.title, shortTitle: whatif.title, component: WhatIf },
  plan: { title: plan.title, shortTitle: plan.title, component: Plan },
};

export const views: readonly View[] = Object.entries(entries).map(([id, entry], index) => ({
  id: id as ViewId,
  shortcut: index + 1,
  ...entry,
}));

/** A view by its id; the first one for an id of another version. */
export function viewOf(id: ViewId): View {
  return views.find((view) => view.id === id) ?? views[0]!;
}
