// One message as an element: bubble, card, list, files, buttons, in that order.

import { el } from "./dom.js";
import { fileNode } from "./files.js";

const ZONE = "Asia/Shanghai";
const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: ZONE });
const date = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric", timeZone: ZONE });
const longDate = new Intl.DateTimeFormat("zh-CN", { year: "numeric", month: "long", day: "numeric", timeZone: ZONE });
const day = new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone: ZONE });

/** Return when a message came, as people say it: 10:03, 昨天 10:03, 11月20日 10:03. */
export function spokenTime(moment, now = new Date()) {
  const time = clock.format(moment);
  if (day.format(moment) === day.format(now)) return time;
  if (day.format(moment) === day.format(new Date(now.getTime() - 86_400_000))) return `昨天 ${time}`;
  const sameYear = day.format(moment).slice(0, 4) === day.format(now).slice(0, 4);
  return `${(sameYear ? date : longDate).format(moment)} ${time}`;
}

/** Return the list entry of a message; `press(button, item)` is called when one of its buttons is pressed. */
export function messageNode(item, { headers, press, onSized }) {
  const mine = item.from === "me";
  const body = el("div", "body", {}, el("span", "visually-hidden", {}, mine ? "我说：" : "智企说："));
  if (item.text) body.append(el("div", "bubble", {}, ...(mine ? [item.text] : withReports(item.text))));
  if (item.card) body.append(cardNode(item.card));
  if (item.items?.length) body.append(listNode(item.items));
  for (const file of [item.image, item.file, ...(item.files ?? [])]) {
    if (file) body.append(fileNode(file, headers, onSized));
  }
  if (item.buttons?.length) body.append(buttonsNode(item, press));
  const line = el("div", "line", {}, mine ? null : el("img", "face", { src: "/static/icon.svg", alt: "" }), body);
  const when = el("time", "when", { dateTime: item.at ?? "", hidden: true });
  return el("li", mine ? "message me" : "message", {}, when, line);
}

// The one kind of link a message may hold: a printable page of this very server. The address is made anew from its path.
const REPORT = /https?:\/\/[^\s\/]+(\/print\/[a-z]+\/[\w-]{40,400})/;

function withReports(text) {
  const found = REPORT.exec(text);
  if (!found) return [text];
  const [address, path] = found;
  const link = el("a", "", { href: new URL(path, location.origin).href, target: "_blank", rel: "noopener" }, address);
  return [text.slice(0, found.index), link, ...withReports(text.slice(found.index + address.length))];
}

function cardNode(card) {
  const fields = el("dl");
  for (const field of card.fields) fields.append(el("dt", "", {}, field.name), el("dd", "", {}, field.value));
  const node = el("section", "card", {}, el("h3", "", {}, card.title));
  if (card.fields.length) node.append(fields);
  if (card.note) node.append(el("p", "", {}, card.note));
  return node;
}

function listNode(items) {
  return el("ol", "items", {}, ...items.map((text) => el("li", "", {}, el("span", "", {}, text))));
}

function buttonsNode(item, press) {
  const group = el("div", "buttons");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "快捷回复");
  for (const button of item.buttons) {
    const node = el("button", button.style === "plain" ? "" : button.style, { type: "button" }, button.label);
    node.dataset.value = button.value;
    node.addEventListener("click", () => press(button, item));
    group.append(node);
  }
  return group;
}

// `intent:…`, `do:…` and `say:…` say by themselves what they mean; other values answer the question asked last and go stale
// as soon as the person says something else.
const standsAlone = (value) => /^(intent|do|say):/.test(value);

/** Make buttons inactive that were used, or whose question has passed. */
export function settleButtons(node, { pressed = null, passed = false }) {
  for (const button of node.querySelectorAll(".buttons button")) {
    if (pressed !== null) {
      button.disabled = true;
      button.classList.toggle("chosen", button.dataset.value === pressed);
    } else if (passed && !standsAlone(button.dataset.value)) {
      button.disabled = true;
    }
  }
}
