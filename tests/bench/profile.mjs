// Records what the Workers on workerd do, over the inspector's CPU profiler: `node profile.mjs PORT SECONDS`.
//
// Prints one JSON object a Worker: its name, and the milliseconds that each function used itself.

const [port, seconds] = process.argv.slice(2).map(Number);
// Often enough for functions that matter; more would slow the Workers down.
const INTERVAL_MICROSECONDS = 250;

const targets = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
const recordings = await Promise.all(targets.map(record));
await new Promise((wake) => setTimeout(wake, seconds * 1000));
for (const { id, ask } of recordings) {
  const { profile } = await ask("Profiler.stop");
  console.log(JSON.stringify({ worker: id, functions: Object.fromEntries(selfTimes(profile)) }));
}
process.exit(0);

async function record({ id, webSocketDebuggerUrl }) {
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((opened, failed) => {
    socket.onopen = opened;
    socket.onerror = () => failed(new Error(`cannot inspect ${id}`));
  });
  const waiting = [];
  socket.onmessage = ({ data }) => {
    const { id: number, result } = JSON.parse(data);
    if (number !== undefined) waiting[number](result);
  };
  const ask = (method, params) =>
    new Promise((answered) => socket.send(JSON.stringify({ id: waiting.push(answered) - 1, method, params })));
  await ask("Profiler.enable");
  await ask("Profiler.setSamplingInterval", { interval: INTERVAL_MICROSECONDS });
  await ask("Profiler.start");
  return { id, ask };
}

/**
 * Milliseconds by function: a sample counts as one interval for the function that ran. The time between two samples does
 * not tell more, because all Workers share a thread: it may have been another Worker's.
 */
function selfTimes({ nodes, samples }) {
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) =>
    [id, functionName || `${url.split("/").at(-1)}:${lineNumber}`]));
  const times = new Map();
  for (const sample of samples) {
    const name = names.get(sample);
    times.set(name, (times.get(name) ?? 0) + INTERVAL_MICROSECONDS / 1000);
  }
  return times;
}
