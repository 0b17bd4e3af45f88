// The page: what is typed or pressed goes to the wire and stays here until the server has stored it.

import { byId } from "./dom.js";
import { Tray } from "./files.js";
import { becomeSlot, openPicker, showIdentity } from "./people.js";
import { newId, token, unsent } from "./shelf.js";
import { Timeline } from "./timeline.js";
import { Wire } from "./wire.js";

const MAX_TEXT = 4000;
const ACK_WITHIN_MS = 15_000;
const STATES = { connecting: "正在连接…", open: "在线", closed: "网络已断开，正在重新连接，未发出的内容会保留" };
const FOR_GOOD = ["bad_json", "bad_message", "bad_files", "empty", "too_large", "wrong_type", "bad_request"];

let queue = unsent.get();
let inFlight = null;
let ackTimer = 0;
let retryTimer = 0;
let introduced = false;

const headers = () => wire.headers();
const timeline = new Timeline({ headers, press, resend, discard });
const wire = new Wire(hear, showState, () => timeline.cursor);
const tray = new Tray(headers, refreshSend);
const text = byId("text");

// --- saying ---

/** Put a message on its way: it is kept until the server has stored it. */
function send(words, button, files = []) {
  const message = { id: newId(), text: words, button, files: files.map((file) => file.id), shown: files };
  queue.push(message);
  unsent.set(queue);
  timeline.addPending(message);
  flush();
}

function press(button) {
  send(button.label, button.value);
}

function resend(id) {
  const message = queue.find((one) => one.id === id);
  if (message) message.failed = false;
  timeline.setStatus(id, "发送中…");
  flush();
}

function discard(id) {
  queue = queue.filter((one) => one.id !== id);
  unsent.set(queue);
  timeline.removePending(id);
}

/** Send the oldest message that waits; one at a time keeps them in order. */
function flush() {
  const next = queue.find((message) => !message.failed);
  if (!next || inFlight || retryTimer) return;
  const { id, text: words, button, files } = next;
  if (!wire.say({ id, text: words, button, files })) {
    timeline.setStatus(id, "等待网络恢复后自动发送");
    return;
  }
  inFlight = id;
  clearTimeout(ackTimer);
  ackTimer = setTimeout(() => {
    inFlight = null;
    timeline.setStatus(id, "还没有送达，正在重发…");
    flush();
  }, ACK_WITHIN_MS);
}

function delivered(frame) {
  if (inFlight === frame.id) inFlight = null;
  clearTimeout(ackTimer);
  queue = queue.filter((message) => message.id !== frame.id);
  unsent.set(queue);
  timeline.setStatus(frame.id, frame.note ?? "", { keep: Boolean(frame.note) });
  flush();
}

function notDelivered(frame) {
  if (inFlight === frame.id) inFlight = null;
  clearTimeout(ackTimer);
  const message = queue.find((one) => one.id === frame.id);
  if (!message) return;
  if (FOR_GOOD.includes(frame.code)) {
    message.failed = true;
    unsent.set(queue);
    timeline.setStatus(frame.id, frame.text, { bad: true, actions: true });
    flush();
    return;
  }
  timeline.setStatus(frame.id, frame.text, { bad: true });
  clearTimeout(retryTimer);
  retryTimer = setTimeout(() => {
    retryTimer = 0;
    flush();
  }, (frame.retry_after ?? 5) * 1000);
}

// --- hearing ---

function hear(frame) {
  if (frame.type === "welcome") welcome(frame);
  else if (frame.type === "history") showHistory(frame);
  else if (frame.type === "message") timeline.add([frame]);
  else if (frame.type === "typing") timeline.showTyping();
  else if (frame.type === "ack") delivered(frame);
  else if (frame.type === "error" && frame.id) notDelivered(frame);
  else if (frame.type === "error") showHint(frame.text);
}

async function welcome(frame) {
  if (frame.visitor) {
    token.set(frame.visitor); // new here, or the server does not know us any more
    timeline.clear();
  }
  showIdentity(frame.me, frame.demo, send);
  if (!frame.demo) return;
  const me = await becomeSlot(frame.me, headers());
  if (me !== frame.me) showIdentity(me, true, send);
  if (!me && !introduced && timeline.empty) openPicker();
  introduced = true;
}

function showHistory(frame) {
  if (frame.reset) timeline.clear();
  timeline.add(frame.items);
  if (frame.more !== null) byId("earlier").hidden = !frame.more;
  const stored = new Set(frame.items.map((item) => item.client_id)); // the ack was lost, the message was not
  queue = queue.filter((message) => !stored.has(message.id));
  unsent.set(queue);
  inFlight = null; // what was under way on an old connection is sent again: a repeat is recognised
  showHint("");
  setTimeout(flush);
}

function showState(state) {
  byId("state").dataset.state = state;
  byId("state").textContent = STATES[state];
}

byId("earlier").addEventListener("click", async () => {
  const answer = await fetch(`/chat/history?before=${encodeURIComponent(timeline.firstCursor)}`, { headers: headers() })
    .catch(() => null);
  if (!answer?.ok) {
    showHint("更早的消息没有取到，请稍后再试。");
    return;
  }
  const page = await answer.json();
  timeline.addEarlier(page.items);
  byId("earlier").hidden = !page.more;
});

// --- typing ---

function showHint(words) {
  byId("hint").textContent = words;
  byId("hint").hidden = !words;
}

function refreshSend() {
  const length = [...text.value.trim()].length;
  const tooLong = length > MAX_TEXT;
  byId("send").disabled = tooLong || tray.busy || (length === 0 && tray.files.length === 0);
  if (tooLong) showHint(`已输入 ${length} 字，一条最多 ${MAX_TEXT} 字，请分几条发，或作为文件发来。`);
  else if (!byId("hint").hidden) showHint("");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 168)}px`;
}

function submit() {
  if (byId("send").disabled) return;
  send(text.value.trim(), "", tray.files);
  text.value = "";
  tray.clear();
  refreshSend();
  text.focus();
}

text.addEventListener("input", refreshSend);
text.addEventListener("keydown", (event) => {
  // While an input method is composing, Enter picks a word (229 is how some browsers say so).
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});

for (const message of queue) {
  timeline.addPending(message, { quiet: true });
  if (message.failed) timeline.setStatus(message.id, "没有发出去", { bad: true, actions: true });
}
if (matchMedia("(pointer: coarse)").matches) text.placeholder = "说说您的事";
showIdentity(null, false, send);
wire.connect();
