// The connection: a WebSocket, or a streamed fetch with POSTs where a proxy breaks WebSockets. Both carry the same frames.

import { token } from "./shelf.js";

const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 12_000;
const OPEN_WITHIN_MS = 10_000;
const SILENT_STREAM_MS = 55_000;
const LONGEST_PAUSE_MS = 30_000;
const SOCKET_TRIES = 2;

/** Calls `onFrame(frame)` for everything the server says and `onState("connecting" | "open" | "closed")`. */
export class Wire {
  #onFrame;
  #onState;
  #cursor;
  #socket = null;
  #stream = null;
  #plain = false;
  #failures = 0;
  #socketFailures = 0;
  #timer = 0;
  #watch = 0;

  /** `cursor()` returns the place of the newest message shown, so that a reconnect resumes there. */
  constructor(onFrame, onState, cursor) {
    this.#onFrame = onFrame;
    this.#onState = onState;
    this.#cursor = cursor;
    addEventListener("online", () => this.connect());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.open) this.connect();
    });
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN || this.#stream?.ready === true;
  }

  /** Connect now, unless a connection stands or is being made. */
  connect() {
    clearTimeout(this.#timer);
    if (this.#socket || this.#stream) return;
    this.#onState("connecting");
    if (this.#plain) this.#openStream();
    else this.#openSocket();
  }

  /** Send a message; its ack or error arrives as a frame. False when there is no connection. */
  say(message) {
    if (!this.open) return false;
    const frame = { type: "say", ...message };
    if (this.#socket) this.#socket.send(JSON.stringify(frame));
    else this.#post(frame);
    return true;
  }

  #openSocket() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/chat/ws`);
    this.#socket = socket;
    let welcomed = false;
    this.#deadline(OPEN_WITHIN_MS, () => this.#dropSocket(socket, welcomed));
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: "hello", visitor: token.get(), after: this.#cursor() }));
    socket.onmessage = (event) => {
      const frame = JSON.parse(event.data);
      if (frame.type === "welcome") welcomed = true;
      this.#deadline(PING_EVERY_MS, () => this.#ping(socket, welcomed));
      this.#hear(frame);
    };
    socket.onclose = () => this.#dropSocket(socket, welcomed);
  }

  #ping(socket, welcomed) {
    socket.send(JSON.stringify({ type: "ping" }));
    this.#deadline(PONG_WITHIN_MS, () => this.#dropSocket(socket, welcomed));
  }

  #dropSocket(socket, welcomed) {
    if (this.#socket !== socket) return;
    this.#socket = null;
    socket.onclose = socket.onmessage = socket.onopen = null;
    socket.close();
    this.#socketFailures = welcomed ? 0 : this.#socketFailures + 1;
    if (this.#socketFailures >= SOCKET_TRIES) this.#plain = !this.#plain;
    this.#comeBack();
  }

  async #openStream() {
    const stream = { ready: false, abort: new AbortController() };
    this.#stream = stream;
    try {
      this.#deadline(OPEN_WITHIN_MS, () => stream.abort.abort());
      const welcome = await fetch("/chat/hello", { method: "POST", headers: this.headers(), signal: stream.abort.signal });
      if (!welcome.ok) throw new Error("hello");
      this.#hear(await welcome.json());
      const url = `/chat/events?after=${encodeURIComponent(this.#cursor())}`;
      const answer = await fetch(url, { headers: this.headers(), signal: stream.abort.signal });
      if (!answer.ok) throw new Error("events");
      await this.#readStream(stream, answer.body.getReader());
    } catch {
      // whatever broke the stream, the next try follows
    }
    if (this.#stream !== stream) return;
    this.#stream = null;
    stream.abort.abort();
    if (!stream.ready) this.#plain = false; // neither way works now: start over with the better one
    this.#socketFailures = 0;
    this.#comeBack();
  }

  async #readStream(stream, reader) {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      this.#deadline(SILENT_STREAM_MS, () => stream.abort.abort());
      const { done, value } = await reader.read();
      if (done) return;
      const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        stream.ready = true;
        this.#hear(JSON.parse(event.slice("data: ".length)));
      }
    }
  }

  async #post(frame) {
    const headers = { ...this.headers(), "Content-Type": "application/json" };
    try {
      const answer = await fetch("/chat/messages", { method: "POST", headers, body: JSON.stringify(frame) });
      const content = await answer.json();
      this.#hear(answer.ok ? content : { type: "error", id: frame.id, ...content.error });
    } catch {
      this.#hear({ type: "error", id: frame.id, code: "unavailable", text: "网络不通，稍后自动重发。", retry_after: 5 });
    }
  }

  /** Return the header that names the visitor. */
  headers() {
    return token.get() ? { "X-Visitor": token.get() } : {};
  }

  #hear(frame) {
    if (frame.type === "history") {
      this.#failures = 0;
      this.#onFrame(frame);
      this.#onState("open");
    } else {
      this.#onFrame(frame);
    }
  }

  #comeBack() {
    clearTimeout(this.#watch);
    this.#onState("closed");
    const pause = Math.min(LONGEST_PAUSE_MS, 700 * 2 ** this.#failures) * (0.7 + 0.6 * Math.random());
    this.#failures = Math.min(this.#failures + 1, 8);
    this.#timer = setTimeout(() => this.connect(), pause);
  }

  #deadline(ms, action) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(action, ms);
  }
}
