"""How the web side answers when something is wrong: one JSON shape, in Chinese, and the headers of every response."""

import json
from collections.abc import Mapping

from aiohttp import web
from multidict import CIMultiDict

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
)
HEADERS = CIMultiDict(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Server": "zhiqibot",
    }
)
TEXTS = {
    400: ("bad_request", "没有看懂这次请求，请刷新页面后再试。"),
    401: ("unknown_visitor", "访客身份已失效，请刷新页面。"),
    403: ("forbidden", "没有权限进行这个操作。"),
    404: ("not_found", "没有找到您要的内容。"),
    405: ("method_not_allowed", "不支持这种访问方式。"),
    408: ("too_slow", "数据传得太慢，连接已断开，请检查网络后再试。"),
    413: ("too_large", "发送的内容太大了，请精简或分几次发送。"),
    415: ("wrong_type", "不支持这种数据格式。"),
    429: ("too_fast", "操作有点频繁，请稍等一会儿再试。"),
    431: ("too_large", "请求头太大，无法处理。"),
    500: ("internal", "抱歉，系统出了点问题，请稍后再试；急事请直接拨打助企办电话。"),
    503: ("unavailable", "系统暂时繁忙，您的内容还没有收到，请稍后再发。"),
}
RETRY_AFTER_S = 5


class Problem(Exception):
    """A request that cannot be done; `str(problem)` is the sentence the person reads."""

    def __init__(self, status: int, text: str = "", *, code: str = "", retry_after_s: int = 0) -> None:
        usual_code, usual_text = TEXTS.get(status, TEXTS[400] if status < 500 else TEXTS[500])
        self.status = status
        self.code = code or usual_code
        self.retry_after_s = retry_after_s or (RETRY_AFTER_S if status == 503 else 0)
        super().__init__(text or usual_text)

    def response(self) -> web.Response:
        """Return the problem as an HTTP response."""
        response = web.json_response(text=dumps({"error": self.frame()}), status=self.status)
        if self.retry_after_s:
            response.headers["Retry-After"] = str(self.retry_after_s)
        secure(response)
        return response

    def frame(self) -> dict[str, object]:
        """Return what a WebSocket error frame says."""
        frame: dict[str, object] = {"code": self.code, "text": str(self)}
        return frame | {"retry_after": self.retry_after_s} if self.retry_after_s else frame


def dumps(content: Mapping[str, object]) -> str:
    """Write JSON with Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def secure(response: web.StreamResponse) -> None:
    """Set the security headers; answers that say nothing about caching must not be kept."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
