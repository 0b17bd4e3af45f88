// What this browser keeps between visits, a shelf for each person (?as=…), so that two windows can be two people.

export const slot = (new URLSearchParams(location.search).get("as") ?? "").replace(/[^\w-]/g, "").slice(0, 40);

const memory = new Map(); // private windows may have no storage: then the shelf lasts as long as the page

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return memory.get(name) ?? null;
  }
}

function write(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(name, value);
  } catch {
    // full or forbidden: memory holds it
  }
}

const key = (name) => `zhiqi.${name}.${slot}`;

/** The secret that makes this browser the visitor it is. */
export const token = {
  get: () => read(key("visitor")) ?? "",
  set: (value) => write(key("visitor"), value),
};

/** Messages without an acknowledgement yet, oldest first. */
export const unsent = {
  get() {
    try {
      const list = JSON.parse(read(key("unsent")) ?? "[]");
      return Array.isArray(list) ? list : [];
    } catch {
      return [];
    }
  },
  set: (list) => write(key("unsent"), JSON.stringify(list)),
};

/** Return a message id nobody else makes; `randomUUID` is missing on plain http pages. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
