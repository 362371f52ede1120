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
  const counts = (form) => form.method === "post" && !form.hidden && form.dataset.plain === undefined;
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
      if (form.method !== "post") return;
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
      go();
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    stay.focus();
  };
})();
