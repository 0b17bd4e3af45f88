"""The demo county's “who am I”: a visitor picks a person to play."""

from dataclasses import dataclass

from aiohttp import web

from zhiqibot.core.errors import PersonError
from zhiqibot.web.answers import Problem, dumps
from zhiqibot.web.parts import DemoPeople
from zhiqibot.web.reading import read_json
from zhiqibot.web.reception import Reception


@dataclass(frozen=True)
class People:
    """Two endpoints that exist in demo worlds only."""

    demo: DemoPeople
    reception: Reception

    async def list(self, request: web.Request) -> web.Response:
        """Answer everyone who can be played."""
        return web.json_response(text=dumps({"people": await self.reception.threads.run(self.demo.people)}))

    async def become(self, request: web.Request) -> web.Response:
        """Bind this visitor to a person; answers the person."""
        visitor = self.reception.visitor(request)
        if request.content_type != "application/json":
            raise Problem(415)
        person_id = read_json(await request.read()).get("person")
        if not isinstance(person_id, str) or not 0 < len(person_id) <= 64:
            raise Problem(400, "请选择一位演示人物。")
        try:
            me = await self.reception.threads.run(self.demo.become, visitor, person_id)
        except PersonError as error:
            raise Problem(404, str(error)) from None
        return web.json_response(text=dumps({"me": me}))
