import type { Event } from '../model/event.ts';

/** The texts of the steps that were begun and are not done. */
export function stepsUnderWay(events: readonly Event[]): readonly string[] {
  const open: string[] = [];
  for (const event of events) {
    if (event.type === 'step') open.push(event.text);
    // Two steps may have the same words: the earlier one is done first.
    if (event.type === 'done' && open.includes(event.text)) open.splice(open.indexOf(event.text), 1);
  }
  return open;
}

/** Failures that say where they struck. */
const STOPPED: readonly string[] = ['INTERRUPTED', 'UNFINISHED'];

/** An interruption with the place where it struck; any other failure as it is. */
export function located(event: Event, events: readonly Event[]): Event {
  const steps = [...new Set(stepsUnderWay(events))];
  if (event.type !== 'failed' || !STOPPED.includes(event.code) || steps.length === 0) return event;
  return { ...event, message: `${event.message.replace(/\.$/, '')}; under way was: ${steps.join('; ')}` };
}
