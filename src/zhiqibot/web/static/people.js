// Who I am, what my menu holds, and in a demo world: choosing somebody to be.

import { byId, el, icon } from "./dom.js";
import { slot } from "./shelf.js";

const ENTRIES = {
  report: ["反映问题", "report_issue", "report"],
  status: ["查进度", "ticket_status", "progress"],
  policy: ["问政策", "ask_policy", "policy"],
  event: ["活动报名", "book_event", "event"],
  match: ["我能享受哪些政策", "match_policy", "match"],
  human: ["转人工", "human_agent", "human"],
  bind: ["绑定企业身份", "bind_identity", "bind"],
  tasks: ["我的任务", "my_tasks", "tasks"],
  visit: ["记录走访", "log_visit", "visit"],
  accept: ["签收工单", "accept_ticket", "tasks"],
  resolve: ["办结工单", "resolve_ticket", "match"],
  update: ["反馈进展", "progress_update", "report"],
  assign: ["交办工单", "assign_ticket", "progress"],
  stats: ["统计台账", "report_stats", "stats"],
  notice: ["发通知", "broadcast", "notice"],
  create: ["新建活动", "create_event", "event"],
  help: ["使用帮助", "help", "help"],
};

const MENUS = {
  enterprise: ["report", "status", "policy", "event", "match", "human", "help"],
  cadre: ["tasks", "visit", "update", "status", "policy", "event", "help"],
  clerk: ["tasks", "accept", "update", "resolve", "status", "policy", "human", "help"],
  office: ["tasks", "stats", "notice", "assign", "create", "status", "policy", "help"],
  supervisor: ["tasks", "stats", "status", "policy", "help"],
  stranger: ["report", "policy", "event", "match", "bind", "human", "help"],
};

const EXAMPLES = {
  enterprise: ["集聚区车间又停电了，供电所电话没人接", "企业招用应届毕业生有什么补贴？", "帮我报名周五的早餐会"],
  cadre: ["我包联的企业有哪些事没办完？", "今天去德润机械走访了，记一下", "企业升规有什么奖励？"],
  clerk: ["有哪些工单等我签收？", "我手上的工单快到期的有哪些？"],
  office: ["这个月各单位办结情况怎么样？", "给纺织企业发一条稳岗政策通知", "哪些工单超期了？"],
};

const GROUPS = { enterprise: "企业", cadre: "助企干部", clerk: "承办单位", office: "助企办", supervisor: "监督员" };

/** Fill both menus, the examples and the identity for this person; `send(text, button)` says something. */
export function showIdentity(me, demo, send) {
  const role = me?.role ?? "stranger";
  for (const menu of [byId("side-menu"), byId("chips")]) {
    menu.replaceChildren(...(MENUS[role] ?? MENUS.stranger).map((name) => menuButton(ENTRIES[name], send)));
  }
  byId("examples").replaceChildren(
    ...(EXAMPLES[role] ?? EXAMPLES.enterprise).map((text) =>
      el("li", "", {}, el("button", "", { type: "button", onclick: () => send(text, "") }, `“${text}”`)),
    ),
  );
  byId("who").hidden = !demo && !me;
  byId("who").disabled = !demo;
  byId("who-name").textContent = me ? `我是${me.name}` : "我是访客";
  const lines = me
    ? [el("strong", "", {}, me.name), el("span", "", {}, me.organisation), el("span", "", {}, me.title)]
    : [el("strong", "", {}, "访客"), el("span", "", {}, "绑定企业后，可查看本企业的诉求和活动")];
  if (demo) lines.push(el("button", "", { type: "button", onclick: openPicker }, "换一个人"));
  byId("identity").replaceChildren(...lines);
}

function menuButton([label, intent, image], send) {
  const button = el("button", "", { type: "button" }, icon(image), label);
  button.addEventListener("click", () => send(label, `intent:${intent}`));
  return button;
}

/** Open the list of people of the demo. */
export async function openPicker() {
  if (!byId("people").open) byId("people").showModal();
  const answer = await fetch("/chat/people").catch(() => null);
  if (!answer?.ok) {
    byId("people-list").replaceChildren(el("p", "sheet-note", {}, "名单没有取到，请检查网络后重试。"));
    return;
  }
  const { people } = await answer.json();
  const list = byId("people-list");
  list.replaceChildren();
  for (const role of Object.keys(GROUPS)) {
    const group = people.filter((person) => person.role === role);
    if (group.length) list.append(el("h3", "", {}, GROUPS[role]), el("ul", "", {}, ...group.map(personNode)));
  }
}

function personNode(person) {
  const words = el("span", "", {}, el("b", "", {}, person.name));
  words.append(el("small", "", {}, [person.organisation, person.title].filter(Boolean).join(" · ")));
  const avatar = el("span", "avatar", {}, person.name.slice(0, 1));
  avatar.setAttribute("aria-hidden", "true");
  const button = el("button", "", { type: "button" }, avatar, words);
  button.setAttribute("aria-current", String(person.id === slot));
  // Everyone has a slot, and with it a conversation, of their own.
  button.addEventListener("click", () => location.assign(`/?as=${encodeURIComponent(person.id)}`));
  return el("li", "", {}, button);
}

/** In a demo, be the person the address names; return who we are now. */
export async function becomeSlot(me, headers) {
  if (!slot || me?.id === slot) return me;
  const answer = await fetch("/chat/become", {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ person: slot }),
  }).catch(() => null);
  return answer?.ok ? (await answer.json()).me : me;
}

byId("who").addEventListener("click", openPicker);
byId("people-close").addEventListener("click", () => byId("people").close());
byId("people").addEventListener("click", (event) => {
  if (event.target === byId("people")) byId("people").close(); // the backdrop
});
