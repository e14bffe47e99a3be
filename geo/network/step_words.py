"""What a step is called, in Chinese sentences that are also the keys of their translations."""

from geo.model.hours import Reason
from geo.network.steps import Step

__all__ = ["distance_words", "words_of"]

_COMPASS = (
    Reason("北"),
    Reason("东北"),
    Reason("东"),
    Reason("东南"),
    Reason("南"),
    Reason("西南"),
    Reason("西"),
    Reason("西北"),
)
_TURNS = {
    "straight": Reason("直行"),
    "slight_left": Reason("向左前方"),
    "left": Reason("左转"),
    "sharp_left": Reason("向左后方转"),
    "uturn": Reason("掉头"),
    "slight_right": Reason("向右前方"),
    "right": Reason("右转"),
    "sharp_right": Reason("向右后方转"),
}
_ROAD = Reason("道路")
_PATH = Reason("小路")
_STREETS = {
    "bridleway": _PATH,
    "corridor": Reason("通道"),
    "cycleway": Reason("自行车道"),
    "elevator": Reason("电梯"),
    "footway": Reason("人行道"),
    "path": _PATH,
    "pedestrian": Reason("步行街"),
    "platform": Reason("站台"),
    "steps": Reason("台阶"),
    "track": _PATH,
}
_RIDING = "ebike"
# Shorter legs between a point and its street go without saying.
_LEG_TOLD_M = 20.0
_EXACT_BELOW_M = 20.0


def words_of(step: Step, profile: str) -> Reason:
    """Return the instruction of a step.

    Parameters
    ----------
    profile : str
        ``ebike`` rides, others walk.

    Returns
    -------
    Reason
        Its values may be reasons themselves, each to be translated: the street where it has no name, the
        direction, the distance.

    Examples
    --------
    >>> step = Step("left", "解放路", "residential", 243.0, 187.0, 0.0, 117.0, 36.6, 90.0)
    >>> str(words_of(step, "walk"))
    '左转进入解放路,走 240 米'
    >>> str(words_of(step._replace(turn="depart", street=None, leg_m=42.0, metres=1290.0), "ebike"))
    '先骑行 40 米到道路,再向东骑行 1.2 公里'
    """
    if step.turn == "arrive":
        return _arrival(step)
    params = {
        "street": step.street or _STREETS.get(step.highway, _ROAD),
        "go": Reason("骑行") if profile == _RIDING else Reason("走"),
        "distance": distance_words(step.metres - step.leg_m),
    }
    if step.turn == "depart":
        return _departure(step, params)
    params["turn"] = _TURNS[step.turn]
    if step.onto:
        return Reason("%(turn)s进入%(street)s,%(go)s %(distance)s", params)
    if step.street:
        return Reason("%(turn)s,继续沿%(street)s%(go)s %(distance)s", params)
    return Reason("%(turn)s,%(go)s %(distance)s", params)


def distance_words(metres: float) -> Reason:
    """Return a length as people say it.

    Examples
    --------
    >>> [str(distance_words(metres)) for metres in (0.2, 12.4, 186.0, 996.0, 1249.0)]
    ['1 米', '12 米', '190 米', '1 公里', '1.2 公里']
    """
    if metres < _EXACT_BELOW_M:
        return Reason("%(metres)s 米", {"metres": max(round(metres), 1)})
    if round(metres, -1) < 1000:
        return Reason("%(metres)s 米", {"metres": int(round(metres, -1))})
    return Reason("%(kilometres)s 公里", {"kilometres": f"{metres / 1000:.1f}".removesuffix(".0")})


def _departure(step: Step, params: dict[str, object]) -> Reason:
    params = params | {"compass": _COMPASS[round(step.bearing_deg / 45) % 8]}
    if step.metres - step.leg_m < 1:
        params["distance"] = distance_words(step.metres)
        return Reason("向%(compass)s%(go)s %(distance)s", params)
    if step.leg_m < _LEG_TOLD_M:
        return Reason("沿%(street)s向%(compass)s%(go)s %(distance)s", params)
    params["leg"] = distance_words(step.leg_m)
    return Reason("先%(go)s %(leg)s到%(street)s,再向%(compass)s%(go)s %(distance)s", params)


def _arrival(step: Step) -> Reason:
    params = {"distance": distance_words(step.leg_m)}
    if step.side:
        return Reason(
            "到达站点,在路左侧 %(distance)s" if step.side == "left" else "到达站点,在路右侧 %(distance)s",
            params,
        )
    return Reason("再向前 %(distance)s到达站点", params) if step.leg_m >= _LEG_TOLD_M else Reason("到达站点")
