// One crossing between wasm and JavaScript instead of one for each header and option. Heads are JSON texts.

/// [method, url, [[name, value], …], whether there is a body].
export function requestHead(request) {
  return JSON.stringify([request.method, request.url, [...request.headers], request.body !== null]);
}

/// [status, [[name, value], …]].
export function answerHead(answer) {
  return JSON.stringify([answer.status, [...answer.headers]]);
}

/// Our answer; `body` is bytes, another answer's body, or nothing.
export function answer(head, body) {
  return new Response(body, JSON.parse(head));
}

/// Sends a request with `sender.fetch`: a service binding, or the global scope. It ends after `ms`; 0: never.
export function send(sender, url, head, body, ms) {
  const init = JSON.parse(head);
  if (ms > 0) init.signal = AbortSignal.timeout(ms);
  if (body !== undefined) init.body = body;
  if (ms > 0) init.signal = AbortSignal.timeout(ms);
  return sender.fetch(url, init);
}

/// Counts a request of a client with a limiter of the platform: a promise of {success}.
export function limit(limiter, key) {
  return limiter.limit({ key });
}

/// A pause of the event that calls this, and the function with which any event ends it. The runtime resumes what waits
/// for a promise in the event that made the promise, whoever resolves it. It knows which one that was only for promises
/// that its built-in functions make: what the optimizing compiler makes of `new Promise` is resumed in the wrong event.
export function pause(ms) {
  const { promise, resolve } = Promise.withResolvers();
  setTimeout(resolve, ms);
  return [promise, resolve];
}

/// A promise of the time in `ms`. Even 0 is a turn of the runtime: what can go on now goes on.
export function wait(ms) {
  return scheduler.wait(ms);
}

// The clocks of the zones that were asked for. Making one costs more than reading it often.
const clocks = new Map();

function clockOf(zone) {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return null; // The runtime does not know the zone.
  }
}

/// How many seconds the clocks of a zone are ahead of UTC at a time; undefined for an unknown zone.
export function utcOffset(zone, ms) {
  if (!clocks.has(zone)) {
    if (clocks.size >= 100) clocks.clear();
    clocks.set(zone, clockOf(zone));
  }
  const clock = clocks.get(zone);
  if (clock === null) return undefined;
  const seconds = Math.floor(ms / 1000);
  const shown = {};
  for (const { type, value } of clock.formatToParts(seconds * 1000)) shown[type] = Number(value);
  const { year, month, day, hour, minute, second } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - seconds;
}
