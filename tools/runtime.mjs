// Runs the Workers on workerd, without the development proxy of `wrangler dev`.
//
// Tests and measurements start this: it is ready in about a second and answers at full speed. It reads the same
// wrangler/*.toml files and stores its state in the same layout, so that a data folder can be used alternately with
// `wrangler dev` and with this. People start `cargo xtask dev` instead.
//
//   node runtime.mjs --data DIR [--port N] [--expose product=N ...] [--no-assets] [--only-databases] [--workers DIR]
//
// stdout carries one JSON object per line and nothing else; logs of the Workers go to stderr. The first
// line is `{"ready":true,...}`. stdin takes one JSON command per line; each is answered by one line that
// repeats its `id`:
//   {"id":1,"cmd":"sql","worker":"order","sql":"select ?1 as x","params":[1]}  -> {"id":1,"ok":true,"rows":[…]}
//   {"id":2,"cmd":"scheduled"}                                   fires every Worker's cron
//   {"id":3,"cmd":"crash"}      SIGKILL for workerd, and another workerd over the same files
//   {"id":4,"cmd":"send","worker":"order","binding":"ACCOUNTING_INBOX","body":…}    a message as JSON, not as text
//   {"id":5,"cmd":"stop"}
// The end of stdin, SIGTERM and SIGINT stop it as well, and no child is left behind.
//
// With COUNTINGHOUSE_INSPECTOR_PORT in the environment, the Workers can be inspected and profiled at that port.

import childProcess from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import readline from "node:readline";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const startedAt = performance.now();
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
// Written from the table of services by `cargo xtask generate`.
const { workers: WORKERS } = JSON.parse(fs.readFileSync(path.join(root, "tools", "services.json"), "utf8"));
const migrationsTable = "d1_migrations";

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    port: { type: "string", default: "0" },
    expose: { type: "string", multiple: true, default: [] },
    "no-assets": { type: "boolean", default: false },
    // Starts no Worker: databases and migrations only, for seeding before `wrangler dev` takes over.
    "only-databases": { type: "boolean", default: false },
    // Where the built Workers are, one folder each; by default the paths in the wrangler files.
    workers: { type: "string" },
  },
});
if (!options.data) fail("--data DIR is required");

// workerd is the only child. Its pid is not part of Miniflare's interface, and tests that kill it need the pid, so the
// one call that starts it is observed.
let workerd;
let shuttingDown = false;
const spawn = childProcess.spawn;
childProcess.spawn = (command, args, settings) => {
  const isWorkerd = String(command).includes("workerd");
  // Every request is logged, and a workerd whose log is not read blocks. So it writes the log itself, as JSON.
  const stdio = isWorkerd ? ["pipe", 2, 2, "pipe"] : settings?.stdio;
  const child = spawn(command, args, { ...settings, stdio });
  if (isWorkerd) {
    workerd = child;
    [child.stdout, child.stderr] = [new PassThrough(), new PassThrough()];
    child.once("exit", (code, signal) => {
      if (!shuttingDown) say({ event: "workerd-exit", pid: child.pid, code, signal });
    });
  }
  return child;
};

process.env.WRANGLER_LOG ??= "error";
process.env.WRANGLER_SEND_METRICS ??= "false";
const require = createRequire(import.meta.url);
const { Miniflare, convertV4MiniflareOptions, Log, LogLevel } = require("miniflare");
const wrangler = require("wrangler");

let miniflare;
let stopping;
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => stop(0));
process.on("uncaughtException", (error) => fail(error.stack ?? String(error)));
process.on("unhandledRejection", (error) => fail(error?.stack ?? String(error)));
// A parent that died unexpectedly closes the pipe. No reader is left, so exit as well.
process.stdout.on("error", () => stop(1));
const commands = readline.createInterface({ input: process.stdin });
commands.on("close", () => stop(0));

