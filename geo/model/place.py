"""Where something is."""

from typing import NamedTuple

from geo.errors import InputError

__all__ = ["Point"]


class Point(NamedTuple):
    """A position on the earth.

    Parameters
    ----------
    lon, lat : float
        Degrees, WGS-84 unless the holder says otherwise.

    Examples
    --------
    >>> Point(lon=113.665, lat=34.752).lat
    34.752
    """

    lon: float
    lat: float

    @classmethod
    def checked(cls, lon: float, lat: float) -> "Point":
        """Return the point, or raise InputError naming the number that is out of range.

        Examples
        --------
        >>> Point.checked(34.7, 113.6)
        Traceback (most recent call last):
            ...
        geo.errors.InputError: 纬度 113.6 不在 -90 到 90 之间,经度和纬度是不是写反了?
        """
        if not -180 <= lon <= 180:
            raise InputError("经度 %(value)s 不在 -180 到 180 之间", parameter="lon", value=lon)
        if not -90 <= lat <= 90:
            raise InputError(
                "纬度 %(value)s 不在 -90 到 90 之间,经度和纬度是不是写反了?", parameter="lat", value=lat
            )
        return cls(lon, lat)
