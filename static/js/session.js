// Says in time that the session is about to end. All tabs of one browser agree on when: the last one that worked.
(() => {
  "use strict";
  const { sessionLeft, session } = document.body.dataset;
  if (!sessionLeft) return;
  const ENDS = "session-ends";
  const WARNED = 120;
  const note = (seconds) => {
    const ends = Date.now() + seconds * 1000;
    if (ends > Number(localStorage.getItem(ENDS) || 0)) localStorage.setItem(ENDS, ends);
  };
  const left = () => Math.round((Number(localStorage.getItem(ENDS)) - Date.now()) / 1000);
  note(Number(sessionLeft));

  const element = (tag, values, ...children) => {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...children);
    return made;
  };
  let dialog = null;
  const text = element("p", {});
  const title = element("h2", { id: "session-title" });
  const go = element("button", { type: "button", className: "button primary" });
  const show = () => {
    if (!dialog) {
      dialog = element("dialog", { id: "session" }, element("header", {}, title), element("div", { className: "stack" }, text), element("footer", {}, go));
      dialog.setAttribute("aria-labelledby", title.id);
      document.body.append(dialog);
    }
    if (!dialog.open) dialog.showModal();
  };
  const look = () => {
    const seconds = left();
    if (seconds > WARNED) {
      if (dialog && dialog.open) dialog.close();
      return;
    }
    const ended = seconds <= 0;
    title.textContent = ended ? "登录已失效" : "登录即将失效";
    text.textContent = ended
      ? "填写的文字保留在本浏览器中，重新登录后回到本页自动恢复；选择的文件、密码和身份证号码须重新填写。"
      : `30 分钟没有办理，还有 ${seconds >= 60 ? `${Math.floor(seconds / 60)} 分 ` : ""}${seconds % 60} 秒自动退出。`;
    go.textContent = ended ? "重新登录" : "继续";
    show();
  };
  go.addEventListener("click", async () => {
    if (left() <= 0) {
      window.dispatchEvent(new Event("portal:reenter"));
      return;
    }
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(session, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" });
    if (answer.ok) note((await answer.json()).left);
    else localStorage.setItem(ENDS, 0);
    look();
  });
  window.addEventListener("storage", (event) => event.key === ENDS && look());
  setInterval(look, 1000);
})();