const ports = await choosePorts();
const configuration = convertV4MiniflareOptions(miniflareOptions(ports));
// Miniflare restarts a workerd that died, over the same files. This reports when it has.
let restarted;
configuration.unsafeHandleRuntimeRestart = () => restarted?.();
miniflare = new Miniflare(configuration);
await miniflare.ready;
const applied = {};
for (const name of WORKERS) applied[name] = await migrate(name);
commands.on("line", answer);
say({
  ready: true,
  ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `http://127.0.0.1:${port}`])),
  startMs: Math.round(performance.now() - startedAt),
  pid: process.pid,
  workerdPid: workerd?.pid,
  migrationsApplied: applied,
});

function miniflareOptions(ports) {
  const secrets = readSecrets(path.join(options.data, "secrets.env"));
  return {
    workers: WORKERS.map((name) => workerOptions(name, ports[name], secrets)),
    resourcePersistencePath: path.join(options.data, "state", "v3"),
    log: new Log(LogLevel.ERROR),
    // Without this Miniflare would fetch a sample `request.cf` from the network.
    cf: false,
    telemetry: { enabled: false },
    inspectorPort: process.env.COUNTINGHOUSE_INSPECTOR_PORT ? Number(process.env.COUNTINGHOUSE_INSPECTOR_PORT) : undefined,
  };
}

// A Worker has the secrets that it requires; what none requires, such as the key of a payment provider, is for all.
function mayHave(config, key) {
  const requiredBy = (worker) => wrangler.unstable_readConfig({ config: path.join(root, "wrangler", `${worker}.toml`) }).secrets?.required ?? [];
  return (config.secrets?.required ?? []).includes(key) || !WORKERS.some((worker) => requiredBy(worker).includes(key));
}

function workerOptions(name, port, secrets) {
  const file = path.join(root, "wrangler", `${name}.toml`);
  const config = wrangler.unstable_readConfig({ config: file });
  if (options["only-databases"]) {
    const d1Databases = Object.fromEntries(
      config.d1_databases.map((db) => [db.binding, { id: db.preview_database_id ?? db.binding }]),
    );
    return { name: config.name, modules: true, script: "", compatibilityDate: config.compatibility_date, d1Databases };
  }
  const missing = (config.secrets?.required ?? []).filter((key) => !(key in secrets));
  if (missing.length) fail(`${path.join(options.data, "secrets.env")} lacks ${missing.join(", ")}`);
  // Required secrets are passed below; a declaration without values would only cause a warning.
  const { workerOptions: worker, main: usual } = wrangler.unstable_getMiniflareWorkerOptions({ ...config, secrets: undefined });
  const main = options.workers ? path.join(options.workers, name, path.basename(usual)) : usual;
  if (!fs.existsSync(main)) fail(`${path.relative(root, main)} is missing: run \`cargo xtask build\` first`);
  if (options["no-assets"]) delete worker.assets;
  const folder = path.dirname(main);
  return {
    ...worker,
    name: config.name,
    rootPath: root,
    modulesRoot: folder,
    modules: [
      { type: "ESModule", path: main },
      { type: "CompiledWasm", path: path.join(folder, "index_bg.wasm") },
    ],
    bindings: {
      ...worker.bindings,
      // Measurements read what each answer cost.
      SERVER_TIMING: "public",
      ...Object.fromEntries(Object.entries(secrets).filter(([key]) => mayHave(config, key))),
    },
    unsafeDirectSockets: port === undefined ? [] : [{ host: "127.0.0.1", port }],
  };
}

