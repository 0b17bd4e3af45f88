// The messages on the page, in order, each once, whatever comes twice or late.

import { byId, el } from "./dom.js";
import { messageNode, settleButtons, spokenTime } from "./message.js";

const GAP_MS = 5 * 60_000;
const TYPING_MS = 30_000;
const NEAR_END_PX = 120;

const micros = (cursor) => Number(cursor.split("-", 1)[0]);

/** `options`: headers(), press(button, item), resend(id), discard(id). */
export class Timeline {
  #log = byId("log");
  #list = byId("messages");
  #shown = new Map(); // id -> {item, node}
  #order = [];
  #pending = new Map(); // client id -> node
  #options;
  #typingTimer = 0;
  #unseen = 0;

  constructor(options) {
    this.#options = { ...options, onSized: () => this.#atEnd && this.toEnd() };
    this.#log.addEventListener("scroll", () => {
      this.#atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_END_PX;
      if (this.#atEnd) byId("newer").hidden = true;
    });
    byId("newer").addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.#log);
    document.addEventListener("visibilitychange", () => this.#count(0));
  }

  #atEnd = true;

  get cursor() {
    return this.#order.at(-1)?.cursor ?? "";
  }

  get firstCursor() {
    return this.#order[0]?.cursor ?? "";
  }

  get empty() {
    return this.#shown.size === 0 && this.#pending.size === 0;
  }

  /** Forget everything shown (a new visitor, or too much was missed). */
  clear() {
    for (const { node } of this.#shown.values()) node.remove();
    this.#shown.clear();
    this.#order = [];
  }

  /** Show messages that came (again). */
  add(items) {
    const stay = this.#atEnd;
    for (const item of items) this.#addOne(item);
    this.#changed(stay);
    if (!stay && items.some((item) => item.from === "bot")) byId("newer").hidden = false;
  }

  /** Show earlier messages above, without moving what is being read. */
  addEarlier(items) {
    const height = this.#log.scrollHeight;
    for (const item of items) this.#addOne(item);
    this.#log.scrollTop += this.#log.scrollHeight - height;
  }

  /** Show a message of ours that is on its way. */
  addPending(message, { quiet = false } = {}) {
    const item = { from: "me", text: message.text, files: message.shown ?? [], at: "" };
    const node = messageNode(item, this.#options);
    this.#pending.set(message.id, node);
    this.#list.append(node);
    if (!quiet) this.#markUsed({ from: "me", button: message.button ?? "" }, this.#order.length);
    this.#changed(true);
  }

  /** Say under a message how it stands: "" when nothing is to be said. */
  setStatus(id, text, { bad = false, actions = false, keep = false } = {}) {
    const node = this.#pending.get(id) ?? [...this.#shown.values()].find(({ item }) => item.client_id === id)?.node;
    if (!node) return;
    node.querySelector(".status")?.remove();
    if (!text) return;
    const status = el("p", bad ? "status bad" : "status", {}, text);
    if (keep) status.dataset.keep = "yes";
    if (actions) {
      status.append(
        el("button", "", { type: "button", onclick: () => this.#options.resend(id) }, "重新发送"),
        el("button", "", { type: "button", onclick: () => this.#options.discard(id) }, "删除"),
      );
    }
    node.append(status);
    if (this.#atEnd) this.toEnd();
  }

  /** Take back a message that will not be sent. */
  removePending(id) {
    this.#pending.get(id)?.remove();
    this.#pending.delete(id);
    this.#changed(false);
  }

  showTyping() {
    byId("typing").hidden = false;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#hideTyping(), TYPING_MS);
    if (this.#atEnd) this.toEnd();
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#atEnd = true;
    byId("newer").hidden = true;
  }

  #hideTyping() {
    clearTimeout(this.#typingTimer);
    byId("typing").hidden = true;
  }

  #addOne(item) {
    if (this.#shown.has(item.id)) return;
    const node = this.#adopted(item) ?? messageNode(item, this.#options);
    if (item.from === "bot") {
      this.#hideTyping();
      if (document.hidden) this.#count(this.#unseen + 1);
    }
    const place = this.#placeOf(item);
    const next = this.#order[place];
    const before = next ? this.#shown.get(next.id).node : [...this.#pending.values()][0] ?? null;
    if (!node.parentNode || node.nextElementSibling !== before) this.#list.insertBefore(node, before);
    this.#order.splice(place, 0, item);
    this.#shown.set(item.id, { item, node });
    this.#separate(place);
    this.#separate(place + 1);
    this.#markUsed(item, place);
    if (item.from === "bot") this.#markPassed(item, place, node);
  }

  /** Return the element that already shows this message of ours: a second one would be read aloud again. */
  #adopted(item) {
    const node = item.from === "me" ? this.#pending.get(item.client_id) : null;
    this.#pending.delete(item.client_id);
    const note = node?.querySelector(".status");
    if (note && !note.dataset.keep) note.remove();
    const same = node && (node.querySelector(".bubble")?.textContent ?? "") === item.text;
    if (node && !same) node.remove();
    return same ? node : null;
  }

  #placeOf(item) {
    let place = this.#order.length;
    while (place > 0) {
      const other = this.#order[place - 1];
      const later = micros(other.cursor) - micros(item.cursor) || (other.id > item.id ? 1 : -1);
      if (later < 0) break;
      place -= 1;
    }
    return place;
  }

  /** A message of ours ends what stood open before it; a pressed button marks the group it belongs to. */
  #markUsed(item, place) {
    if (item.from !== "me") return;
    let wanted = item.button;
    for (let index = place - 1; index >= 0; index -= 1) {
      const { item: other, node } = this.#shown.get(this.#order[index].id);
      const held = wanted && other.buttons?.some((button) => button.value === wanted);
      settleButtons(node, held ? { pressed: wanted } : { passed: true });
      if (held) wanted = "";
    }
  }

  /** An answer that comes into the page above something we said since has been dealt with. */
  #markPassed(item, place, node) {
    if (!item.buttons?.length) return;
    const since = this.#order.slice(place + 1).filter((other) => other.from === "me");
    const press = since.find((other) => item.buttons.some((button) => button.value === other.button));
    const between = press && this.#order.slice(place + 1, this.#order.indexOf(press));
    const taken = between?.some((other) => other.buttons?.some((button) => button.value === press.button));
    if (press && !taken) settleButtons(node, { pressed: press.button });
    else if (since.length) settleButtons(node, { passed: true });
  }

  /** Show the time above a message that starts a new stretch of talk. */
  #separate(place) {
    const item = this.#order[place];
    if (!item) return;
    const earlier = this.#order[place - 1];
    const when = this.#shown.get(item.id).node.querySelector(".when");
    when.hidden = Boolean(earlier) && new Date(item.at) - new Date(earlier.at) < GAP_MS;
    when.textContent = spokenTime(new Date(item.at));
  }

  #changed(toEnd) {
    byId("intro").hidden = !this.empty;
    if (toEnd) this.toEnd();
  }

  #count(unseen) {
    this.#unseen = unseen;
    document.title = unseen ? `(${unseen}) 智企助手` : "智企助手";
  }
}
