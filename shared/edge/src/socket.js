// Connections to servers that do not speak HTTP. Each wait has an end.

import { connect } from "cloudflare:sockets";

function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("the server took too long")), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function opened(socket) {
  return { socket, reader: socket.readable.getReader(), writer: socket.writable.getWriter() };
}

/// A connection; `tls` is off, on or starttls.
export async function connectTo(hostname, port, tls, ms) {
  const socket = connect({ hostname, port }, { secureTransport: tls, allowHalfOpen: false });
  await within(ms, socket.opened);
  return opened(socket);
}

/// What has arrived, as bytes; none at the end.
export async function readFrom(connection, ms) {
  const { value } = await within(ms, connection.reader.read());
  return value;
}

export function writeTo(connection, bytes, ms) {
  return within(ms, connection.writer.write(bytes));
}

/// The same connection, encrypted.
export async function encrypt(connection, ms) {
  connection.reader.releaseLock();
  connection.writer.releaseLock();
  const socket = connection.socket.startTls();
  await within(ms, socket.opened);
  return opened(socket);
}

export function close(connection) {
  connection.socket.close().catch(() => {});
}
