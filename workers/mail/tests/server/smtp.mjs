// A real mail server for the tests: nodemailer's smtp-server, told by its argument how to behave. It writes a JSON line for
// each thing that happens.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../../tools/package.json", import.meta.url));
const { SMTPServer } = require("smtp-server");

const behaviour = JSON.parse(process.argv[2]);
const file = (name) => readFileSync(new URL(name, import.meta.url));
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const refusal = (reply) =>
  Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });

let delays = behaviour.delays ?? 0;
let cuts = behaviour.cuts ?? 0;

const server = new SMTPServer({
  key: file("key.pem"),
  cert: file("certificate.pem"),
  secure: behaviour.tls === "implicit",
  hideSTARTTLS: behaviour.tls !== "starttls",
  hideSMTPUTF8: behaviour.utf8 === false,
  authMethods: behaviour.methods ?? ["PLAIN"],
  authOptional: !behaviour.password,
  allowInsecureAuth: false,
  disableReverseLookup: true,
  logger: false,
  onAuth({ username, password }, session, done) {
    tell({ auth: username, secure: session.secure });
    if (password === behaviour.password) done(null, { user: username });
    else done(refusal("535 5.7.8 wrong"));
  },
  onRcptTo({ address }, session, done) {
    const reply = behaviour.refuse?.[address];
    if (reply) return done(refusal(reply));
    if (delays > 0) {
      delays -= 1;
      return done(refusal("451 4.7.1 Greylisted, come back later"));
    }
    done();
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const message = Buffer.concat(chunks).toString("latin1");
      tell({
        mail: message,
        from: mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: session.user ?? null,
      });
      if (cuts > 0) {
        cuts -= 1;
        for (const connection of server.connections) connection._socket.destroy();
        return;
      }
      done(behaviour.afterData ? refusal(behaviour.afterData) : null);
    });
  },
});

server.on("error", () => {});
server.listen(0, "127.0.0.1", () => tell({ port: server.server.address().port }));
// It ends with the test that has started it.
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
