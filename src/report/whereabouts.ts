import type { Event } from '../model/event.ts';

/** The texts of the steps that were begun and are not done. */
export function stepsUnderWay(events: readonly Event[]): readonly string[] {
  return events.reduce<readonly string[]>((open, event) => {
    if (event.type === 'step') return [...open, event.text];
    return event.type === 'done' ? without(open, event.text) : open;
  }, []);
}

/** An interruption with the place where it struck; any other failure as it is. */
export function located(event: Event, events: readonly Event[]): Event {
  const steps = stepsUnderWay(events);
  if (event.type !== 'failed' || event.code !== 'INTERRUPTED' || steps.length === 0) return event;
  return { ...event, message: `${event.message}; under way was: ${steps.join('; ')}` };
}

/** Two steps may have the same words: the earlier one is done first. */
function without(texts: readonly string[], text: string): readonly string[] {
  const at = texts.indexOf(text);
  return texts.filter((_, index) => index !== at);
}
