// Whether the house is well for everyone, details and the figures of the day for who may see them. No dependency, no
// build.

const row = (cells) => {
  const line = document.createElement("tr");
  for (const cell of cells) {
    const place = line.insertCell();
    place.textContent = cell;
    if (/^-?[\d.]+( [A-Z]{3})?$/.test(cell)) place.className = "number";
  }
  return line;
};

const money = (value) => (value ? `${value.amount} ${value.currency}` : "not available");

async function showHealth(headers = {}) {
  const health = await (await fetch("/health", { headers })).json();
  document.querySelector("#status").textContent = health.status ?? "unknown";
  document.querySelector("#details").hidden = health.services === undefined;
  const services = Object.entries(health.services ?? {});
  const rows = services.map(([name, state]) => {
    const stuck = state.sagas?.reduce((sum, saga) => sum + saga.stuck, 0);
    return row([name, state.status ?? "down", String(state.outbox?.waiting ?? ""), String(stuck ?? "")]);
  });
  document.querySelector("#health").replaceChildren(...rows);
  const reasons = (health.reasons ?? []).map((reason) => {
    const item = document.createElement("li");
    item.textContent = reason;
    return item;
  });
  document.querySelector("#reasons").replaceChildren(...reasons);
}

async function showToday(event) {
  event.preventDefault();
  const refused = document.querySelector("#refused");
  refused.textContent = "";
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)));
  const headers = { "content-type": "application/json" };
  const login = await (await fetch("/api/v1/auth/login", { method: "POST", headers, body })).json();
  const authorization = `Bearer ${login.accessToken}`;
  const answer = login.accessToken && (await fetch("/api/v1/dashboard", { headers: { authorization } }));
  const figures = answer ? await answer.json() : login;
  if (!answer?.ok) {
    refused.textContent = figures.detail;
    return;
  }
  await showHealth({ authorization });
  const today = document.querySelector("#today");
  today.hidden = false;
  today.tBodies[0].replaceChildren(
    ...figures.today.channels.map((channel) => row([`${channel.salesChannel}, ${channel.orders} orders`, money(channel.total)])),
    row(["Sold today", money(figures.today.total)]),
    row(["Orders waiting for payment", String(figures.openOrders)]),
    row(["Articles low on stock", String(figures.lowStock)]),
    row(["Receivables", money(figures.receivables)]),
    row(["Cash", money(figures.cash)]),
  );
}

document.querySelector("#login").addEventListener("submit", showToday);
await showHealth();