// `wrangler d1 migrations apply` does the same with the same table: either can continue the other's work.
async function migrate(name) {
  const folder = path.join(root, "migrations", name);
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((f) => f.endsWith(".sql")).sort() : [];
  const db = await database(name);
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS "${migrationsTable}"(
		id         INTEGER PRIMARY KEY AUTOINCREMENT,
		name       TEXT UNIQUE,
		applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);`,
    )
    .run();
  const { results } = await db.prepare(`SELECT name FROM "${migrationsTable}"`).all();
  const done = new Set(results.map((row) => row.name));
  const pending = files.filter((file) => !done.has(file));
  for (const file of pending) {
    const sql = fs.readFileSync(path.join(folder, file), "utf8");
    const statements = wrangler.unstable_splitSqlQuery(sql).map((statement) => db.prepare(statement));
    const bookkeeping = db.prepare(`INSERT INTO "${migrationsTable}" (name) VALUES (?1)`).bind(file);
    try {
      await db.batch([...statements, bookkeeping]);
    } catch (error) {
      fail(`migration ${name}/${file} failed: ${error.message}`);
    }
  }
  return pending.length;
}

async function answer(line) {
  if (!line.trim()) return;
  let command;
  try {
    command = JSON.parse(line);
    say({ id: command.id, ok: true, ...(await execute(command)) });
  } catch (error) {
    say({ id: command?.id, ok: false, error: error.message });
  }
}

async function execute(command) {
  switch (command.cmd) {
    case "sql": {
      const db = await database(command.worker);
      const params = command.params ?? [];
      const texts = params.length ? [command.sql] : wrangler.unstable_splitSqlQuery(command.sql);
      const results = await db.batch(texts.map((text) => db.prepare(text).bind(...params)));
      return { rows: results.at(-1)?.results ?? [] };
    }
    case "scheduled": {
      // A workerd that dies in the middle sends no answer.
      const died = new Promise((_, reject) => workerd.once("exit", () => reject(new Error("workerd died"))));
      const clocks = WORKERS.map(async (name) => {
        const worker = await miniflare.getWorker(workerName(name));
        // Without a cron's name it makes one round and ends.
        const { outcome } = await worker.scheduled({ cron: "" });
        if (outcome !== "ok") throw new Error(`the cron handler of ${name} ended as ${outcome}`);
      });
      await Promise.race([Promise.all(clocks), died]);
      return {};
    }
    case "send": {
      const queue = await miniflare.getQueueProducer(command.binding, workerName(command.worker));
      await queue.send(command.body, { contentType: "json" });
      return {};
    }
    case "crash": {
      const ready = new Promise((resolve) => (restarted = resolve));
      workerd.kill("SIGKILL");
      await ready;
      return { workerdPid: workerd.pid };
    }
    case "stop":
      setImmediate(() => stop(0));
      return {};
    default:
      throw new Error(`unknown command ${JSON.stringify(command.cmd)}`);
  }
}

function database(name) {
  if (!WORKERS.includes(name)) throw new Error(`no Worker is called ${JSON.stringify(name)}`);
  return miniflare.getD1Database("DB", workerName(name));
}

function workerName(name) {
  return `countinghouse-${name}`;
}

// The free ports are taken from the system here, not by workerd, so that the addresses survive a restart.
async function choosePorts() {
  if (options["only-databases"]) return {};
  const wanted = { gateway: Number(options.port) };
  for (const entry of options.expose) {
    const [name, port = "0"] = entry.split("=");
    if (!WORKERS.includes(name)) fail(`--expose ${name}: no Worker has this name`);
    wanted[name] = Number(port);
  }
  const chosen = {};
  const held = [];
  for (const [name, port] of Object.entries(wanted)) {
    const server = net.createServer();
    await new Promise((resolve) => {
      server.once("error", (error) => {
        fail(error.code === "EADDRINUSE" ? `port ${port} is already in use` : error.message);
      });
      server.listen(port, "127.0.0.1", resolve);
    });
    chosen[name] = server.address().port;
    held.push(server);
  }
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return chosen;
}

function readSecrets(file) {
  if (!fs.existsSync(file)) return {};
  const lines = fs.readFileSync(file, "utf8").split("\n");
  const pairs = lines.map((line) => line.match(/^\s*([A-Z_][A-Z0-9_]*)\s*=\s*"?([^"\n]*?)"?\s*$/)).filter(Boolean);
  return Object.fromEntries(pairs.map(([, key, value]) => [key, value]));
}

function say(object) {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}

function fail(message) {
  say({ ready: false, error: message });
  stop(1);
  // Nothing may keep running after a failure in the middle of a function.
  throw new Error(message);
}

function stop(code) {
  stopping ??= (async () => {
    shuttingDown = true;
    // workerd ends at once on SIGKILL; the limit is for processes around it.
    setTimeout(() => process.exit(code), 5000).unref();
    await miniflare?.dispose().catch(() => {});
    if (workerd && workerd.exitCode === null && workerd.signalCode === null) workerd.kill("SIGKILL");
    process.exit(code);
  })();
  return stopping;
}
