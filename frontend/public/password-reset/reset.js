// Sets a new password with the token of a mailed link.
const TEXTS = {
  en: {
    title: "New password",
    label: "Your new password",
    hint: "At least 8 characters. You are signed out everywhere else.",
    button: "Set the password",
    done: "Your new password is set. You can log in with it now.",
    invalid: "This link is not valid any more. Ask for a new one.",
    silent: "That did not work. Check your connection and try again.",
  },
  de: {
    title: "Neues Passwort",
    label: "Ihr neues Passwort",
    hint: "Mindestens 8 Zeichen. Überall sonst werden Sie abgemeldet.",
    button: "Passwort setzen",
    done: "Ihr neues Passwort gilt. Sie können sich jetzt damit anmelden.",
    invalid: "Dieser Link gilt nicht mehr. Fordern Sie einen neuen an.",
    silent: "Das hat nicht geklappt. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
  },
};
const language = navigator.language.startsWith("de") ? "de" : "en";
const texts = TEXTS[language];
document.documentElement.lang = language;
document.title = texts.title;
for (const place of document.querySelectorAll("[data-text]")) place.textContent = texts[place.dataset.text];

const token = new URLSearchParams(location.search).get("token") ?? "";
// The token stands in no address that is kept or shown.
history.replaceState(null, "", location.pathname);

const [form, told, refused] = ["reset", "told", "refused"].map((id) => document.getElementById(id));
if (token === "") told.textContent = texts.invalid;
else form.hidden = false;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [button, password] = [form.querySelector("button"), form.querySelector("input")];
  button.disabled = true;
  refused.textContent = "";
  try {
    const answer = await fetch("/api/v1/auth/password-resets/confirm", {
      method: "POST",
      headers: { "content-type": "application/json", "accept-language": language },
      body: JSON.stringify({ token, password: password.value }),
    });
    if (answer.ok) {
      form.hidden = true;
      told.textContent = texts.done;
    } else {
      const { code, errors = [] } = await answer.json();
      const field = errors.find(({ pointer }) => pointer === "/password");
      refused.textContent = field ? `${texts.label} ${field.detail}.` : code === "VALIDATION_FAILED" || answer.status < 500 ? texts.invalid : texts.silent;
    }
  } catch {
    refused.textContent = texts.silent;
  } finally {
    button.disabled = false;
  }
});
