// What makes the shop quicker for those who have scripts. Everything works without.
const toast = document.querySelector(".toast");
const say = (text) => {
  toast.textContent = text;
  toast.classList.add("on");
  setTimeout(() => toast.classList.remove("on"), 3000);
};

const count = (units) => {
  const badge = document.querySelector("[data-count]");
  if (!badge) return;
  badge.textContent = units;
  badge.hidden = units === 0;
};

// Into the cart without leaving the page.
const add = async (form) => {
  const { adding, added } = document.body.dataset;
  const button = form.querySelector("button");
  button.disabled = true;
  say(adding);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    const { units, see } = await answer.json();
    if (see) return location.assign(see);
    count(units);
    say(added);
  } catch {
    form.submit();
  } finally {
    button.disabled = false;
  }
};

addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-add]")) {
    event.preventDefault();
    add(form);
  } else if (form.matches("[data-once]")) {
    // A second click sends nothing. The first button's name and value have been taken already.
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  }
});

// Names for what is being typed: a browser that can shows them under the field.
let typing;
addEventListener("input", ({ target }) => {
  const { suggest } = target.form?.dataset ?? {};
  if (!suggest) return;
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const q = target.value.trim();
    if (q.length < 2) return;
    const answer = await fetch(`${suggest}?q=${encodeURIComponent(q)}`).catch(() => undefined);
    if (!answer?.ok || target.value.trim() !== q) return;
    const option = (name) => Object.assign(document.createElement("option"), { value: name });
    target.list.replaceChildren(...(await answer.json()).map(option));
  }, 150);
});

// The back button brings a page back as it was left: it can be sent again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
