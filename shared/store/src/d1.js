// One crossing between wasm and JavaScript for a whole batch, in and out. Both are JSON texts.

/// `statements` is [[sql, value, …], …]. Resolves to the rows of each statement. Rejects with SQLite's message.
export async function batch(database, statements) {
  const prepared = JSON.parse(statements).map(([sql, ...values]) => database.prepare(sql).bind(...values));
  try {
    return JSON.stringify((await database.batch(prepared)).map((result) => result.results));
  } catch (error) {
    throw String(error?.cause?.message ?? error?.message ?? error);
  }
}
