// Files: sending with progress, and showing what only this visitor may see (fetched with the header, shown as a blob).

import { byId, el, icon, readableSize } from "./dom.js";

const MAX_FILE = 20 * 1024 * 1024;
const MAX_FILES = 9;

/** The row of files waiting above the input. */
export class Tray {
  #list = byId("tray");
  #entries = [];
  #headers;
  #onChange;

  constructor(headers, onChange) {
    this.#headers = headers;
    this.#onChange = onChange;
    byId("attach").addEventListener("click", () => byId("picker").click());
    byId("picker").addEventListener("change", (event) => {
      this.add(event.target.files);
      event.target.value = "";
    });
    this.#acceptDrops(byId("chat"));
    byId("text").addEventListener("paste", (event) => {
      const files = event.clipboardData?.files ?? [];
      if (files.length) {
        event.preventDefault();
        this.add(files);
      }
    });
  }

  get busy() {
    return this.#entries.some((entry) => entry.state === "going");
  }

  get files() {
    return this.#entries.filter((entry) => entry.state === "done").map((entry) => entry.file);
  }

  /** Empty the tray of what was sent. */
  clear() {
    for (const entry of this.#entries.filter((one) => one.state === "done")) this.#remove(entry);
  }

  /** Start sending these files. */
  add(files) {
    for (const file of files) {
      const entry = { state: "going", file: null, request: null };
      const bar = el("progress", "", { max: 1, value: 0 });
      const label = el("span", "", {}, file.name);
      const close = el("button", "round", { type: "button" }, icon("close"));
      close.setAttribute("aria-label", `移除 ${file.name}`);
      close.addEventListener("click", () => this.#remove(entry));
      entry.node = el("li", "", {}, label, close, bar);
      this.#list.append(entry.node);
      this.#entries.push(entry);
      if (file.size > MAX_FILE) this.#fail(entry, `${file.name}：文件超过 20 MB，请压缩或分成几份后再发。`);
      else if (this.#entries.length > MAX_FILES) this.#fail(entry, `${file.name}：一次最多发 ${MAX_FILES} 个文件。`);
      else this.#send(entry, file, bar);
    }
    this.#changed();
  }

  #send(entry, file, bar) {
    const form = new FormData();
    form.append("file", file, file.name || "截图.png");
    const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
    entry.request = request;
    request.open("POST", "/chat/files");
    for (const [name, value] of Object.entries(this.#headers())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    };
    request.onload = () => {
      if (request.status !== 200) {
        this.#fail(entry, `${file.name}：${request.response?.error?.text ?? "没有发成功，请稍后再试。"}`);
        return;
      }
      entry.state = "done";
      entry.file = request.response.file;
      bar.remove();
      this.#changed();
    };
    request.onerror = () => this.#fail(entry, `${file.name}：没有发成功，请检查网络后再试。`);
    request.send(form);
  }

  #fail(entry, text) {
    entry.state = "failed";
    entry.node.className = "bad";
    entry.node.querySelector("progress")?.remove();
    entry.node.querySelector("span").textContent = text;
    this.#changed();
  }

  #remove(entry) {
    entry.request?.abort();
    entry.node.remove();
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#changed();
  }

  #changed() {
    this.#list.hidden = this.#entries.length === 0;
    this.#onChange();
  }

  #acceptDrops(area) {
    const sign = byId("drop");
    let depth = 0; // enter and leave also fire for every child
    const show = (change) => {
      depth = Math.max(0, depth + change);
      sign.hidden = depth === 0;
    };
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    area.addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
    area.addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
    area.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    area.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      show(-depth);
      this.add(event.dataTransfer.files);
    });
  }
}

/** Return the element that shows a file of a message: a thumbnail, or a button that saves it. */
export function fileNode(file, headers, onSized) {
  return file.kind === "image" && file.id ? thumbnail(file, headers, onSized) : saver(file, headers);
}

async function fetchBlob(file, headers) {
  const answer = await fetch(`/chat/files/${file.id}`, { headers: headers() });
  if (!answer.ok) throw new Error("file");
  return URL.createObjectURL(await answer.blob());
}

function thumbnail(file, headers, onSized) {
  const name = file.name || "图片";
  const image = el("img", "", { alt: name });
  const button = el("button", "thumb", { type: "button", title: name }, image);
  button.setAttribute("aria-label", `查看图片 ${name}`);
  image.addEventListener("load", onSized);
  button.addEventListener("click", () => {
    byId("viewer-image").src = image.src;
    byId("viewer-image").alt = name;
    byId("viewer").showModal();
  });
  fetchBlob(file, headers).then(
    (url) => (image.src = url),
    () => button.replaceWith(saver({ ...file, id: "" }, headers)),
  );
  return button;
}

function saver(file, headers) {
  const words = file.id ? readableSize(file.size) : "无法打开，可能已过期";
  const text = el("span", "", {}, el("b", "", {}, file.name || "未命名"), el("small", "", {}, words));
  const button = el("button", "file", { type: "button", disabled: !file.id }, icon("file"), text);
  button.addEventListener("click", async () => {
    try {
      const url = await fetchBlob(file, headers);
      el("a", "", { href: url, download: file.name || "文件" }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch {
      text.lastChild.textContent = "下载没有成功，请稍后再试";
    }
  });
  return button;
}

for (const id of ["viewer", "viewer-close"]) {
  byId(id).addEventListener("click", () => byId("viewer").close());
}
