// What is typed into a form is not lost unasked. Pages also work without this.
(() => {
  "use strict";

  const LEFT_OUT = ["hidden", "submit", "button", "reset", "image", "password", "fieldset", "output"];
  const controls = (form) =>
    [...form.elements].filter((one) => one.name && !one.disabled && !LEFT_OUT.includes(one.type));
  const changed = (one) => {
    if (one.type === "file") return one.files.length > 0;
    if (one.type === "checkbox" || one.type === "radio") return one.checked !== one.defaultChecked;
    if (one.options) {
      const all = [...one.options];
      const first = all.some((each) => each.defaultSelected) || one.multiple ? null : all[0];
      return all.some((each) => each.selected !== (each.defaultSelected || each === first));
    }
    return one.value !== one.defaultValue;
  };
  // A list's ticks and a dialog that was closed by its button are nothing that anybody typed.
  const counts = (form) => form.method === "post" && !form.hidden;
  // A page that answers a form shows again what was refused: none of it is saved yet.
  const refused = (form) =>
    document.body.dataset.posted !== undefined &&
    new URL(form.getAttribute("action") || "", location.href).pathname === location.pathname &&
    (form.dataset.unsaved !== undefined || controls(form).length > 0);
  const unsaved = (form) => counts(form) && (refused(form) || controls(form).some(changed));
  const open = (but) => [...document.forms].filter((form) => form !== but && unsaved(form));

  let leaving = false;
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && open().length) event.preventDefault();
  });
  window.addEventListener("pageshow", () => (leaving = false));

  // Whoever sends one form of a page while another holds something typed is asked first.
  let agreed = null;
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (event.defaultPrevented || form.method === "dialog") return;
      // What htmx sends leaves the page where it is.
      if (form.method !== "post" || form.hasAttribute("hx-post")) return;
      const others = form === agreed ? [] : open(form);
      agreed = null;
      if (others.length) {
        event.preventDefault();
        event.stopImmediatePropagation();
        const submitter = event.submitter;
        ask(others, () => {
          agreed = form;
          form.requestSubmit(submitter);
        });
        return;
      }
      sent(form);
      leaving = true;
      // A download leaves the page where it is.
      setTimeout(() => (leaving = false), 8000);
    },
    true,
  );
  // A part of the page that is exchanged may hold a form too.
  document.addEventListener("htmx:confirm", (event) => {
    const others = open().filter((form) => event.detail.target.contains(form));
    if (!others.length) return;
    event.preventDefault();
    ask(others, () => event.detail.issueRequest(true));
  });
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("dialog [data-close]");
    const form = closer && closer.closest("dialog").querySelector("form");
    if (form) form.reset();
  });

  const heading = (form) => {
    const area = form.closest("dialog, .card, section") || form;
    const title = area.querySelector("h1, h2, h3") || document.querySelector("h1");
    return title.textContent.trim();
  };
  const element = (tag, values, ...children) => {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...children);
    return made;
  };
  const ask = (forms, go) => {
    const names = [...new Set(forms.map(heading))].map((name) => `“${name}”`).join("、");
    const stay = element("button", { type: "button", className: "button primary", textContent: "返回，先处理这些内容" });
    const leave = element("button", { type: "button", className: "button refuse", textContent: "不要这些内容，继续" });
    const title = element("h2", { id: "unsaved-title", textContent: "本页还有填写后没有提交的内容" });
    const dialog = element(
      "dialog",
      { id: "unsaved" },
      element("header", {}, title),
      element("div", { className: "stack" }, element("p", { textContent: `${names}中填写或选择的内容没有提交，继续办理后不再保留。` })),
      element("footer", {}, leave, stay),
    );
    dialog.setAttribute("aria-labelledby", title.id);
    stay.addEventListener("click", () => dialog.close());
    leave.addEventListener("click", () => {
      dialog.close();
      forms.forEach((form) => sessionStorage.removeItem(key(form)));
      go();
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    stay.focus();
  };

  // ---- What is typed comes back after the session has ended -----------------------------------------------

  const KEY = "typed|";
  const DAY = 24 * 3600 * 1000;
  const TOKEN = "csrfmiddlewaretoken";
  const { user, posted } = document.body.dataset;
  const PRIVATE = /(^|[_-])(id_?number|identity|id_?card|certificate|secret|password|token)/i;
  const NUMBER = /(^|\D)\d{17}[\dXx](?!\d)/;
  const secret = (one) =>
    one.type === "file" ||
    one.closest("[data-private]") !== null ||
    PRIVATE.test(one.name) ||
    /password|one-time-code/.test(one.autocomplete || "") ||
    NUMBER.test(one.value);
  const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith(KEY));
  const forget = (keep = () => false) =>
    drafts().forEach((key) => {
      if (!keep(key, JSON.parse(sessionStorage.getItem(key)))) sessionStorage.removeItem(key);
    });
  // A page that answers a form stands under the address of that form, which nobody can come back to.
  const here = location.pathname + location.search;
  if (posted === undefined && user) sessionStorage.setItem("page", here);
  const page = posted === undefined ? here : sessionStorage.getItem("page") || here;
  const address = (form) => form.getAttribute("action") || "";
  const key = (form) => {
    const same = [...document.forms].filter((each) => !each.id && address(each) === address(form));
    return [KEY + user, page, form.id || `${address(form)}#${same.indexOf(form)}`].join("|");
  };
  const value = (one) => {
    if (one.type === "checkbox" || one.type === "radio") return one.checked;
    return one.multiple ? [...one.options].map((each) => each.selected) : one.value;
  };
  const first = (one) => {
    if (one.type === "checkbox" || one.type === "radio") return one.defaultChecked;
    if (one.options) return [...one.options].map((each) => each.defaultSelected).join();
    return one.defaultValue;
  };
  const put = (one, kept) => {
    if (one.type === "checkbox" || one.type === "radio") one.checked = kept;
    else if (one.multiple) [...one.options].forEach((each, place) => (each.selected = kept[place] || false));
    else one.value = kept;
  };
  const kept = (form) => counts(form) && !form.querySelector("[autocomplete=current-password][name=username]");
  const keep = (form) => {
    if (!user || !kept(form)) return;
    const all = controls(form).filter((one) => !secret(one));
    const again = refused(form);
    const fields = all
      .filter((one) => again || changed(one))
      .map((one) => ({
        name: one.name,
        place: all.filter((each) => each.name === one.name).indexOf(one),
        value: value(one),
        first: again ? undefined : first(one),
      }));
    const token = form.querySelector(`[name=${TOKEN}]`);
    if (!fields.length) sessionStorage.removeItem(key(form));
    else {
      const draft = { at: Date.now(), token: token ? token.value.slice(0, 16) : "", fields };
      sessionStorage.setItem(key(form), JSON.stringify(draft));
    }
  };
  const give = (form) => {
    const text = kept(form) && sessionStorage.getItem(key(form));
    if (!text || (posted !== undefined && refused(form)) || form.querySelector("[data-restored]")) return;
    const draft = JSON.parse(text);
    const all = controls(form).filter((one) => !secret(one));
    let moved = false;
    const given = draft.fields.filter((field) => {
      const one = all.filter((each) => each.name === field.name)[field.place];
      if (!one || JSON.stringify(value(one)) === JSON.stringify(field.value)) return false;
      moved = moved || (field.first !== undefined && field.first !== first(one));
      put(one, field.value);
      return true;
    });
    if (!given.length) {
      sessionStorage.removeItem(key(form));
      return;
    }
    const when = new Date(draft.at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
    const drop = element("button", { type: "button", className: "button", textContent: "放弃" });
    const words = `已恢复上次未提交的内容（${when}填写）。${moved ? "此页其后已有改动，请核对后再提交。" : ""}选择的文件、密码和身份证号码没有保留。`;
    const note = element("div", { className: "notice" }, element("p", { textContent: words }), element("div", { className: "actions" }, drop));
    note.setAttribute("role", "status");
    note.dataset.tone = moved ? "amber" : "blue";
    note.dataset.restored = "";
    drop.addEventListener("click", () => form.reset());
    form.prepend(note);
  };
  document.addEventListener("reset", (event) => {
    sessionStorage.removeItem(key(event.target));
    event.target.querySelectorAll("[data-restored]").forEach((note) => note.remove());
  });
  // The form of a dialog gets its address when it is opened.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const form = opener && document.querySelector(`#${CSS.escape(opener.dataset.dialog)} form`);
    if (form) setTimeout(() => give(form));
  });

  // Who signs out, or is somebody else, finds nothing; nor does anybody after a day.
  const signOut = () => forget();
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.leave === undefined) return;
    localStorage.setItem("signed-out", Date.now());
    signOut();
  });
  window.addEventListener("storage", (event) => event.key === "signed-out" && event.newValue && signOut());
  if (user) {
    const out = Number(localStorage.getItem("signed-out") || 0);
    const done = (document.cookie.match(/(?:^|; )done=([^;]*)/) || [])[1];
    const mine = (name) => name.startsWith(`${KEY}${user}|`);
    forget((name, draft) => mine(name) && draft.at > Date.now() - DAY && draft.at > out && draft.token !== done);
    if (done) document.cookie = "done=; max-age=0; path=/";
    [...document.forms].forEach(give);
  }

  let wait = 0;
  const keepAll = () => [...document.forms].filter((form) => counts(form)).forEach(keep);
  ["input", "change"].forEach((type) =>
    document.addEventListener(type, () => {
      clearTimeout(wait);
      wait = setTimeout(keepAll, 300);
    }),
  );
  window.addEventListener("portal:reenter", () => {
    keepAll();
    leaving = true;
    location.assign(page);
  });
  // Where the session has ended meanwhile, the way back leads to the page and not to the form's address.
  const sent = (form) => {
    if (!user || form.dataset.leave !== undefined) return;
    keep(form);
    let field = form.querySelector("[name=_page]");
    if (!field) {
      field = element("input", { type: "hidden", name: "_page" });
      form.append(field);
    }
    field.value = page;
  };
})();
