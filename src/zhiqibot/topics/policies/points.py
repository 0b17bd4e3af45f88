"""Points that a question may ask for and few rules state: whoever names one is told so, unless a sentence has it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One such point: what it is called, how it is asked for, and how a sentence looks that states it."""

    label: str
    asked: "re.Pattern[str]"
    stated: "re.Pattern[str]"


POINTS = tuple(
    Point(label, re.compile(asked), re.compile(stated))
    for label, asked, stated in (
        (
            "姓名",
            r"(?:[市县]长|书记|局长|主任|部长|领导|负责人|牵头人|服务员|联络员)(?:是|姓|叫)*(?:谁(?!管|负责)|啥名|什么名|叫啥|叫什么|姓啥|姓什么|名字)",
            r"(?!)",
        ),
        (
            "地址",
            r"建(?:在|到)(?:了)?哪|选址(?:在)?哪|(?:去|在|到)(?:哪儿?|哪里)考|考点(?:在)?哪",
            r"位于|选址|建在|坐落|考点",
        ),
        (
            "人数",
            r"招(?:收|生)?(?:多少|几)个?(?:人|名|学生|学员)|(?:多少|几)个?(?:名额|指标)|名额(?:有)?(?:多少|几)",
            r"\d+(?:多|余)?(?:人|名|个)",
        ),
        (
            "月份",
            r"几月(?:份)?(?:能|才|就)?(?:发|到账|给|拨|打款|兑)|哪个?月(?:份)?(?:能|才|就)?(?:发|到账|给|拨|打款|兑)",
            r"\d{1,2}月|[次当每]月|季度",
        ),
        ("时刻", r"几点(?:钟)?(?:开始|开|到|办|结束|上门|来)?(?:[啊呢]|$)", r"\d{1,2}(?:时|点|:\d\d)|[早晚上下午]\d"),
        ("报名办法", r"(?:咋|怎么|如何|咋样|怎样)(?:去)?报名|报名(?:要|用|得)?(?:找|打|联系)?(?:谁|啥|哪)", r"报名"),
        ("要提前多久", r"提前(?:多久|多长时间|多少天|几(?:天|个工作日|个?小时|个?月))", r"提前.{0,8}[\d一二三两半]"),
        (
            "收不收费",
            r"(?:[交花掏收]|要|用)(?:钱|费)(?:不|吗|么|没)[?]?$|收费(?:不|吗|么|没)[?]?$",
            r"\d\s*(?:元|万元|%)|免费|收费|费用|零成本|零投资|不花钱|不要钱|标准",
        ),
        ("贴不贴息", r"(?:利息|贷款).{0,4}[贴补](?!偿|充|交|办|材料)|贴息", r"贴息|利息补"),
        (
            "网址和注册办法",
            r"网址|链接(?:发|给|多少|是)|(?:在?哪儿?|哪里|咋|怎么|如何)(?:下载|注册|登录|登陆)",
            r"网址|下载|注册(?!地|资本|登记)|登录|www|app|公众号|小程序",
        ),
        ("面积和户型", r"多大面积|几室|户型|多少(?:个)?平(?:方|米)?(?:[啊呢]|$)", r"平方米|户型|\d平"),
        ("预约办法", r"(?:咋|怎么|如何|找谁)(?:去)?(?:预约|预订|约|订)(?:[啊呢]|$)", r"预约|预订"),
        (
            "评定办法",
            r"(?:咋|怎么|如何|由谁|谁来?)(?:评(?!价)|评定|评选)(?:的|上)?(?:[啊呢]|$)",
            r"评定|评选|评审|考评|评比",
        ),
        ("赔不赔偿", r"赔(?:不赔|偿|钱|多少|吗)|给赔", r"赔|补偿"),
        ("怎么处罚", r"(?:咋|怎么|如何)(?:处罚|罚)|罚(?:不罚|多少|款多少)", r"罚|追责|问责|处分"),
        ("认定办法", r"(?:咋|怎么|如何|由谁|谁来?)认定", r"认定"),
    )
)


def left_out(asked: str, said: Iterable[str]) -> Point | None:
    """Return the point that a question asks for where none of the sentences states it."""
    point = next((one for one in POINTS if one.asked.search(asked)), None)
    return point if point and not any(point.stated.search(one) for one in said) else None


def asked_for(asked: str) -> str:
    """Return what the point asked for is called; empty for none of these."""
    return next((one.label for one in POINTS if one.asked.search(asked)), "")
