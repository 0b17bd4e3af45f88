// telegram-test-api made faithful enough for python-telegram-bot.  Usage: node telegram_test_api.cjs PORT
// Mended: is_bot, chat_instance, seconds, the webhook's secret header, null results, error bodies, 403, 429.
const TelegramServer = require("telegram-test-api");
const express = require("express");
const axios = require("axios");

const port = Number(process.argv[2]);
const calls = [];
const ALWAYS_TRUE = ["answerCallbackQuery", "sendChatAction", "setMyCommands"];
const seconds = (moment) => (moment > 1e11 ? Math.floor(moment / 1000) : moment);

const format = TelegramServer.formatUpdate.bind(TelegramServer);
TelegramServer.formatUpdate = (update) => {
  const out = format(update);
  if (out.callback_query) out.callback_query.chat_instance = "1";
  const message = out.message || out.callback_query.message;
  message.message_id = message.message_id || 1;
  message.date = seconds(message.date || Date.now());
  return out;
};

class Server extends TelegramServer {
  async addUserUpdate(update) {
    const hook = this.webhooks[update.botToken];
    if (!hook) return super.addUserUpdate(update);
    const headers = hook.secret_token ? { "X-Telegram-Bot-Api-Secret-Token": hook.secret_token } : {};
    this.updateId += 1;
    const body = TelegramServer.formatUpdate({ ...update, updateId: this.updateId });
    const answer = await axios.post(hook.url, body, { headers, validateStatus: () => true });
    calls.push({ method: "_webhook", status: answer.status });
    return undefined;
  }
}

const server = new Server({ port, host: "127.0.0.1", storeTimeout: 600 });
const mended = (body) => {
  if (body && body.ok === undefined && body.message !== undefined) {
    return { ok: false, error_code: 400, description: `Bad Request: ${body.message}` };
  }
  if (body && body.ok && body.result === null) return { ...body, result: true };
  if (body && body.result && body.result.date) {
    const { link_preview_options: _echo, ...result } = body.result; // comes back as the string that was sent
    return { ...body, result: { ...result, date: seconds(result.date) } };
  }
  return body;
};
const refusal = (call) => {
  if (String(call.chat_id) === "403") return [403, { description: "Forbidden: bot was blocked by the user" }];
  const text = String(call.text || "");
  if (text.startsWith("#429")) return [429, { description: "Too Many Requests", parameters: { retry_after: 7 } }];
  if (text.includes("#badmarkup") && call.parse_mode) return [400, { description: "Bad Request: can't parse entities" }];
  return null;
};

const outer = express();
outer.use(express.json(), express.urlencoded({ extended: true }));
outer.get("/_calls", (_request, response) => response.json(calls));
outer.use((request, response, next) => {
  const found = /^\/bot([^/]+)\/(\w+)/.exec(request.path);
  const json = response.json.bind(response);
  response.json = (body) => json(mended(body));
  if (!found) return next();
  const call = { method: found[2], ...request.body };
  if (call.method !== "getUpdates") calls.push(call);
  if (call.method === "getMe") {
    return json({ ok: true, result: { id: 123, is_bot: true, first_name: "智企", username: "zhiqi_test_bot" } });
  }
  if (ALWAYS_TRUE.includes(call.method)) return json({ ok: true, result: true });
  const refused = refusal(call);
  if (!refused) return next();
  return response.status(refused[0]) && json({ ok: false, error_code: refused[0], ...refused[1] });
});
outer.use((request, response) => server.inner(request, response));
server.inner = server.webServer;
server.webServer = outer;
server.start().then(() => console.log("ready"));
