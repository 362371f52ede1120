// Small behaviours on top of pages that also work without them.
(() => {
  "use strict";

  // A form is sent once: the second press of an impatient hand does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.dataset.many !== undefined) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) button.dataset.busy = "1";
    // Downloads leave the page where it is; let it be used again.
    setTimeout(() => release(form, button), form.method === "get" ? 0 : 8000);
  });
  const release = (form, button) => {
    delete form.dataset.sent;
    if (button) delete button.dataset.busy;
  };
  // Pages that come back from history must not keep their buttons asleep.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("[data-busy]").forEach((button) => delete button.dataset.busy);
  });

  // Dialogs: <button data-dialog="id">, <button data-close>. A link opens its page where this fails.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      fill(dialog, opener);
      dialog.showModal();
      return;
    }
    const closer = event.target.closest("[data-close]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  // data-dialog-action sets the form's address, data-dialog-text the words of [data-dialog-slot].
  const fill = (dialog, opener) => {
    const form = dialog.querySelector("form");
    if (form && opener.dataset.dialogAction) form.action = opener.dataset.dialogAction;
    dialog.querySelectorAll("[data-dialog-slot]").forEach((slot) => {
      if (opener.dataset.dialogText !== undefined) slot.textContent = opener.dataset.dialogText;
    });
    const list = opener.closest("[data-bulk]");
    if (list && form) carry(list, form);
  };
  // A dialog opened from the bulk bar acts on the ticked rows.
  const carry = (list, form) => {
    form.querySelectorAll("[data-carried]").forEach((input) => input.remove());
    const all = list.querySelectorAll("#bulk-form [name=query], [name=all]:checked");
    [...all, ...list.querySelectorAll("[data-row]:checked")].forEach((box) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: box.name, value: box.value });
      input.dataset.carried = "";
      form.append(input);
    });
    form.querySelectorAll("[data-count]").forEach((slot) => {
      slot.textContent = list.querySelectorAll("[data-row]:checked").length;
    });
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
    if (event.key === "Escape") {
      const menu = document.querySelector("details[data-menu][open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });

  // Bulk bar: stands in the toolbar's place as long as rows are ticked.
  const tick = (list) => {
    const boxes = [...list.querySelectorAll("[data-row]")];
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("selected", box.checked));
    const all = list.querySelector("[data-all]");
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    const bulk = list.querySelector(".bulk");
    const toolbar = list.querySelector(".toolbar");
    if (!bulk) return;
    bulk.hidden = chosen.length === 0;
    if (toolbar) toolbar.hidden = chosen.length > 0;
    bulk.querySelectorAll("[data-count]").forEach((slot) => (slot.textContent = chosen.length));
  };
  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-bulk]");
    if (list && event.target.matches("[data-all]")) {
      list.querySelectorAll("[data-row]").forEach((box) => (box.checked = event.target.checked));
    }
    if (list && event.target.matches("[data-all], [data-row]")) tick(list);
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-drop] input[type=file]")) name(event.target);
  });
  const start = (root) => {
    root.querySelectorAll("[data-bulk]").forEach(tick);
    const focus = root.querySelector("[data-focus]");
    if (focus) focus.focus();
  };
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-bulk]").forEach(tick));
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:afterSwap", (event) => start(event.target));

  // Drop zone: the file falls into the ordinary file input.
  const name = (input) => {
    const zone = input.closest("[data-drop]");
    const label = zone.querySelector("[data-drop-name]");
    const files = [...input.files];
    zone.classList.toggle("chosen", files.length > 0);
    if (label.dataset.empty === undefined) label.dataset.empty = label.textContent;
    label.textContent = files.length
      ? files.map((file) => `${file.name}（${weight(file.size)}）`).join("、")
      : label.dataset.empty;
  };
  const weight = (size) => (size < 1048576 ? `${Math.ceil(size / 1024)} KB` : `${(size / 1048576).toFixed(1)} MB`);
  const zone = (event) => event.target.closest && event.target.closest("[data-drop]");
  ["dragenter", "dragover"].forEach((type) =>
    document.addEventListener(type, (event) => {
      const over = zone(event);
      if (!over) return;
      event.preventDefault();
      over.classList.add("over");
    }),
  );
  ["dragleave", "drop"].forEach((type) =>
    document.addEventListener(type, (event) => {
      const over = zone(event);
      if (over) over.classList.remove("over");
    }),
  );
  document.addEventListener("drop", (event) => {
    const over = zone(event);
    if (!over) return;
    event.preventDefault();
    const input = over.querySelector("input[type=file]");
    const files = event.dataTransfer.files;
    if (!files.length) return;
    const one = new DataTransfer();
    [...files].slice(0, input.multiple ? files.length : 1).forEach((file) => one.items.add(file));
    input.files = one.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Printing is the browser's own.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  // A list opened in full for paper.
  if (location.hash === "#print" && !document.querySelector("[data-no-print]")) window.addEventListener("load", () => window.print());
})();
