// What the portal adds to htmx. Every page works without it.
(() => {
  // The one Trusted Types policy of the portal: markup passes, scripts in fragments are emptied.
  let policy = { createHTML: (html) => html, createScript: () => "" };
  if (window.trustedTypes) policy = trustedTypes.createPolicy("htmx", policy);
  htmx.registerExtension("portal", { init: (api) => api.initSecurity(policy) });

  const on = (event, handler) => document.addEventListener(event, handler);
  const csrfToken = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];

  // Notices: one polite live region, filled by the server (HX-Trigger: foyer:notice) or by failures here.

  function notify(text, level = "ok") {
    const region = document.getElementById("notices");
    if (!region || [...region.children].some((child) => child.textContent.trim() === text)) return;
    const notice = document.getElementById("notice").content.firstElementChild.cloneNode(true);
    notice.classList.add(`notice-${level}`);
    notice.querySelector("p").textContent = text;
    if (level === "danger") {
      const symbol = notice.querySelector("use");
      symbol.setAttribute("href", symbol.getAttribute("href").replace(/#.*/, "#circle-x"));
    }
    region.append(notice);
    if (level !== "danger") setTimeout(() => notice.remove(), 8000);
  }

  function whisper(text) {
    const line = document.createElement("p");
    line.className = "visually-hidden";
    line.textContent = text;
    document.getElementById("notices")?.append(line);
    setTimeout(() => line.remove(), 8000);
  }

  on("foyer:notice", ({ detail }) => notify(detail.value, detail.level));

  on("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx) return;
    notify(
      ctx.response
        ? "The answer could not be shown. Reload the page."
        : "The server could not be reached. Check the connection, then try again.",
      "danger",
    );
  });

  on("htmx:response:error", ({ detail: { ctx } }) => {
    // Fragments of the portal are swapped; whole pages of a proxy in front of it are not.
    if (/^\s*<(?!!doctype|html)/i.test(ctx.text)) return;
    ctx.swap = "none";
    notify(`The server answered with status ${ctx.response.status}. Try again in a moment.`, "danger");
  });

  // The token changes when somebody signs in or out. A page of before that the Back button brings from memory is not shown.
  const tokenOfPage = csrfToken();
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted || csrfToken() === tokenOfPage) return;
    document.documentElement.hidden = true;
    location.reload();
  });

  // Requests

  on("htmx:config:request", (event) => {
    const { request, sourceElement, sourceEvent } = event.detail.ctx;
    const token = csrfToken();
    if (token && !/^(GET|HEAD)$/.test(request.method)) request.headers["X-CSRFToken"] = token;
    // A card that refreshes itself waits while nobody looks at the page or somebody is using the card.
    const unwanted = document.hidden || sourceElement.matches(":hover, :focus-within");
    if (sourceEvent?.type === "every" && unwanted) event.preventDefault();
  });

  on("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    if (ctx.target?.contains?.(document.activeElement)) ctx.focused = document.activeElement;
    // A card that arrives late keeps the height that was held for it.
    if (ctx.target?.ariaBusy === "true") tasks[0]?.fragment.firstElementChild?.classList.add("card-held");
  });

  on("htmx:after:swap", ({ detail: { ctx } }) => {
    const { target } = ctx;
    const now = target?.isConnected ? target : document.getElementById(target?.id);
    if (!now) return;
    const said = now.querySelector("[data-say]");
    if (said) whisper(said.textContent);
    if (ctx.focused && document.activeElement === document.body) {
      // What was done in a menu leads back to the button that opens it.
      const opener = now.querySelector(`[popovertarget="${ctx.focused.closest("[popover]")?.id}"]`);
      now.tabIndex = -1;
      (opener ?? now).focus({ preventScroll: true });
    }
    if (now.matches(".card-failed")) whisper(now.querySelector(".card-failure").textContent);
  });

  // Suggestions under the search box: the arrow keys move through them, Escape puts them away

  const box = () => document.querySelector("#search input");
  const suggestions = () => document.getElementById("suggestions");

  function show(open) {
    const list = suggestions();
    if (list) list.hidden = !open || !box().value.trim();
  }

  on("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target?.id === "suggestions") show(document.activeElement.closest("#search"));
  });

  on("input", ({ target }) => target === box() && show(true));
  on("focusin", ({ target }) => show(target.closest("#search")));
  on("pointerdown", ({ target }) => target.closest?.("#search") || show(false));

  on("keydown", (event) => {
    const { key, target } = event;
    if (!target.closest?.("#search") || event.isComposing) return;
    if (key === "Escape" && !suggestions().hidden) {
      event.preventDefault();
      box().focus();
      show(false);
    }
    if (key !== "ArrowDown" && key !== "ArrowUp") return;
    show(true);
    const stops = [box(), ...suggestions().querySelectorAll("a")];
    const next = stops.indexOf(target) + (key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    stops.at(next % stops.length).focus();
  });

  // Shortcuts, and small forms that are sent directly

  on("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    const typing = target.closest?.("input, textarea, select, [contenteditable]");
    const slash = key === "/" && !typing && !ctrlKey && !metaKey && !altKey;
    if (!slash && !(key.toLowerCase() === "k" && (ctrlKey || metaKey))) return;
    const search = document.querySelector("#search input");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  on("click", (event) => {
    const { target } = event;
    target.closest?.("[data-dismiss]")?.closest(".notice, .alert")?.remove();

    const copy = target.closest?.("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => notify("Copied."));

    const link = target.closest?.("#account a[data-post]");
    if (!link || !csrfToken() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const form = document.createElement("form");
    form.method = "post";
    form.action = link.dataset.post;
    const values = { csrfmiddlewaretoken: csrfToken() };
    if (link.dataset.themeChoice) {
      values.theme = link.dataset.themeChoice;
      values.next = location.pathname + location.search;
    }
    for (const [name, value] of Object.entries(values)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  });

  on("change", ({ target }) => target.closest?.("form[data-autosubmit]")?.requestSubmit());
})();
