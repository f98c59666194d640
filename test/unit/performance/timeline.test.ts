import { expect, it } from 'vitest';
import { covered, timesOf, type ActivityTime } from '../../performance/contenders/timeline.ts';

const time = (start: number, end: number): ActivityTime => ({ type: 'transcribe', start, end });

it.each([
  { times: [], together: 0 },
  { times: [time(0, 5), time(10, 12)], together: 7 },
  { times: [time(10, 12), time(0, 5), time(3, 11)], together: 12 },
  { times: [time(0, 10), time(2, 3)], together: 10 },
])('$times cover $together ms', ({ times, together }) => {
  expect(covered(times)).toBe(together);
});

it('takes activities that completed from a history, from the start of that attempt', () => {
  const at = (milliseconds: number) => ({
    seconds: Math.trunc(milliseconds / 1000),
    nanos: (milliseconds % 1000) * 1e6,
  });
  const scheduled = (eventId: number, name: string) => ({
    eventId,
    activityTaskScheduledEventAttributes: { activityType: { name } },
  });
  const events = [
    scheduled(5, 'plan'),
    scheduled(6, 'transcribe'),
    { eventId: 7, eventTime: at(2500), activityTaskStartedEventAttributes: {} },
    {
      eventId: 8,
      eventTime: at(4000),
      activityTaskCompletedEventAttributes: { scheduledEventId: 5, startedEventId: 7 },
    },
  ];
  expect(timesOf(events)).toEqual([{ type: 'plan', start: 2500, end: 4000 }]);
});
